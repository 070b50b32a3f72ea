import Foundation
import TestSupport
import Testing

/// `receipt report`: what it finds out, held against what was put there.
@Suite struct ReportTests {
  struct Answer: Decodable {
    struct Table: Decodable, Equatable {
      let name: String
      let files: Int
      let rows: Int?
      let bytes: Int
      let columns: Int?
      let source: String
    }
    struct Dump: Decodable {
      let label: String
      let state: String?
      let current: Bool
      let tables: [Table]
      let findings: [Document.Finding]

      subscript(name: String) -> Table? { tables.first { $0.name == name } }
    }
    struct Delivery: Decodable {
      let due: String
      let state: String
    }
    struct Step: Decodable {
      struct Table: Decodable {
        let name: String
      }
      let old: String
      let new: String
      let added: [String]
      let removed: [String]
      let changed: [Table]
    }
    struct Comparison: Decodable {
      struct Size: Decodable {
        let rows: Int?
      }
      struct Rows: Decodable {
        let added: Int
        let removed: Int
        let changed: Int
      }
      struct Table: Decodable {
        let name: String
        let old: Size?
        let new: Size?
        let rows: Rows?
      }
      let old: String?
      let new: String
      let database: String?
      let tables: [Table]
    }
    struct Sizes: Decodable {
      let table: String
      let files: Int
      let smallest: Int
      let largest: Int
      let bytes: Int
    }
    let dumps: [Dump]
    let olderDumps: Int
    let deliveries: [Delivery]
    let schemaSteps: [Step]
    let comparison: Comparison?
    let fileSizes: [Sizes]
    let receiptProblem: String?
  }

  /// Three dumps at one location: `a` grows and changes, `b` gets a column, `c` comes with the last.
  static func makeSeries(in scratch: Scratch) throws {
    for (number, timestamp) in [Moment.first, Moment.second, Moment.third].enumerated() {
      if scratch.exists("source.sqlite") { try scratch.remove("source.sqlite") }
      let database = try LoadedDatabase(scratch, "source.sqlite")
      let count = 1_000 + 100 * number
      try database.execute(
        """
        CREATE TABLE a (id INTEGER, note TEXT, row_checksum TEXT);
        WITH RECURSIVE n(i) AS (VALUES (\(10 * number)) UNION ALL SELECT i + 1 FROM n
          WHERE i < \(10 * number + count - 1))
        INSERT INTO a SELECT i, 'note ' || i, 'sum ' || i || iif(i % 50 = 0, '\(number)', '') FROM n;
        CREATE TABLE b (id INTEGER\(number > 0 ? ", more TEXT" : ""));
        INSERT INTO b (id) VALUES (1), (2)
        """)
      if number == 2 { try database.execute("CREATE TABLE c (id INTEGER)") }
      let result = try Command.run(
        "export", "source.sqlite", "dump", "--timestamp", timestamp, "--files", "2", in: scratch)
      try #require(result.status == 0, "\(result.errors)")
    }
  }

  private static let labels = [Moment.first, Moment.second, Moment.third].map {
    String($0.prefix(16))
  }

  private func report(_ arguments: String..., in scratch: Scratch) throws -> Answer {
    let result = try Command.run(["report", "dump", "--json"] + arguments, in: scratch)
    try #require(result.status == 0, "\(result.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Answer.self, from: Data(result.output.utf8))
  }

  @Test func `rows, columns and sizes are those of the files, whoever says them`() throws {
    let scratch = try Scratch()
    try ReportTests.makeSeries(in: scratch)
    let before = try scratch.snapshot()
    let manifests = try report(in: scratch)
    #expect(try scratch.snapshot() == before)
    #expect(manifests.dumps.map(\.label) == ReportTests.labels)
    #expect(manifests.dumps.map { $0["a"]?.rows } == [1_000, 1_100, 1_200])
    #expect(manifests.dumps.map { $0["b"]?.columns } == [1, 2, 2])
    #expect(manifests.dumps[2]["c"]?.rows == 0)
    #expect(manifests.dumps.map(\.current) == [false, false, true])
    #expect(manifests.dumps.allSatisfy { $0.state == "complete" })
    #expect(manifests.dumps.map { $0.findings.map(\.code) } == [[], [], ["table-empty"]])
    #expect(manifests.dumps.allSatisfy { $0.tables.allSatisfy { $0.source == "manifest" } })
    let sizes = try #require(manifests.fileSizes.first { $0.table == "a" })
    let files = try FileManager.default.contentsOfDirectory(
      atPath: scratch.path("dump/\(ReportTests.labels[2])/a"))
    let bytes = try files.map { try scratch.bytes("dump/\(ReportTests.labels[2])/a/\($0)").count }
    #expect(
      [sizes.smallest, sizes.largest, sizes.bytes] == [
        bytes.min(), bytes.max(), bytes.reduce(0, +),
      ])
    #expect(sizes.files == files.count)

    // Loaded, and without manifests: the ledger knows the second one, the footers the others.
    try scratch.copy("dump/receipt.json", to: "last.json")
    try scratch.copy("dump/receipts/\(Moment.second).json", to: "dump/receipt.json")
    #expect(try Command.run("load", "dump", "--into", "crm.sqlite", in: scratch).status == 0)
    try scratch.copy("last.json", to: "dump/receipt.json")
    for label in ReportTests.labels { try scratch.remove("dump/\(label)/manifest.json") }
    let others = try report("--into", "crm.sqlite", in: scratch)
    #expect(
      others.dumps.map { Set($0.tables.map(\.source)) }
        == [["footers"], ["ledger"], ["footers"]])
    for (one, other) in zip(manifests.dumps, others.dumps) {
      #expect(one.tables.map(\.rows) == other.tables.map(\.rows))
      #expect(one.tables.map(\.columns) == other.tables.map(\.columns))
    }
    // A database with another dump is what the newest is compared with.
    #expect(others.comparison?.database == "crm.sqlite")
    #expect(others.comparison?.old == Moment.second)

    // Without receipts nobody knows whether the older ones are whole; their numbers are known still.
    try scratch.remove("dump/receipts")
    let orphans = try report(in: scratch)
    #expect(orphans.dumps.map(\.state) == ["orphan", "orphan", "complete"])
    #expect(orphans.dumps.map { $0["a"]?.rows } == [1_000, 1_100, 1_200])

    // What is gone from the location is in the ledger.
    try scratch.remove("dump/\(ReportTests.labels[1])")
    let gone = try report("--into", "crm.sqlite", in: scratch)
    #expect(gone.dumps.map(\.label) == ReportTests.labels)
    #expect(gone.dumps.map(\.state) == ["orphan", nil, "complete"])
    #expect(gone.dumps[1]["a"]?.rows == 1_100)
  }

  @Test func `changes are told: tables, columns, rows, deliveries`() throws {
    let scratch = try Scratch()
    try ReportTests.makeSeries(in: scratch)
    let answer = try report(
      "--rows", "--key", "a=id", "--expect", "04:00,15:00", "--last", "3", in: scratch)
    #expect(answer.schemaSteps.count == 2)
    #expect(answer.schemaSteps[0].changed.map(\.name) == ["b"])
    #expect(answer.schemaSteps[0].new == ReportTests.labels[1])
    #expect(answer.schemaSteps[1].added == ["c"])
    #expect(answer.deliveries.prefix(3).map(\.state) == ["delivered", "delivered", "delivered"])
    #expect(answer.deliveries.last?.state == "awaited")
    let comparison = try #require(answer.comparison)
    #expect(comparison.old == Moment.second && comparison.new == Moment.third)
    // The keys go from 10…1109 to 20…1219; of those in both, one in fifty has another checksum.
    let rows = try #require(comparison.tables.first { $0.name == "a" }?.rows)
    #expect(rows.added == 110)
    #expect(rows.removed == 10)
    #expect(rows.changed == 22)
    #expect(comparison.tables.first { $0.name == "c" }?.old?.rows == nil)

    let last = try report("--last", "1", in: scratch)
    #expect(last.dumps.map(\.label) == [ReportTests.labels[2]])
    #expect(last.olderDumps == 2)
    #expect(last.comparison == nil)
  }

  @Test func `what is wrong is told of the dump that has it`() throws {
    let scratch = try Scratch()
    try ReportTests.makeSeries(in: scratch)
    let file = "dump/\(ReportTests.labels[0])/a/000000000000.parquet"
    try scratch.remove(file)
    let broken = "dump/\(ReportTests.labels[1])/a/000000000000.parquet"
    try scratch.remove("dump/\(ReportTests.labels[1])/manifest.json")
    try scratch.cut(broken, by: 4)
    let late = "dump/2030-01-01T04:00/a/000000000000.parquet"
    try scratch.write("x", to: late)
    let answer = try report(in: scratch)
    #expect(answer.dumps.map(\.state) == ["partial", "complete", "complete", "in-flight"])
    #expect(answer.dumps[0].findings.map(\.code).contains("file-missing"))
    #expect(answer.dumps[1].findings.map(\.code) == ["footer-unreadable"])
    #expect(answer.dumps[1]["a"]?.rows == nil)
    #expect(answer.dumps[2].findings.map(\.code) == ["table-empty"])
    // Files that are still being written are not opened.
    #expect(answer.dumps[3].findings.isEmpty)

    try scratch.write("{", to: "dump/receipt.json")
    let without = try report(in: scratch)
    #expect(without.receiptProblem?.contains("receipt.json") == true)
    #expect(without.dumps.count == 4)
    let said = try Command.run("report", "dump", "--html", "page.html", in: scratch)
    #expect(said.output.contains("note: cannot read dump/receipt.json, line 1"), "\(said.output)")
  }

  @Test func `a page is written at one moment, and what cannot be is said`() throws {
    let scratch = try Scratch()
    try ReportTests.makeSeries(in: scratch)
    let written = try Command.run("report", "dump", "--html", "page.html", in: scratch)
    #expect(written.status == 0)
    #expect(written.output.hasPrefix("page.html: 3 dumps, 3 tables, 1 finding"))
    let page = try scratch.text("page.html")
    let printed = try Command.run("report", "dump", "--html", "-", in: scratch)
    #expect(printed.output.hasPrefix("<!doctype html>") && printed.output.hasSuffix("</html>\n"))
    #expect(abs(printed.output.count - page.count) < 20)
    #expect(try Command.run("report", "dump", "--html", "/dev/null", in: scratch).status == 0)
    #expect(try scratch.names().allSatisfy { !$0.hasPrefix(".") })

    for arguments in [
      ["report", "dump"], ["report", "dump", "--html", "-", "--json"],
      ["report", "dump", "--html", "x", "--last", "0"],
      ["report", "dump", "--html", "x", "--plan", "gold"],
      ["report", "dump", "--html", "x", "--expect", "25:00"],
    ] { #expect(try Command.run(arguments, in: scratch).status == 64, "\(arguments)") }
    #expect(try Command.run("report", "none", "--html", "x", in: scratch).status == 1)
    #expect(try Command.run("report", "dump", "--html", "none/x", in: scratch).status == 1)
    #expect(!scratch.exists("x"))
    try scratch.makeFolder("empty")
    let empty = try Command.run("report", "empty", "--html", "empty.html", in: scratch)
    #expect(empty.status == 0, "\(empty.errors)")
    #expect(try scratch.text("empty.html").contains("There is no dump yet"))
  }
}
