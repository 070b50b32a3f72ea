import Foundation
import ObjectStorage
import TestSupport
import Testing

/// Scripts run by the engines themselves, from an S3 server and from a directory.
@Suite struct CopyEngineTests {
  /// A Python with `duckdb` and its extension for HTTP, and `chdb`.
  private static let python = ProcessInfo.processInfo.environment["RECEIPT_ENGINES_PYTHON"] ?? ""

  private static func has(_ modules: String) -> Bool {
    guard !python.isEmpty, let scratch = try? Scratch() else { return false }
    return (try? Tool.run(python, ["-c", "import \(modules)"], in: scratch))?.status == 0
  }

  private static let hasDuckDB = has("duckdb, duckdb_ext")
  private static let hasChDB = has("chdb")

  private static let dumps = Task { try await CopyRunTests.dumps.value }
  private static let example = Task { try await TestWarehouse.upload(SampleDump.example) }

  /// Runs scripts, each given as a file, and prints what a query answers as JSON.
  private static let duckdb = """
    import duckdb, duckdb_ext, glob, json, os, sys
    connection = duckdb.connect("test.duckdb", config={"allow_unsigned_extensions": "true"})
    if os.environ.get("AWS_ENDPOINT_URL"):
        path = list(duckdb_ext.__path__)[0]
        connection.execute(f"LOAD '{glob.glob(path + '/extensions/*/*/httpfs.duckdb_extension')[0]}'")
        connection.execute("CREATE SECRET (TYPE s3, KEY_ID 'testing', SECRET 'testing-secret', "
            f"ENDPOINT '{os.environ['AWS_ENDPOINT_URL'][7:]}', URL_STYLE 'path', USE_SSL false)")
    query, *scripts = sys.argv[1:]
    for script in scripts:
        try: connection.execute(open(script).read())
        except Exception as error:
            print(str(error), file=sys.stderr)
            try: connection.execute("ROLLBACK")
            except Exception: pass
    print(json.dumps(connection.execute(query).fetchall(), default=str))
    """

  private static let chdb = """
    import json, re, sys
    from chdb import session
    connection = session.Session("test.clickhouse")
    query, *scripts = sys.argv[1:]
    for script in scripts:
        for statement in re.split(r";\\n", open(script).read()):
            if not re.sub(r"--[^\\n]*", "", statement).strip(): continue
            try: connection.query(statement)
            except Exception as error:
                print(str(error), file=sys.stderr)
                break
    print(json.dumps([json.loads(x) for x in
        str(connection.query(query, "JSONCompactEachRow")).strip().split("\\n") if x]))
    """

  private func run(
    _ engine: String, _ query: String, _ scripts: [String], in scratch: Scratch, s3: Bool = true
  ) throws -> Command.Result {
    try Tool.run(
      "/usr/bin/env",
      (s3 ? Peer.seaweedFS.assignments : ["-u", "AWS_ENDPOINT_URL"]) + [
        Self.python, "-c", engine, query,
      ] + scripts, in: scratch)
  }

  private func script(
    _ location: String, _ name: String, _ arguments: [String], in scratch: Scratch
  ) throws {
    let result = try Command.run(
      under: Peer.seaweedFS.assignments, ["copy", location] + arguments, in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    try scratch.write(result.output, to: name)
  }

  private static let clickhouse = [
    "--to", "clickhouse", "--bucket-url", (Peer.seaweedFS.url ?? "") + "/conformance",
  ]

  @Test(.enabled(if: hasDuckDB && Peer.seaweedFS.url != nil))
  func `DuckDB runs the script, replaces all tables, and refuses the same dump`() async throws {
    let scratch = try Scratch()
    let dumps = try await Self.dumps.value
    try script(dumps.first.description, "1.sql", ["--to", "duckdb"], in: scratch)
    try script(dumps.second.description, "2.sql", ["--to", "duckdb"], in: scratch)
    let query =
      "SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM c), "
      + "(SELECT count(*) FROM receipt_loads), (SELECT sum(id) FROM a)"
    let once = try run(Self.duckdb, query, ["1.sql"], in: scratch)
    #expect(once.errors.isEmpty, "\(once.errors)")
    let twice = try run(Self.duckdb, query, ["1.sql"], in: scratch)
    #expect(twice.errors.contains("this dump is in the ledger already"))
    #expect(twice.output == once.output)
    #expect(once.output.hasPrefix("[[10, 10, 10, 1, "))
    let next = try run(Self.duckdb, query, ["2.sql"], in: scratch)
    #expect(next.output.hasPrefix("[[20, 20, 20, 2, "), "\(next.errors)")
  }

  @Test(.enabled(if: hasDuckDB))
  func `DuckDB runs the script of a directory, and its rows are those of the files`() throws {
    let scratch = try Scratch()
    try script(SampleDump.example, "1.sql", ["--to", "duckdb"], in: scratch)
    let files = "'\(SampleDump.example)/\(SampleDump.label)/events/*.parquet'"
    let query =
      "SELECT (SELECT count(*) FROM (SELECT * FROM events EXCEPT ALL SELECT * FROM \(files))), "
      + "(SELECT count(*) FROM (SELECT * FROM \(files) EXCEPT ALL SELECT * FROM events)), "
      + "(SELECT count(*) FROM events)"
    let result = try run(Self.duckdb, query, ["1.sql"], in: scratch, s3: false)
    #expect(result.output == "[[0, 0, 354]]\n", "\(result.errors)")
  }

  @Test(.enabled(if: hasDuckDB))
  func `a script whose files have changed since changes nothing`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"], "b": ["base"]])
    try script("dump", "1.sql", ["--to", "duckdb"], in: scratch)
    try scratch.makeDump(
      ["a": ["half"], "b": ["base"]], at: "other", timestamp: "2026-11-21T04:03:07.963883Z")
    try script("other", "2.sql", ["--to", "duckdb"], in: scratch)
    let query =
      "SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), "
      + "(SELECT count(*) FROM receipt_loads)"
    #expect(
      try run(Self.duckdb, query, ["1.sql"], in: scratch, s3: false).output == "[[10, 10, 1]]\n")
    // Another file of the same name: what was verified is not what is there any more.
    try scratch.write(
      try SampleDump.fixture("base"), to: "other/\(SampleDump.file("a", 0))")
    let result = try run(Self.duckdb, query, ["2.sql"], in: scratch, s3: false)
    #expect(result.errors.contains("a has 10 rows and its files have 5"))
    #expect(result.output == "[[10, 10, 1]]\n")
  }

  @Test(.enabled(if: hasChDB && Peer.seaweedFS.url != nil))
  func `ClickHouse runs the script, exchanges all tables, and refuses the same dump`()
    async throws
  {
    let scratch = try Scratch()
    let dumps = try await Self.dumps.value
    try script(dumps.first.description, "1.sql", Self.clickhouse, in: scratch)
    try script(dumps.second.description, "2.sql", Self.clickhouse, in: scratch)
    let query =
      "SELECT (SELECT count() FROM a), (SELECT count() FROM b), (SELECT count() FROM c), "
      + "(SELECT count() FROM receipt_loads), "
      + "(SELECT count() FROM system.tables WHERE database = 'default')"
    let once = try run(Self.chdb, query, ["1.sql"], in: scratch)
    #expect(once.output == "[[10, 10, 10, 1, 5]]\n", "\(once.errors)")
    let next = try run(Self.chdb, query, ["2.sql"], in: scratch)
    #expect(next.output == "[[20, 20, 20, 2, 5]]\n", "\(next.errors)")
    let twice = try run(Self.chdb, query, ["2.sql"], in: scratch)
    #expect(twice.errors.contains("this dump is in the ledger already"))
    #expect(twice.output.hasPrefix("[[20, 20, 20, 2, "))
  }

  @Test(.enabled(if: hasChDB && Peer.seaweedFS.url != nil))
  func `ClickHouse holds the vendor's nested tables`() async throws {
    let scratch = try Scratch()
    try script(
      try await Self.example.value.description, "1.sql", Self.clickhouse, in: scratch)
    let files = "'\(SampleDump.example)/\(SampleDump.label)/events/*.parquet'"
    let result = try run(
      Self.chdb,
      "SELECT (SELECT count() FROM events), (SELECT count() FROM companies), "
        + "(SELECT groupBitXor(cityHash64(dd_event_id, event.url, session.ad_hierarchy.level_1.name,"
        + " signals.name)) = (SELECT groupBitXor(cityHash64(dd_event_id, event.url, "
        + "session.ad_hierarchy.level_1.name, signals.name)) FROM file(\(files), 'Parquet')) "
        + "FROM events)", ["1.sql"], in: scratch)
    #expect(result.output == "[[354, 22, 1]]\n", "\(result.errors) \(result.output)")
  }
}
