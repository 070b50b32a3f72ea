import Foundation
import Testing

/// `receipt copy` without `--run`: plans as text and as JSON.
@Suite struct CopyTests {
  @Test func `a script for DuckDB names every file once and every table`() throws {
    let scratch = try Scratch()
    let result = try Command.run("copy", SampleDump.example, "--to", "duckdb", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.isEmpty)
    #expect(result.output.matches(of: /\.parquet'/).count == 12)
    #expect(result.output.matches(of: /CREATE OR REPLACE TABLE/).count == 6)
    #expect(result.output.hasPrefix("-- Copies dump \(SampleDump.timestamp)"))
    #expect(result.output.contains("BEGIN;"))
    #expect(result.output.hasSuffix("COMMIT;\n"))
    #expect(try scratch.names().isEmpty)
  }

  @Test func `the plan as JSON is the script as data`() throws {
    struct Plan: Decodable {
      struct Table: Decodable {
        struct Column: Decodable {
          let name: String
          let type: String
        }
        let name: String
        let rows: Int
        let columns: [Column]
      }
      struct Step: Decodable {
        struct Statement: Decodable { let sql: String }
        let purpose: String
        let transaction: Bool
        let statements: [Statement]
      }
      let schemaVersion: Int
      let target: String
      let tables: [Table]
      let steps: [Step]
    }
    let scratch = try Scratch()
    let text = try Command.run("copy", SampleDump.example, "--to", "duckdb", in: scratch).output
    let json = try Command.run(
      "copy", SampleDump.example, "--to", "duckdb", "--json", in: scratch
    ).output
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let plan = try decoder.decode(Plan.self, from: Data(json.utf8))
    #expect(plan.schemaVersion == 1)
    #expect(plan.target == "duckdb")
    #expect(plan.tables.map(\.rows) == [210, 22, 34, 354, 135, 42])
    for statement in plan.steps.flatMap(\.statements) {
      #expect(text.contains(statement.sql + ";"))
    }
    let spend = plan.tables.first { $0.name == "spend" }
    #expect(spend?.columns.contains { $0.name == "adNetwork" && $0.type == "VARCHAR" } == true)
  }

  @Test func `a target's schema from a file is held against the dump`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    let arguments = ["copy", "dump", "--to", "duckdb", "--drift", "freeze", "--target-schema", "s"]
    try scratch.write(
      #"{"tables": [{"name": "a", "columns": [{"name": "id", "type": "BIGINT"}]}]}"#, to: "s")
    let refused = try Command.run(arguments, in: scratch)
    #expect(refused.status == 22)
    #expect(refused.errors.contains("column-added: a, column name"))
    #expect(refused.output.isEmpty)
    let plan = try Command.run("copy", "dump", "--to", "duckdb", "--json", in: scratch)
    try scratch.write(plan.output, to: "s")
    let same = try Command.run(arguments, in: scratch)
    #expect(same.status == 0, "\(same.errors)")
    #expect(!same.output.contains("was not asked"))
    try scratch.write("{}", to: "s")
    #expect(try Command.run(arguments, in: scratch).status == 64)
  }

  @Test func `a dump that is not sound is not planned`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    try scratch.remove("dump/" + SampleDump.file("events", 1))
    let missing = try Command.run("copy", "dump", "--to", "duckdb", in: scratch)
    #expect(missing.status == 20)
    #expect(missing.output.isEmpty)
    try scratch.write(Data("no parquet".utf8), to: "dump/" + SampleDump.file("events", 1))
    let broken = try Command.run("copy", "dump", "--to", "duckdb", "--verify", "none", in: scratch)
    #expect(broken.status == 21)
    try scratch.makeDump(["a": ["base", "added"]])
    let mixed = try Command.run("copy", "dump", "--to", "duckdb", "--verify", "none", in: scratch)
    #expect(mixed.status == 21)
    #expect(mixed.errors.contains("its files have different columns, 4 and 5"))
  }

  @Test(arguments: [
    ["--to", "redshift"], ["--to", "snowflake", "--stage", "s"], ["--to", "clickhouse"],
  ])
  func `warehouses read dumps from S3 only`(arguments: [String]) throws {
    let result = try Command.run(["copy", SampleDump.example] + arguments, in: try Scratch())
    #expect(result.status == 64)
    #expect(result.errors.contains("from S3 only"))
  }

  @Test(arguments: [
    [], ["--to", "oracle"], ["--to", "duckdb", "--switch", "rename"], ["--to", "duckdb", "--run"],
    ["--to", "redshift", "--run"], ["--to", "redshift", "--run", "--database", "d"],
    ["--to", "redshift", "--run", "--database", "d", "--cluster", "c", "--workgroup", "w"],
    ["--to", "redshift", "--run", "--database", "d", "--workgroup", "w", "--db-user", "u"],
    ["--to", "redshift", "--varchar", "65536"], ["--to", "redshift", "--varchar", "0"],
    ["--to", "snowflake", "--run"], ["--to", "snowflake", "--run", "--account", "a"],
    ["--to", "snowflake", "--run", "--account", "a", "--private-key-file", "k"],
    ["--to", "duckdb", "--tables", "none"], ["--to", "duckdb", "--allow-empty", "none"],
    ["--to", "duckdb", "--statement-timeout", "0s"], ["--to", "duckdb", "--jobs", "0"],
  ])
  func `a wrong command line is told as such`(arguments: [String]) throws {
    let result = try Command.run(
      under: ["-u", "SNOWFLAKE_ACCOUNT", "-u", "SNOWFLAKE_USER"],
      ["copy", SampleDump.example] + arguments, in: try Scratch())
    #expect(result.status == 64, "\(arguments): \(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test func `a key that is none, or that needs a passphrase, is told before anything is asked`()
    throws
  {
    let scratch = try Scratch()
    try scratch.write("-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n", to: "k")
    // Nobody listens there: the key is looked at first.
    let result = try Command.run(
      under: ["AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=y", "HOME=/nonexistent"],
      [
        "copy", SampleDump.example, "--to", "snowflake", "--run", "--account", "A-B", "--user",
        "u", "--private-key-file", "k", "--stage", "s",
      ], in: scratch)
    #expect(result.status == 64)
  }
}
