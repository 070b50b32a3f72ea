import Foundation
import TestSupport
import Testing

/// `receipt export` from a PostgreSQL server: which tables, and all of one moment.
@Suite(.enabled(if: PostgreSQLDatabase.isThere, PostgreSQLDatabase.missing))
struct ExportPostgreSQLTablesTests {
  private static let shop = """
    CREATE TABLE orders (id int, placed date) PARTITION BY RANGE (id);
    CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (100);
    CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM (100) TO (200);
    INSERT INTO orders SELECT i, '2026-01-01' FROM generate_series(0, 149) i;
    CREATE TABLE "Odd ""Name" ("a b" int, "select" text, "é""\" bool);
    INSERT INTO "Odd ""Name" VALUES (1, 'x', true);
    CREATE TABLE bare ();
    INSERT INTO bare DEFAULT VALUES; INSERT INTO bare DEFAULT VALUES;
    CREATE VIEW doubled AS SELECT id * 2 AS twice FROM orders;
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM orders;
    CREATE TABLE dropped (a int, gone text, b text);
    ALTER TABLE dropped DROP COLUMN gone;
    ALTER TABLE dropped ADD COLUMN late int DEFAULT 7;
    INSERT INTO dropped VALUES (1, 'one');
    CREATE SCHEMA other;
    CREATE TABLE other.orders (x int);
    CREATE TABLE other.only (x int);
    CREATE TEMP TABLE passing (a int);
    ANALYZE;
    """

  /// What an export says as JSON.
  private struct Report: Decodable {
    struct Table: Decodable {
      let rows: Int
    }
    let tables: [Table]
    let rows: Int
    let peakMemoryBytes: Int

    init(_ result: Command.Result) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Report.self, from: Data(result.output.utf8))
    }
  }

  private func tables(_ result: Command.Result) -> [String] {
    result.output.split(separator: "\n").dropFirst().prefix { !$0.hasPrefix("w") }
      .map { $0.prefix(11).trimmingCharacters(in: .whitespaces) }
  }

  @Test func `all tables and views of the search path are exported, parts with their whole`() throws
  {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(ExportPostgreSQLTablesTests.shop)
    let result = try Command.run("export", database.url, "out", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      tables(result) == ["Odd \"Name", "bare", "counted", "doubled", "dropped", "orders"],
      "\(result.output)")
    #expect(result.output.contains("6 tables, 305 rows, 6 files"))
    let odd = try Command.run(
      ["parquet", "cat"] + scratch.names(of: "out", "Odd \"Name"), in: scratch)
    #expect(odd.output == "{\"a b\":1,\"select\":\"x\",\"é\\\"\":true}\n", "\(odd.errors)")
    let dropped = try Command.run(
      ["parquet", "cat"] + scratch.names(of: "out", "dropped"), in: scratch)
    #expect(dropped.output == #"{"a":1,"b":"one","late":7}"# + "\n")
    let verified = try Command.run("verify", "out", "--level", "deep", in: scratch)
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test func `a dry run shows the tables with the rows that the server guesses`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(ExportPostgreSQLTablesTests.shop)
    let result = try Command.run("export", database.url, "out", "--dry-run", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(
      lines.contains { $0.wholeMatch(of: /orders +~150 +\? .* 2/) != nil }, "\(result.output)")
    #expect(lines.contains { $0.wholeMatch(of: /doubled +\? +\? .* 1/) != nil })
    #expect(try scratch.files("out").isEmpty)
    let plan = try Command.run("export", database.url, "out", "--dry-run", "--json", in: scratch)
    #expect(plan.output.contains(#""estimated_rows":150"#), "\(plan.output)")
    #expect(plan.output.contains(#""path":["placed"]"#))
    let counted = try Command.run(
      "export", database.url, "out", "--dry-run", "--files", "4", "--tables", "orders", in: scratch)
    #expect(
      counted.output.contains("orders   150      4           38        2"), "\(counted.output)")
  }

  @Test func `tables are chosen by name and schema`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(ExportPostgreSQLTablesTests.shop)
    func export(_ flags: String...) throws -> Command.Result {
      try Command.run(["export", database.url, "out-\(UUID())"] + flags, in: scratch)
    }
    #expect(tables(try export("--pg-schema", "other")) == ["only", "orders"])
    #expect(
      tables(try export("--tables", "orders,other.only,orders_1")) == [
        "only", "orders", "orders_1",
      ])
    let both = try export("--pg-schema", "public,other")
    #expect(both.status == 64)
    #expect(both.errors.contains("other.orders and public.orders would both be table orders"))
    let unclear = try export("--pg-schema", "public,other", "--tables", "orders")
    #expect(unclear.status == 64)
    #expect(unclear.errors.contains("orders is other.orders and public.orders"))
    let unknown = try export("--tables", "order")
    #expect(unknown.status == 64)
    #expect(unknown.errorLines.first?.hasSuffix("it has no table order") == true)
    #expect(unknown.errors.contains("it has Odd \"Name, bare, counted, doubled, dropped, orders"))
    let schema = try export("--pg-schema", "nowhere")
    #expect(schema.status == 64)
    #expect(schema.errors.contains("hint: it has other, public"), "\(schema.errors)")
  }

  @Test(arguments: [1, 2, 4])
  func `all tables are of one moment, also those that another connection reads`(jobs: Int) throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(
      """
      CREATE TABLE a (n int, filler text);
      CREATE TABLE b (n int, filler text);
      CREATE TABLE c (n int);
      INSERT INTO a SELECT i, repeat('x', 200) FROM generate_series(1, 20000) i;
      INSERT INTO b SELECT * FROM a;
      INSERT INTO c SELECT n FROM a;
      """)
    // Rows come and go in all tables at once; every fifth time all of them are made anew.
    let writer = Process()
    writer.executableURL = URL(filePath: "/usr/bin/env")
    writer.arguments = [
      "bash", "-c",
      """
      i=20000; while [ -e go ]; do i=$((i + 1)); echo "BEGIN; LOCK TABLE a, b, c;"
      if [ $((i % 5)) = 0 ]; then echo "CREATE TEMP TABLE k ON COMMIT DROP AS SELECT * FROM a;
        TRUNCATE a, b, c; INSERT INTO a SELECT * FROM k; INSERT INTO b SELECT * FROM k; INSERT INTO c SELECT n FROM k;"; fi
      for t in a b; do echo "INSERT INTO $t VALUES ($i, 'new');"; done; echo "INSERT INTO c VALUES ($i); COMMIT;"
      done | psql -Xq "$0" >log 2>&1
      """, database.url,
    ]
    writer.currentDirectoryURL = scratch.url
    try scratch.write("", to: "go")
    try writer.run()
    defer {
      try? scratch.remove("go")
      writer.waitUntilExit()
    }
    var seen: Set<Int> = []
    for round in 0..<4 {
      let result = try Command.run(
        "export", database.url, "out\(round)", "--jobs", "\(jobs)", "--json", in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      let counts = try Report(result).tables.map(\.rows)
      #expect(Set(counts).count == 1, "\(counts)")
      seen.formUnion(counts)
    }
    #expect(seen.allSatisfy { $0 >= 20_000 })
    #expect(seen.count > 1, "nothing was written meanwhile: \(seen)")
  }

  @Test func `files get equal shares of the rows`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(
      "CREATE TABLE t AS SELECT i, md5(i::text) AS h FROM generate_series(1, 1003) i")
    for (flags, counts) in [
      (["--files", "4"], [251, 251, 251, 250]), (["--rows-per-file", "500"], [500, 500, 3]),
    ] {
      let name = flags[0]
      let result = try Command.run(["export", database.url, "./" + name] + flags, in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      let files = try scratch.names(of: "./" + name, "t")
      var rows: [Int] = []
      for file in files {
        let cat = try Command.run("parquet", "cat", file, in: scratch)
        rows.append(cat.output.split(separator: "\n").count)
      }
      #expect(rows == counts)
    }
  }

  @Test func `long values and wide tables come through in bounded memory`() throws {
    let scratch = try Scratch()
    let columns = (0..<1_000).map { "c\($0) int DEFAULT \($0)" }.joined(separator: ", ")
    let database = try PostgreSQLDatabase(
      """
      CREATE TABLE wide (\(columns));
      INSERT INTO wide (c0) SELECT i FROM generate_series(1, 2000) i;
      CREATE TABLE long AS SELECT i, repeat(md5(i::text), 250000) AS t FROM generate_series(1, 40) i;
      """)
    let result = try Command.run(
      "export", database.url, "out", "--json", "--jobs", "1", "--row-group-size", "1MB", in: scratch
    )
    #expect(result.status == 0, "\(result.errors)")
    let report = try Report(result)
    #expect(report.rows == 2_040)
    #expect(report.peakMemoryBytes < 300_000_000)
    let file = try #require(try scratch.names(of: "out", "wide").first)
    let cat = try Command.run("parquet", "cat", file, "--head", "1", in: scratch)
    #expect(cat.output.hasPrefix(#"{"c0":1,"c1":1,"c2":2,"#))
    #expect(cat.output.hasSuffix(#""c998":998,"c999":999}"# + "\n"))
  }
}
