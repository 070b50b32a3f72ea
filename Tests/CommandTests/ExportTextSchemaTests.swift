import Foundation
import TestSupport
import Testing

/// `receipt export` from text with schemas, tables chosen, and beside another reader.
@Suite struct ExportTextSchemaTests {
  private static let python = ProcessInfo.processInfo.environment["RECEIPT_PYTHON"]

  private static var hasDuckDB: Bool {
    guard let python, let scratch = try? Scratch() else { return false }
    return (try? Tool.run(python, ["-c", "import duckdb"], in: scratch))?.status == 0
  }

  private func rows(of table: String, in scratch: Scratch) throws -> [String] {
    let files = try scratch.snapshot().keys.filter {
      $0.hasPrefix("out/") && $0.contains("/\(table)/") && $0.hasSuffix(".parquet")
    }.sorted()
    let result = try Command.run(["parquet", "cat"] + files, in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test func `a schema gives columns of CSV other types, nested ones too`() throws {
    let scratch = try Scratch()
    try scratch.makeFolder("out")
    try scratch.write(
      "id,price,zip,tags\n1,1.10,1234,\"{\"\"names\"\":[\"\"a\"\",null]}\"\n2,,5678,\n", to: "t.csv"
    )
    try scratch.write(
      """
      {"t": [{"name": "price", "type": "NUMERIC", "precision": 10, "scale": 2},
        {"name": "zip", "type": "STRING", "mode": "REQUIRED"},
        {"name": "tags", "type": "RECORD", "fields": [
          {"name": "names", "type": "STRING", "mode": "REPEATED"}]}]}
      """, to: "schema.json")
    let refused = try Command.run("export", "t.csv", "out", "--schema", "schema.json", in: scratch)
    #expect(refused.status == 1)
    #expect(
      refused.errorLines.first?.hasPrefix("error: cannot export t.csv: line 2, column tags: ")
        == true, "\(refused.errors)")
    try scratch.write(
      "id,price,zip,tags\n1,1.10,1234,\"{\"\"names\"\":[\"\"a\"\",\"\"b\"\"]}\"\n2,,5678,\n",
      to: "t.csv")
    let result = try Command.run("export", "t.csv", "out", "--schema", "schema.json", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try rows(of: "t", in: scratch) == [
        #"{"id":1,"price":"1.10","zip":"1234","tags":{"names":["a","b"]}}"#,
        #"{"id":2,"price":null,"zip":"5678","tags":null}"#,
      ])
  }

  @Test func `a required column of CSV has no empty fields`() throws {
    let scratch = try Scratch()
    try scratch.makeFolder("out")
    try scratch.write("a,b\n1,2\n,3\n", to: "t.csv")
    try scratch.write(
      #"[{"name": "a", "type": "INT64", "mode": "REQUIRED"}]"#, to: "schema.json")
    let result = try Command.run("export", "t.csv", "out", "--schema", "schema.json", in: scratch)
    #expect(result.status == 1)
    #expect(
      result.errorLines.first
        == "error: cannot export t.csv: line 3, column a: the field is empty but required")
  }

  @Test func `a schema is all that JSON lines may have`() throws {
    let scratch = try Scratch()
    try scratch.makeFolder("out")
    try scratch.write("", to: "t.ndjson")
    try scratch.write(#"[{"name": "a", "type": "FLOAT64"}]"#, to: "schema.json")
    let empty = try Command.run("export", "t.ndjson", "out", "--schema", "schema.json", in: scratch)
    #expect(empty.status == 0, "\(empty.errors)")
    #expect(try rows(of: "t", in: scratch).isEmpty)
    try scratch.write("{\"a\":1}\n{\"a\":2,\"b\":3}\n", to: "t.ndjson")
    let result = try Command.run(
      "export", "t.ndjson", "other", "--schema", "schema.json", in: scratch)
    #expect(result.status == 1)
    try scratch.makeFolder("other")
    let refused = try Command.run(
      "export", "t.ndjson", "other", "--schema", "schema.json", in: scratch)
    #expect(
      refused.errorLines.first?.hasPrefix(
        "error: cannot export t.ndjson: line 2, member b: there is no field \"b\"") == true)
  }

  @Test func `tables are chosen, and all files can be one`() throws {
    let scratch = try Scratch()
    try scratch.makeFolder("out")
    try scratch.write("{\"n\":1}\n", to: "in/a.jsonl")
    try scratch.write("{\"n\":2}\n", to: "in/b.ndjson")
    let unknown = try Command.run("export", "ndjson:in", "out", "--tables", "c", in: scratch)
    #expect(unknown.status == 64)
    #expect(
      unknown.errorLines == ["error: cannot export in: it has no table c", "hint: it has a, b"])
    let one = try Command.run("export", "ndjson:in", "out", "--table", "all", in: scratch)
    #expect(one.status == 0, "\(one.errors)")
    #expect(try rows(of: "all", in: scratch) == [#"{"n":1}"#, #"{"n":2}"#])
    let plan = try Command.run(
      "export", "ndjson:in", "out", "--tables", "b", "--dry-run", "--json", "--timestamp",
      "2099-01-01T00:00:00Z", in: scratch)
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains(#""name":"b""#))
    #expect(!plan.output.contains(#""name":"a""#))
  }

  /// DuckDB writes a table of random values as text, and reads the dump of it.
  @Test(.enabled(if: hasDuckDB, "RECEIPT_PYTHON has no DuckDB"), arguments: ["csv", "ndjson"])
  func `what DuckDB wrote as text is what it reads from the dump`(format: String) throws {
    let scratch = try Scratch()
    try scratch.makeFolder("out")
    var random = SeededGenerator()
    let seed = Double(random.next() % 1_000) / 1_000
    let header =
      """
      import duckdb
      c = duckdb.connect('a.duckdb')
      c.execute("SET TimeZone = 'UTC'")

      """
    let write =
      header + """
        c.execute("SELECT setseed(\(seed))")
        characters = "['a', chr(10), chr(34), ',', 'é', chr(13), chr(92), ' ']"
        values = {
          "big": "CAST((random() - 0.5) * 1e18 AS BIGINT)",
          "number": "(random() - 0.5) * pow(10, CAST(random() * 30 AS INT))",
          "text": " || ".join(
            f"{characters}[1 + CAST(random() * 7 AS INT)][:CAST(random() AS INT)]"
            for _ in range(5)),
          "truth": "random() < 0.5",
          "day": "DATE '1970-01-01' + CAST(random() * 20000 AS INT)",
        }
        columns = [f"CASE WHEN random() >= 0.2 THEN {v} END AS {k}" for k, v in values.items()]
        c.execute("CREATE TABLE t AS SELECT i AS id, " + ", ".join(columns)
          + " FROM range(30000) r(i)")
        c.execute("COPY t TO 't.\(format)' (\(format == "csv" ? "HEADER" : "FORMAT json"))")
        """
    let compare =
      header + """
        read = "(SELECT * FROM 'out/*/t/*.parquet')"
        print(c.execute(f"SELECT count(*) FROM {read}").fetchone()[0],
          len(c.execute(f"SELECT * FROM t EXCEPT ALL SELECT * FROM {read}").fetchall()),
          len(c.execute(f"SELECT * FROM {read} EXCEPT ALL SELECT * FROM t").fetchall()),
          [str(d[1]) for d in c.execute(f"SELECT * FROM {read}").description])
        """
    let python = try #require(ExportTextSchemaTests.python)
    let written = try Tool.run(python, ["-c", write], in: scratch)
    #expect(written.status == 0, "\(written.errors)")
    let exported = try Command.run("export", "t.\(format)", "out", "--files", "3", in: scratch)
    #expect(exported.status == 0, "seed \(random.seed): \(exported.errors)")
    let compared = try Tool.run(python, ["-c", compare], in: scratch)
    #expect(
      compared.output
        == "30000 0 0 ['BIGINT', 'BIGINT', 'DOUBLE', 'VARCHAR', 'BOOLEAN', 'DATE']\n",
      "seed \(random.seed): \(compared.errors)")
  }
}
