import Dump
import Foundation
import Testing

@testable import Warehouse

@Suite struct PlanTests {
  private func sql(_ plan: CopyPlan) -> [String] { plan.steps.flatMap(\.statements).map(\.sql) }

  // MARK: Names

  @Test func `names of the same spelling for the target are refused, and kept apart on request`()
    throws
  {
    let twins = SourceTable(
      name: "t", files: Samples.files("t", [1]),
      columns: [Samples.scalar("id", .int64), Samples.scalar("ID", .int64)])
    for target in [CopyTarget.redshift, .snowflake, .duckdb] {
      let error = #expect(throws: WarehouseError.self) {
        try Samples.plan(Samples.options(target), [twins])
      }
      #expect(error?.message.contains("takes its name and id for the same") == true)
    }
    var options = Samples.options(.snowflake)
    options.names = .keep
    let plan = try Samples.plan(options, [twins])
    #expect(plan.tables[0].columns.map(\.name) == ["id", "ID"])
    #expect(sql(plan).contains { $0.contains("MATCH_BY_COLUMN_NAME = CASE_SENSITIVE") })
    _ = try Samples.plan(Samples.options(.clickhouse), [twins])
  }

  @Test func `names that cannot be written are refused with the table and the column`() throws {
    let long = String(repeating: "x", count: 128)
    for (name, why) in [
      ("", "cannot be written"), ("a\0b", "cannot be written"), (long, "128 bytes"),
    ] {
      let table = SourceTable(
        name: "t", files: Samples.files("t", [1]), columns: [Samples.scalar(name, .int64)])
      let error = #expect(throws: WarehouseError.self) {
        try Samples.plan(Samples.options(.redshift), [table])
      }
      #expect(error?.message.contains("of table t") == true)
      #expect(error?.message.contains(why) == true, "\(error?.message ?? "")")
    }
  }

  @Test func `staging tables of long names stay within the limit`() throws {
    let name = String(repeating: "ä", count: 63)
    let table = SourceTable(
      name: name, files: Samples.files("t", [1]), columns: [Samples.scalar("c", .int64)])
    let plan = try Samples.plan(Samples.options(.redshift), [table])
    let staging = try #require(plan.tables[0].staging)
    #expect(staging.utf8.count <= 127)
    #expect(staging.hasSuffix("__stg_20230314040307963883"))
  }

  @Test func `staging tables of runs are told apart, and known as left over later`() throws {
    var options = Samples.options(.snowflake)
    options.runID = "0123456789abcdef"
    let staging = try #require(try Samples.plan(options, [Samples.spend]).tables[0].staging)
    #expect(staging == "SPEND__STG_20230314040307963883_01234567")
    let later = try Timestamp(parsing: "2023-03-14T04:03:07.963883001Z")
    let earlier = try Timestamp(parsing: "2023-03-14T04:03:07.963882999Z")
    #expect(StagingName.isLeftOver(staging, of: Samples.timestamp))
    #expect(StagingName.isLeftOver(staging, of: later))
    #expect(!StagingName.isLeftOver(staging, of: earlier))
    for name in ["spend", "spend__stg_2023", "x__stg_20230314040307963883_mine", "stg_1"] {
      #expect(!StagingName.isLeftOver(name, of: later), "\(name)")
    }
  }

  @Test func `a table that is called like the ledger needs another place for one of them`() throws {
    let table = SourceTable(
      name: "Receipt_Loads", files: Samples.files("t", [1]),
      columns: [Samples.scalar("c", .int64)])
    var options = Samples.options(.redshift)
    #expect(throws: WarehouseError.self) { try Samples.plan(options, [table]) }
    options.ledgerSchema = "ops"
    _ = try Samples.plan(options, [table])
  }

  @Test func `texts in SQL cannot end early, whatever they hold`() {
    for target in CopyTarget.allCases {
      let dialect = Dialect(target: target, names: .keep)
      let hostile = #"'; DROP TABLE x; --\'"#
      let literal = dialect.literal(hostile)
      // Read it back as the engine does: doubled quotes, and a backslash that takes the next one.
      var inner = literal.dropFirst().dropLast()[...]
      var text = ""
      while let character = inner.popFirst() {
        if character == "'" {
          #expect(inner.popFirst() == "'")
        } else if character == "\\", target != .duckdb {
          text.append(inner.popFirst() ?? " ")
          continue
        }
        text.append(character)
      }
      #expect(text == hostile, "\(target)")
    }
  }

  // MARK: Parts

  @Test func `a table of more files than a COPY may name takes several`() throws {
    let table = SourceTable(
      name: "t", files: Samples.files("t", Array(repeating: 2, count: 2_345)),
      columns: [Samples.scalar("c", .int64)])
    let plan = try Samples.plan(Samples.options(.snowflake), [table])
    let copies = plan.steps.flatMap(\.statements).filter { $0.sql.hasPrefix("COPY") }
    #expect(copies.map { $0.expectation?.files } == [1_000, 1_000, 345])
    #expect(copies.map { $0.expectation?.rows } == [2_000, 2_000, 690])
    for copy in copies {
      #expect(copy.sql.matches(of: /'0000\d+\.parquet'/).count == copy.expectation?.files)
    }
  }

  @Test func `files that are not below the stage are refused`() throws {
    var options = Samples.options(.snowflake)
    options.stageURL = "s3://bucket/exp"
    #expect(throws: WarehouseError.self) { try Samples.plan(options) }
    options.stageURL = "s3://bucket/"
    let plan = try Samples.plan(options, [Samples.spend])
    #expect(
      sql(plan).contains { $0.contains(#"FROM '@"RAW"."DUMPS"/exports/2023-03-14T04:03/spend/'"#) })
  }

  @Test func `a manifest names every file with its size, and as mandatory`() throws {
    let plan = try Samples.plan(Samples.options(.redshift), [Samples.spend])
    struct Document: Decodable {
      struct Entry: Decodable {
        struct Meta: Decodable {
          let contentLength: Int
          private enum CodingKeys: String, CodingKey { case contentLength = "content_length" }
        }
        let url: String
        let mandatory: Bool
        let meta: Meta
      }
      let entries: [Entry]
    }
    let manifest = plan.manifests[0]
    let document = try JSONDecoder().decode(Document.self, from: Data(manifest.content.utf8))
    #expect(document.entries.map(\.url) == Samples.spend.files.map(\.url))
    #expect(document.entries.map(\.meta.contentLength) == [1_090, 1_045])
    #expect(document.entries.map(\.mandatory) == [true, true])
    #expect(!manifest.url.dropFirst(5).contains(":"))
    let escaped = RedshiftManifest.text([
      SourceFile(url: "s3://b/\"\\\u{1}ü", byteCount: 1, rowCount: 1)
    ])
    let back = try JSONDecoder().decode(Document.self, from: Data(escaped.utf8))
    #expect(back.entries[0].url == "s3://b/\"\\\u{1}ü")
  }

  @Test(arguments: [
    "s3://bucket/exports/2023-03-14T04:03/spend", "s3://bucket/exports/2023-03-14T04:03/spend/x/",
    "/tmp", "",
  ])
  func `manifests do not go where files of a dump are`(prefix: String) throws {
    var options = Samples.options(.redshift)
    options.manifestPrefix = prefix
    #expect(throws: WarehouseError.self) { try Samples.plan(options, [Samples.spend]) }
  }

  @Test(arguments: [1, 11, 12, 40, 200])
  func `a publication of any size is one transaction within the limits`(count: Int) throws {
    let tables = (0..<count).map { number in
      SourceTable(
        name: "table_\(number)", files: Samples.files("t\(number)", [5]),
        columns: (0..<20).map { Samples.scalar("column_\($0)", .string) })
    }
    let plan = try Samples.plan(Samples.options(.redshift), tables)
    #expect(plan.steps.filter { $0.purpose == .publish }.count == 1)
    for step in plan.steps where step.isTransaction {
      #expect(step.statements.count <= 40, "\(step.title)")
      #expect(step.statements.reduce(0) { $0 + $1.sql.utf8.count } <= 100_000, "\(step.title)")
    }
    for statement in plan.steps.flatMap(\.statements) {
      #expect(statement.sql.utf8.count <= 100_000)
    }
    let all = sql(plan).joined(separator: "\n")
    for table in tables {
      #expect(all.contains("DELETE FROM \"public\".\"\(table.name)\";") || count <= 11)
      #expect(all.contains("INSERT INTO \"public\".\"\(table.name)\" ("))
    }
    #expect(all.contains("CREATE OR REPLACE PROCEDURE") == (count > 11))
  }

  @Test func `JSON goes through the engine's parser`() throws {
    func insert(_ target: CopyTarget) throws -> String? {
      sql(try Samples.plan(Samples.options(target), [Samples.spend]))
        .first { $0.hasPrefix("INSERT INTO") && $0.contains("\nFROM") }
    }
    #expect(try insert(.redshift)?.contains(#"JSON_PARSE("custom_properties")"#) == true)
    #expect(try insert(.snowflake)?.contains(#"PARSE_JSON("CUSTOM_PROPERTIES")"#) == true)
    let swap = sql(try Samples.plan(Samples.options(.snowflake, .swap), [Samples.spend]))
    #expect(swap.contains { $0.contains("PARSE_JSON(CAST(\"CUSTOM_PROPERTIES\" AS VARCHAR))") })
  }

  @Test func `text columns take the length that the footers prove, if asked to`() throws {
    var short = Samples.scalar("short", .string)
    short.byteLimit = 700
    var long = Samples.scalar("long", .string)
    long.byteLimit = 5_000_000
    let table = SourceTable(
      name: "t", files: Samples.files("t", [1]),
      columns: [short, long, Samples.scalar("unknown", .string)])
    var options = Samples.options(.redshift)
    #expect(try Samples.plan(options, [table]).tables[0].columns[0].type == "VARCHAR(65535)")
    options.textLength = .fromFooters
    #expect(
      try Samples.plan(options, [table]).tables[0].columns.map(\.type)
        == ["VARCHAR(1024)", "VARCHAR(65535)", "VARCHAR(65535)"])
    options.textLength = .fixed(300)
    #expect(try Samples.plan(options, [table]).tables[0].columns[1].type == "VARCHAR(300)")
  }

  @Test func `decimals that are too long become text, with a finding`() throws {
    for target in [CopyTarget.redshift, .snowflake] {
      let plan = try Samples.plan(Samples.options(target), [Samples.odd])
      let big = plan.tables[0].columns.first { $0.source == "big" }
      #expect(big?.type.hasPrefix("VARCHAR") == true)
      let finding = plan.findings.first { $0.place.column == "big" }
      #expect(finding?.code == .typeReplaced)
      #expect(finding?.message.contains("38 digits and the column has 76") == true)
    }
    let clickhouse = try Samples.plan(Samples.options(.clickhouse), [Samples.odd])
    #expect(clickhouse.tables[0].columns[5].type == "Nullable(Decimal(76, 38))")
  }

  @Test func `a table without files empties the live one, if there is one`() throws {
    let empty = SourceTable(name: "gone", files: [], columns: [])
    let present = TargetTable(
      name: "gone", columns: [TargetTable.Column(name: "c", type: "BIGINT")])
    let plan = try Samples.plan(
      Samples.options(.redshift), [Samples.spend, empty], present: [present])
    #expect(sql(plan).contains("DELETE FROM \"public\".\"gone\""))
    let unknown = try Samples.plan(Samples.options(.redshift), [Samples.spend, empty])
    #expect(!sql(unknown).contains { $0.contains("gone") })
    #expect(unknown.findings.contains { $0.code == .tableEmpty })
  }

  @Test func `what a target needs and was not given is named`() throws {
    var options = Samples.options(.redshift)
    options.iamRole = nil
    #expect(throws: WarehouseError.self) { try Samples.plan(options) }
    options = Samples.options(.snowflake)
    for stage in [nil, "", "a..b", "a.b.c.d"] {
      options.stage = stage
      #expect(throws: WarehouseError.self) { try Samples.plan(options) }
    }
    options = Samples.options(.duckdb)
    options.switching = .rename
    #expect(throws: WarehouseError.self) { try Samples.plan(options) }
  }

  @Test(arguments: ["a*b", "a?b", "a[b"])
  func `files whose names are patterns are refused`(name: String) throws {
    let table = SourceTable(
      name: "t",
      files: [SourceFile(url: "s3://b/\(name).parquet", byteCount: 1, rowCount: 1)],
      columns: [Samples.scalar("c", .int64)])
    #expect(throws: WarehouseError.self) { try Samples.plan(Samples.options(.duckdb), [table]) }
  }
}
