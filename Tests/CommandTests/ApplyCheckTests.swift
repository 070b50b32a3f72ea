import Foundation
import TestSupport
import Testing

/// What is done beside writing the changed rows: saying which, checking, and telling the planner.
@Suite struct ApplyCheckTests {
  private static let changes = ["--apply", "changes", "--key", "t=id,part"]

  /// A loaded table of distinct keys with an index on them, and a dump in which some rows differ.
  private static func scratch(
    rows: Int = 600, flags: [String] = [], _ change: (inout RandomTable) -> Void
  ) throws -> Scratch {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: rows, using: &random)
    table.rows.sort { ($0.key.id ?? 0) < ($1.key.id ?? 0) }
    try scratch.makeDump(of: ["t": table], timestamp: Moment.first)
    let made = try Command.run(
      ["load", "dump", "--into", "crm.sqlite", "--index", "t(id, part)", "--page-size", "512"]
        + flags, in: scratch)
    #expect(made.status == 0, "\(made.errors)")
    change(&table)
    try scratch.makeDump(of: ["t": table], timestamp: Moment.second)
    return scratch
  }

  private static func load(_ scratch: Scratch, _ flags: String...) throws -> Command.Result {
    try Command.run(
      ["load", "dump", "--into", "crm.sqlite"] + changes + flags, in: scratch)
  }

  @Test func `why all rows were written is said`() throws {
    let scratch = try ApplyCheckTests.scratch { $0.rows[3].version = 7 }
    let result = try scratch.load("--key", "t=id,part")
    #expect(result.output.contains("\nall rows of t: it is small\n"), "\(result.output)")
    let changed = try ApplyCheckTests.load(scratch, "--force")
    #expect(changed.output.contains("\nt: 0 changed, 0 added, 0 removed, by id, part\n"))
    #expect(!changed.output.contains("all rows"))
  }

  @Test func `a check finds what is broken elsewhere in the table`() throws {
    let scratch = try ApplyCheckTests.scratch { $0.rows[$0.rows.count - 1].version = 7 }
    let root = try #require(
      Int(try scratch.value("SELECT rootpage FROM sqlite_schema WHERE name = 't_id_part'") ?? ""))
    var file = try scratch.bytes("crm.sqlite")
    let top = (root - 1) * 512
    // The first child of the index's root: its lowest keys, which the change does not touch.
    #expect(file[top] == 2)
    let cell = top + Int(file[top + 12]) << 8 + Int(file[top + 13])
    let child = file[cell..<cell + 4].reduce(0) { $0 << 8 | Int($1) }
    #expect(file[(child - 1) * 512] == 10)
    // "Fragmented free bytes" that are not there.
    file[(child - 1) * 512 + 7] += 3
    try scratch.write(file, to: "crm.sqlite")
    let refused = try ApplyCheckTests.load(scratch, "--check")
    #expect(refused.status == 1, "\(refused.output)")
    #expect(
      refused.errors.contains("cannot write the changed rows of table t into"), "\(refused.errors)")
    #expect(refused.errors.contains("ragmentation of"), "\(refused.errors)")
    #expect(try scratch.value("SELECT count(*) FROM t WHERE version = 7") == "0")
    #expect(
      try scratch.value("SELECT count(*) FROM receipt_lease WHERE owner IS NOT NULL") == "0")
    let mended = try scratch.load("--apply", "replace", "--check")
    #expect(mended.status == 0, "\(mended.errors)")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
  }

  @Test func `the planner is told of changed rows, unless it is not to be`() throws {
    for analyzes in [true, false] {
      let scratch = try ApplyCheckTests.scratch { table in
        for index in table.rows.indices where index % 2 == 0 { table.rows[index].version = 1 }
        for _ in 0..<3 {
          table.rows += table.rows.suffix(200).map { row in
            var row = row
            row.key.id = (row.key.id ?? 0) + 1_000
            return row
          }
        }
      }
      let count = { () throws -> Int in
        let text = try scratch.value("SELECT stat FROM sqlite_stat1 WHERE idx = 't_id_part'")
        return Int(text?.split(separator: " ").first ?? "") ?? 0
      }
      #expect(try count() == 600)
      let flags = analyzes ? [] : ["--no-analyze"]
      let loaded = try Command.run(
        ["load", "dump", "--into", "crm.sqlite"] + ApplyCheckTests.changes + flags, in: scratch)
      #expect(loaded.output.contains("300 changed, 600 added"), "\(loaded.output)\(loaded.errors)")
      #expect(try (analyzes ? 900...1_500 : 600...600).contains(count()))
      #expect(try scratch.value("PRAGMA integrity_check") == "ok")
    }
  }
}
