import Foundation
import TestSupport
import Testing

/// What `receipt report` takes from a database and the state of a watch beside it.
@Suite struct ReportSourcesTests {
  private struct Answer: Decodable {
    struct Dump: Decodable {
      let label: String
      let state: String?
      let watched: String?
      let findings: [Document.Finding]
    }
    let dumps: [Dump]
    let comparison: ReportTests.Answer.Comparison?
  }

  private static func report(_ flags: String..., in scratch: Scratch) throws -> Answer {
    let result = try Command.run(["report", "dump", "--json"] + flags, in: scratch)
    try #require(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
  }

  /// Three dumps at a place that keeps no receipts; the first was loaded, and the second was seen by a
  /// watch that keeps it out.
  private static func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try ReportTests.makeSeries(in: scratch)
    try scratch.copy("dump/receipt.json", to: "last.json")
    let second = String(Moment.second.prefix(16))
    try scratch.copy("dump/receipts/\(Moment.first).json", to: "dump/receipt.json")
    #expect(try scratch.load().status == 0)
    try scratch.copy("dump/receipts/\(Moment.second).json", to: "dump/receipt.json")
    for file in try FileManager.default.contentsOfDirectory(
      atPath: scratch.path("dump/\(second)/a")) where file.hasSuffix(".parquet")
    {
      try scratch.cut("dump/\(second)/a/\(file)", by: 3)
    }
    let watched = try Command.run("watch", "dump", "--into", "crm.sqlite", "--once", in: scratch)
    #expect(watched.status == 21, "\(watched.errors)")
    try scratch.copy("last.json", to: "dump/receipt.json")
    try scratch.remove("dump/receipts")
    for label in [Moment.first, Moment.second, Moment.third] {
      try scratch.remove("dump/\(label.prefix(16))/manifest.json")
    }
    return scratch
  }

  @Test func `dumps without a receipt are known by the ledger and a watch`() throws {
    let scratch = try ReportSourcesTests.scratch()
    let alone = try ReportSourcesTests.report(in: scratch)
    #expect(alone.dumps.map(\.state) == ["orphan", "orphan", "complete"])
    let both = try ReportSourcesTests.report("--into", "crm.sqlite", in: scratch)
    #expect(both.dumps.map(\.state) == ["complete", "complete", "complete"])
    #expect(both.dumps.map(\.watched) == [nil, "quarantined", nil])
    #expect(both.dumps[1].findings.contains { $0.code == "footer-unreadable" })
    let first = String(Moment.first.prefix(16))
    let file = try #require(
      FileManager.default.contentsOfDirectory(atPath: scratch.path("dump/\(first)/a")).first)
    try scratch.remove("dump/\(first)/a/\(file)")
    let partial = try ReportSourcesTests.report("--into", "crm.sqlite", in: scratch)
    #expect(partial.dumps.map(\.state) == ["partial", "complete", "complete"])
    let page = try Command.run(
      "report", "dump", "--into", "crm.sqlite", "--html", "-", in: scratch)
    #expect(page.output.contains("kept out"), "\(page.errors)")
  }

  @Test func `rows are compared with those of the database`() throws {
    let scratch = try ReportSourcesTests.scratch()
    try scratch.remove("dump/\(Moment.second.prefix(16))")
    let answer = try ReportSourcesTests.report(
      "--into", "crm.sqlite", "--rows", "--key", "a=id", in: scratch)
    #expect(answer.comparison?.database == "crm.sqlite")
    let rows = try #require(answer.comparison?.tables.first { $0.name == "a" }?.rows)
    // Ids 0 to 999 became 20 to 1,219, and every fiftieth of those that stay has another checksum.
    let counts: [Int] = [rows.added, rows.removed, rows.changed]
    #expect(counts == [220, 20, 19])
    #expect(answer.comparison?.tables.first { $0.name == "b" }?.rows == nil)
  }
}
