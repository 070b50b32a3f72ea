import Foundation
import TestSupport
import Testing

/// Earlier dumps that stay in the database, and the way back to them.
@Suite struct RollbackTests {
  /// Everything that a database holds beside the ledger, however names are quoted: names, statements,
  /// and the rows of two tables.
  private static func content(of scratch: Scratch) throws -> [String] {
    let schema = try LoadedDatabase(scratch, "crm.sqlite").values(
      """
      SELECT type || ' ' || name || ' of ' || tbl_name || ': ' || ifnull(sql, '')
      FROM sqlite_schema WHERE tbl_name NOT LIKE 'receipt%' AND tbl_name NOT LIKE 'sqlite_%'
        AND tbl_name NOT LIKE '%@%'
      ORDER BY 1
      """
    ).map { ($0 ?? "").filter { !"\"[]".contains($0) } }
    return try schema.sorted()
      + ["a", "b"].flatMap { try scratch.sortedRows(of: $0) }.map { "\($0 ?? "")" }
  }

  @Test(arguments: JournalMode.allCases)
  func `what was there before comes back exactly`(mode: JournalMode) throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 200, using: &random)
    try scratch.makeDump(of: ["a": table, "b": table], timestamp: Moment.first)
    #expect(try scratch.load("--index", "a(id, part)").status == 0)
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try database.value("PRAGMA journal_mode = \(mode.rawValue)") == mode.rawValue)
    try database.execute(
      """
      CREATE TABLE mine (x); CREATE VIEW both AS SELECT * FROM a UNION ALL SELECT * FROM b;
      CREATE INDEX [b note] ON b (note); CREATE UNIQUE INDEX b_all ON b (id, part);
      CREATE TRIGGER a_new AFTER INSERT ON a BEGIN INSERT INTO mine VALUES (1); END;
      """)
    let before = try RollbackTests.content(of: scratch)
    let rows = try ["a", "b"].map { try scratch.sortedRows(of: $0) }
    table.advance(share: 0.3, using: &random)
    try scratch.makeDump(of: ["a": table, "b": table, "c": table], timestamp: Moment.second)
    let loaded = try scratch.load("--keep-previous", "1", "--max-drop", "100%")
    #expect(loaded.status == 0, "\(loaded.errors)")
    #expect(try scratch.sortedRows(of: "a@2026-11-20T04:03") == rows[0])
    #expect(try scratch.sortedRows(of: "a") != rows[0])
    #expect(try database.value("PRAGMA integrity_check") == "ok")
    let result = try Command.run("rollback", "--into", "crm.sqlite", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("holds dump \(Moment.first) again, with 2 tables: a, b"))
    #expect(result.output.contains("dropped: c"))
    #expect(try ["a", "b"].map { try scratch.sortedRows(of: $0) } == rows)
    #expect(try database.value("PRAGMA integrity_check") == "ok")
    #expect(try RollbackTests.content(of: scratch) == before, "seed \(random.seed)")
    #expect(try database.value("SELECT count(*) FROM both") == "400")
    try database.execute("INSERT INTO a SELECT * FROM a LIMIT 1")
    #expect(try database.value("SELECT count(*) FROM mine") == "1")
    #expect(
      try database.value("SELECT publishing FROM receipt_loads ORDER BY load_id DESC") == "rollback"
    )
  }

  @Test func `a dump that was taken back is not loaded again, the next one is`() throws {
    let scratch = try Scratch(live: ["t": ["base"]])
    try scratch.makeDump(["t": ["half"]], timestamp: Moment.second)
    #expect(try scratch.load("--keep-previous", "2").status == 0)
    #expect(try Command.run("rollback", "--into", "crm.sqlite", in: scratch).status == 0)
    #expect(try scratch.value("SELECT count(*) FROM t") == "10")
    let again = try scratch.load("--exit-code")
    #expect(again.status == 10, "\(again.errors)")
    #expect(again.output.contains("was taken back by a rollback; --force loads it"))
    let empty = try Command.run("rollback", "--into", "crm.sqlite", in: scratch)
    #expect(empty.status == 1)
    #expect(empty.errors.contains("it holds no earlier dump"))
    try scratch.makeDump(["t": ["half"]], timestamp: Moment.third)
    #expect(try scratch.load().status == 0)
    #expect(try scratch.value("SELECT count(*) FROM t") == "5")
  }

  @Test func `so many dumps are kept as were asked for, and nobody minds them`() throws {
    let scratch = try Scratch(live: ["t": ["base"]])
    for (day, fixture) in ["half", "base", "half", "base"].enumerated() {
      try scratch.makeDump(["t": [fixture]], timestamp: "2026-12-0\(day + 1)T04:00:00Z")
      #expect(try scratch.load("--keep-previous", "2").status == 0)
    }
    let kept =
      "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema "
      + "WHERE name LIKE 't@%' ORDER BY 1)"
    #expect(try scratch.value(kept) == "t@2026-12-02T04:00,t@2026-12-03T04:00")
    let status = try Command.run("status", "dump", "--into", "crm.sqlite", in: scratch)
    #expect(status.output.contains("up to date"), "\(status.output)")
    let export = try Command.run("export", "crm.sqlite", "again", in: scratch)
    #expect(export.status == 0, "\(export.errors)")
    #expect(export.output.contains("@") == false)
    let diff = try Command.run("diff", "crm.sqlite", "dump", in: scratch)
    #expect(diff.output.contains("have the same tables and counts"), "\(diff.output)")
    // One that says nothing of it goes on so, and does not take the way back from anybody.
    try scratch.makeDump(["t": ["half"]], timestamp: "2026-12-05T04:00:00Z")
    #expect(try scratch.load().status == 0)
    #expect(try scratch.value(kept) == "t@2026-12-03T04:00,t@2026-12-04T04:00")
    try scratch.makeDump(["t": ["half"]], timestamp: "2026-12-09T04:00:00Z")
    #expect(try scratch.load("--keep-previous", "0").status == 0)
    #expect(try scratch.value(kept) == nil)
  }

  @Test(arguments: JournalMode.allCases)
  func `each of two rollbacks gives back what was, and neither dump comes again`(
    mode: JournalMode
  ) throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 60, using: &random)
    try scratch.makeDump(of: ["a": table, "b": table], timestamp: Moment.first)
    #expect(try scratch.load("--index", "a(id, part)").status == 0)
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try database.value("PRAGMA journal_mode = \(mode.rawValue)") == mode.rawValue)
    try database.execute(
      """
      CREATE TABLE mine (x); CREATE UNIQUE INDEX "b all" ON b (id, part) WHERE id > 0;
      CREATE TRIGGER a_new AFTER INSERT ON a BEGIN INSERT INTO mine VALUES (1); END;
      """)
    var contents = [try RollbackTests.content(of: scratch)]
    for timestamp in [Moment.second, Moment.third] {
      table.advance(share: 0.3, using: &random)
      try scratch.makeDump(of: ["a": table, "b": table], timestamp: timestamp)
      let loaded = try scratch.load("--keep-previous", "2", "--max-drop", "100%")
      #expect(loaded.status == 0, "\(loaded.errors)")
      contents.append(try RollbackTests.content(of: scratch))
    }
    for before in [contents[1], contents[0]] {
      let back = try Command.run("rollback", "--into", "crm.sqlite", in: scratch)
      #expect(back.status == 0, "\(back.errors)")
      #expect(try RollbackTests.content(of: scratch) == before, "seed \(random.seed)")
      #expect(try database.value("PRAGMA integrity_check") == "ok")
      let again = try scratch.load("--exit-code", "--keep-previous", "2")
      #expect(again.status == 10, "\(again.output)\(again.errors)")
    }
    try scratch.makeDump(of: ["a": table, "b": table], timestamp: Moment.second)
    #expect(try scratch.load("--exit-code").status == 10)
    #expect(try scratch.load("--exit-code", "--force").status == 0)
  }

  @Test func `a load of one table leaves what was kept of the others, and its rollback them`()
    throws
  {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 40, using: &random)
    try scratch.makeDump(of: ["a": table, "b": table], timestamp: Moment.first)
    #expect(try scratch.load().status == 0)
    table.advance(share: 0.3, using: &random)
    try scratch.makeDump(of: ["a": table, "b": table], timestamp: Moment.second)
    #expect(try scratch.load("--keep-previous", "1", "--max-drop", "100%").status == 0)
    let second = try RollbackTests.content(of: scratch)
    let kept =
      "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema "
      + "WHERE type = 'table' AND name LIKE '%@%' ORDER BY 1)"
    #expect(try scratch.value(kept) == "a@2026-11-20T04:03,b@2026-11-20T04:03")
    table.advance(share: 0.3, using: &random)
    try scratch.makeDump(of: ["a": table, "b": table], timestamp: Moment.third)
    let one = try scratch.load("--tables", "a", "--keep-previous", "1", "--max-drop", "100%")
    #expect(one.status == 0, "\(one.errors)")
    #expect(try scratch.value(kept) == "a@2026-11-20T15:03,b@2026-11-20T04:03")
    let back = try Command.run("rollback", "--into", "crm.sqlite", in: scratch)
    #expect(back.output.contains("again, with 1 table: a"), "\(back.output)\(back.errors)")
    #expect(try RollbackTests.content(of: scratch) == second, "seed \(random.seed)")
    // Where none is to be kept the table's own go, and only those.
    #expect(
      try scratch.load(
        "--tables", "a", "--force", "--max-drop", "100%", "--keep-previous", "0"
      ).status == 0)
    #expect(try scratch.value(kept) == "b@2026-11-20T04:03")
    #expect(
      try scratch.load("--force", "--max-drop", "100%", "--keep-previous", "0").status == 0)
    #expect(try scratch.value(kept) == nil)
  }
}
