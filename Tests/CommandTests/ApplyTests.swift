import Foundation
import TestSupport
import Testing

/// Loads that write only the rows that have changed.
@Suite struct ApplyTests {
  private static let key = ["--key", "t=id,part"]
  private static let indexes = """
    CREATE INDEX t_note ON t (note, id); CREATE INDEX t_part ON t (part DESC) WHERE price > 0;
    CREATE TABLE log (what); CREATE VIEW notes AS SELECT id, note FROM t;
    CREATE TRIGGER t_new AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('new'); END;
    CREATE TRIGGER t_gone BEFORE DELETE ON t BEGIN INSERT INTO log VALUES ('gone'); END;
    """

  @Test(arguments: JournalMode.allCases)
  func `the rows are the same as if all were replaced`(mode: JournalMode) throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 900, using: &random)
    try scratch.makeDump(of: ["t": table], timestamp: Moment.first)
    #expect(try scratch.load("--index", "t(id, part)").status == 0)
    let live = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try live.value("PRAGMA journal_mode = \(mode.rawValue)") == mode.rawValue)
    try live.execute(ApplyTests.indexes)
    for (round, share) in [0.0, 0.01, 0.1, 0.6, 1.5].enumerated() {
      table.advance(share: share, using: &random)
      try scratch.makeDump(of: ["t": table], timestamp: "2026-12-0\(round + 1)T00:00:00Z")
      let result = try Command.run(
        ["load", "dump", "--into", "crm.sqlite", "--apply", "changes", "--json", "--check"]
          + ApplyTests.key, in: scratch)
      #expect(result.status == 0, "\(result.errors), seed \(random.seed)")
      #expect(result.output.contains("\"mode\":\"changes\""), "\(result.output)")
      let fresh = try Command.run(
        "load", "dump", "--into", "fresh.sqlite", "--replace", in: scratch)
      #expect(fresh.status == 0)
      #expect(
        try scratch.sortedRows(of: "t") == scratch.sortedRows(of: "t", in: "fresh.sqlite"),
        "round \(round), seed \(random.seed)")
      #expect(try live.value("PRAGMA integrity_check") == "ok", "seed \(random.seed)")
      #expect(try live.value("SELECT count(*) FROM log") == "0")
      #expect(
        try live.value("SELECT publishing || row_count FROM receipt_loads ORDER BY 1 DESC") != nil)
      #expect(
        try live.value("SELECT row_count FROM receipt_loads ORDER BY load_id DESC")
          == String(table.rows.count))
    }
    #expect(
      try live.values("SELECT name FROM sqlite_schema WHERE tbl_name = 't' ORDER BY 1")
        == ["t", "t_gone", "t_id_part", "t_new", "t_note", "t_part"])
    try live.execute("INSERT INTO t SELECT * FROM t LIMIT 1")
    #expect(try live.value("SELECT count(*) FROM log") == "1")
  }

  @Test func `rows that are the same keep their rowids`() throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 300, using: &random)
    try scratch.makeDump(of: ["t": table], timestamp: Moment.first)
    #expect(try scratch.load().status == 0)
    let before = try LoadedDatabase(scratch, "crm.sqlite").values(
      "SELECT rowid || ' ' || id || part || row_checksum FROM t")
    table.rows[17].version = 9
    table.rows.remove(at: 200)
    try scratch.makeDump(of: ["t": table], timestamp: Moment.second)
    let result = try Command.run(
      ["load", "dump", "--into", "crm.sqlite", "--apply", "changes"] + ApplyTests.key, in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("t: 1 changed, 0 added, 1 removed, by id, part"))
    let after = try LoadedDatabase(scratch, "crm.sqlite").values(
      "SELECT rowid || ' ' || id || part || row_checksum FROM t")
    #expect(Set(before).subtracting(after).count == 2)
    #expect(Set(after).subtracting(before).count == 1)
    #expect(
      try scratch.value("SELECT publishing FROM receipt_loads WHERE load_id = 2") == "changes")
  }

  @Test func `rows without a key are known by their checksum, as often as they occur`() throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 200, using: &random)
    for index in table.rows.indices { table.rows[index].version = index }
    table.rows += table.rows.prefix(20)
    try scratch.makeDump(of: ["spend": table], timestamp: Moment.first)
    #expect(try scratch.load().status == 0)
    table.rows.remove(at: 3)
    table.rows[30].version = 1_000
    table.rows += table.rows[40..<50]
    table.rows.shuffle(using: &random)
    try scratch.makeDump(of: ["spend": table], timestamp: Moment.second)
    let result = try Command.run(
      "load", "dump", "--into", "crm.sqlite", "--apply", "changes", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains("spend: 0 changed, 11 added, 2 removed, by row_checksum"),
      "\(result.output), seed \(random.seed)")
    #expect(
      try Command.run("load", "dump", "--into", "fresh.sqlite", in: scratch).status == 0)
    #expect(
      try scratch.sortedRows(of: "spend") == scratch.sortedRows(of: "spend", in: "fresh.sqlite"),
      "seed \(random.seed)")
  }

  @Test(arguments: [
    ("UPDATE source SET id = 1, part = 'p0'", "repeated"),
    ("UPDATE source SET part = NULL WHERE rowid = 5", "NULL"),
  ])
  func `keys that do not tell rows apart lead to a replacement`(
    _ change: String, _ word: String
  ) throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 40, using: &random)
    try scratch.makeDump(of: ["t": table], timestamp: Moment.first)
    #expect(try scratch.load().status == 0)
    if word == "NULL" {
      table.rows[5].key.part = nil
    } else {
      table.rows[5].key = table.rows[6].key
    }
    try scratch.makeDump(of: ["t": table], timestamp: Moment.second)
    let result = try Command.run(
      ["load", "dump", "--into", "crm.sqlite", "--apply", "changes"] + ApplyTests.key, in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("key-unusable"), "\(result.output)")
    #expect(result.output.contains(word))
    #expect(try scratch.sortedRows(of: "t").count == 40)
    #expect(
      try scratch.value("SELECT publishing FROM receipt_loads WHERE load_id = 2") == "transaction")
  }

  @Test func `other columns, no checksum or no key lead to a replacement that says why`() throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    let table = RandomTable(rowCount: 30, using: &random)
    try scratch.makeDump(of: ["t": table, "u": table], timestamp: Moment.first)
    #expect(try scratch.load().status == 0)
    try scratch.makeDump(
      of: ["t": table, "u": table], timestamp: Moment.second,
      columns: RandomTable.columns.replacing("row_checksum", with: "sum"))
    var result = try Command.run(
      [
        "load", "dump", "--into", "crm.sqlite", "--apply", "changes", "--json", "--schema",
        "evolve",
      ] + ApplyTests.key, in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("its columns are others"))
    try scratch.makeDump(
      of: ["t": table, "u": table], timestamp: Moment.third,
      columns: RandomTable.columns.replacing("row_checksum", with: "sum"))
    result = try Command.run(
      ["load", "dump", "--into", "crm.sqlite", "--apply", "changes", "--json"] + ApplyTests.key,
      in: scratch)
    #expect(result.output.contains("it has no column row_checksum"))
    let wrong = try Command.run(
      "load", "dump", "--into", "crm.sqlite", "--apply", "changes", "--key", "t=missing", "--force",
      in: scratch)
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("it has no such column"))
    let malformed = try scratch.load("--key", "t")
    #expect(malformed.status == 64)
  }

  @Test func `auto says which it took, and takes the cheaper one`() throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 6_000, using: &random)
    try scratch.makeDump(of: ["t": table], timestamp: Moment.first)
    #expect(try scratch.load().status == 0)
    table.advance(share: 0.01, using: &random)
    try scratch.makeDump(of: ["t": table], timestamp: Moment.second)
    let few = try Command.run(
      ["load", "dump", "--into", "crm.sqlite", "--json"] + ApplyTests.key, in: scratch)
    #expect(few.output.contains("\"mode\":\"changes\""), "\(few.output)\(few.errors)")
    table.advance(share: 0.5, using: &random)
    try scratch.makeDump(of: ["t": table], timestamp: Moment.third)
    let many = try Command.run(
      ["load", "dump", "--into", "crm.sqlite", "--json", "--max-drop", "100%"] + ApplyTests.key,
      in: scratch)
    #expect(many.output.contains("\"mode\":\"replace\""), "\(many.output)\(many.errors)")
    #expect(try scratch.sortedRows(of: "t").count == table.rows.count)
  }

  /// What others write meanwhile must not be taken for what was compared.
  @Test(.enabled(if: Tool.injectsFaults, "strace cannot be used"))
  func `a database that others write to meanwhile gets all rows`() throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 100, using: &random)
    try scratch.makeDump(of: ["a": table], timestamp: Moment.first)
    #expect(try scratch.load().status == 0)
    table.advance(share: 0.1, using: &random)
    try scratch.makeDump(of: ["a": table], timestamp: Moment.second)
    // The label of this dump is another one than that of the fixtures.
    let label = String(Moment.second.prefix(16))
    if scratch.exists("dump/\(SampleDump.label)") == false {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path("dump/\(SampleDump.label)"), withDestinationPath: label)
    }
    let load = try SlowLoad(in: scratch, "--apply", "changes", "--key", "a=id,part")
    #expect(try load.waitForLease())
    pause(.milliseconds(200))
    try LoadedDatabase(scratch, "crm.sqlite").execute("UPDATE a SET note = 'mine'")
    #expect(try load.end().status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a WHERE note = 'mine'") == "0")
    #expect(try scratch.sortedRows(of: "a").count == table.rows.count)
  }
}
