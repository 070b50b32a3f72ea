import Foundation
import Testing

/// `receipt history` and `receipt status`.
@Suite struct LedgerTests {
  @Test func `history lists the loads, the newest first`() throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["half"]])
    try scratch.makeDump(["a": ["base", "half"], "b": ["half"]], timestamp: Moment.second)
    #expect(try scratch.load().status == 0)
    let result = try Command.run("history", "--into", "crm.sqlite", in: scratch)
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n").map { line in
      line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    }
    #expect(lines.count == 3)
    #expect(lines[1].prefix(2) == ["2", Moment.second])
    #expect(lines[1].last == "transaction")
    #expect(lines[2].prefix(2) == ["1", Moment.first])
    #expect(lines[2].last == "new-file")
    let json = try Command.run("history", "--into", "crm.sqlite", "--json", in: scratch)
    let document = try JSONDecoder().decode(HistoryDocument.self, from: Data(json.output.utf8))
    #expect(document.loads.map(\.rows) == [20, 15])
    #expect(document.loads[0].tables.map(\.name) == ["a", "b"])
    #expect(document.loads[0].tables[0].columns.count > 1)
    let one = try Command.run(
      "history", "--into", "crm.sqlite", "--json", "--limit", "1", in: scratch)
    #expect(
      try JSONDecoder().decode(HistoryDocument.self, from: Data(one.output.utf8)).loads.count == 1)
  }

  private struct HistoryDocument: Decodable {
    struct Load: Decodable {
      struct Table: Decodable {
        struct Column: Decodable { let path: [String] }
        let name: String
        let columns: [Column]
      }
      let rows: Int
      let tables: [Table]
    }
    let loads: [Load]
  }

  @Test func `a database without loads has none, a missing one is an error`() throws {
    let scratch = try Scratch()
    try LoadedDatabase(scratch, "crm.sqlite").execute("CREATE TABLE mine (a)")
    let none = try Command.run("history", "--into", "crm.sqlite", in: scratch)
    #expect(none.status == 0)
    #expect(none.output == "nothing was loaded into crm.sqlite yet\n")
    let missing = try Command.run("history", "--into", "no.sqlite", in: scratch)
    #expect(missing.status == 1)
    #expect(missing.errors.hasPrefix("error: cannot read no.sqlite: there is no such file\n"))
    try scratch.write("text", to: "text")
    let text = try Command.run("history", "--into", "text", in: scratch)
    #expect(text.status == 1)
    #expect(text.errors.contains("file is not a database"))
  }

  @Test func `status says what is loaded, what is newest, and whether it is stale`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    func status(_ flags: String...) throws -> Command.Result {
      try Command.run(["status", "dump", "--into", "crm.sqlite"] + flags, in: scratch)
    }
    let before = try status("--exit-code")
    #expect(before.status == 0)
    #expect(before.output.contains("newest   dump \(Moment.first), "))
    #expect(before.output.contains("loaded   nothing in crm.sqlite"))
    #expect(before.output.hasSuffix("state    stale\n"))
    #expect(!scratch.exists("crm.sqlite"))
    #expect(try scratch.load().status == 0)
    let after = try status("--exit-code")
    #expect(after.status == 10)
    #expect(after.output.contains("loaded   dump \(Moment.first): 1 table, 10 rows in crm.sqlite"))
    #expect(after.output.hasSuffix("state    up to date\n"))
    try scratch.makeDump(["a": ["base"]], timestamp: Moment.second)
    let stale = try status("--json", "--exit-code")
    #expect(stale.status == 0)
    #expect(stale.output.contains("\"stale\":true"))
    #expect(stale.output.contains("\"newest\":\"\(Moment.second)\""))
    try scratch.remove("dump/receipt.json")
    #expect(try status().status == 20)
  }
}
