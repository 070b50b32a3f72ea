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
    #expect(text.errors.hasPrefix("error: cannot read text: it is not a SQLite database\nhint: "))
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

  @Test func `a table that is yet to be emptied or to go is something new`() throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["base"], "c": ["base"]])
    try scratch.makeDump(["a": ["half"], "b": []], timestamp: Moment.second)
    #expect(try scratch.load("--tables", "a").status == 0)
    func status() throws -> Int32? {
      try Command.run("status", "dump", "--into", "crm.sqlite", "--exit-code", in: scratch).status
    }
    #expect(try status() == 0)
    let refused = try scratch.load()
    #expect(refused.status == 22, "\(refused.output)")
    #expect(refused.errors.contains("table-emptied: b: "))
    #expect(refused.errors.contains("table-gone: c: "))
    #expect(try scratch.load("--tables", "a,b", "--allow-empty", "b").status == 0)
    #expect(try scratch.value("SELECT count(*) FROM b") == "0")
    // The third one is still of the dump before.
    #expect(try status() == 0)
    #expect(try scratch.load("--schema", "evolve").status == 0)
    #expect(try status() == 10)
    #expect(try scratch.load("--exit-code").status == 10)
  }

  @Test(arguments: [
    ("UPDATE receipt_loads SET load_id = 9223372036854775807", "column load_id"),
    ("UPDATE receipt_tables SET row_count = 9223372036854775807", "column row_count"),
    ("UPDATE receipt_tables SET byte_count = -1", "column byte_count"),
    ("UPDATE receipt_loads SET database_byte_count = 9e300", "column database_byte_count"),
  ])
  func `numbers that cannot be are an error, not a crash`(sql: String, says: String) throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["base"]], sql)
    try scratch.makeDump(["a": ["half"], "b": ["base"]], timestamp: Moment.second)
    for command in [["history"], ["status", "dump"], ["load", "dump", "--adopt"]] {
      let result = try Command.run(command + ["--into", "crm.sqlite"], in: scratch)
      #expect(result.status == 1, "\(command)")
      #expect(result.errors.contains("cannot read the ledger of crm.sqlite: \(says) of load "))
    }
  }

  @Test func `a small load says nothing about the room that a large one needs`() throws {
    // As after a load of one small table, of which each page is nearly empty.
    let scratch = try Scratch(
      live: ["a": ["base"]],
      "UPDATE receipt_loads SET byte_count = 10, database_byte_count = 1000000000000")
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let result = try scratch.load()
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test func `loads keep their numbers when one of the ledger's tables is gone`() throws {
    let scratch = try Scratch(live: ["a": ["base"]], "DROP TABLE receipt_tables")
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    #expect(try scratch.load().status == 22)
    #expect(try scratch.load("--adopt").status == 0)
    #expect(try scratch.value("SELECT group_concat(load_id) FROM receipt_loads") == "1,2")
    #expect(try scratch.load("--exit-code").status == 10)
  }

  @Test func `status shows a dump whose receipt is still to come`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.write(
      try SampleDump.fixture("base"), to: "dump/2026-11-20T15:03/a/000000000000.parquet")
    try scratch.write(
      try SampleDump.fixture("base"), to: "dump/2026-11-19T15:03/a/000000000000.parquet")
    try scratch.write("x", to: "dump/2027/notes.txt")
    let text = try Command.run("status", "dump", "--into", "crm.sqlite", in: scratch)
    #expect(text.output.contains("arriving dump 2026-11-20T15:03: 1 file so far, and no receipt\n"))
    #expect(text.output.ranges(of: "arriving").count == 1)
    #expect(text.output.hasSuffix("state    up to date\n"))
    let json = try Command.run("status", "dump", "--into", "crm.sqlite", "--json", in: scratch)
    #expect(json.output.contains("\"arriving\":[{\"files\":1,\"label\":\"2026-11-20T15:03\"}]"))
  }
}
