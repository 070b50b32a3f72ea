import Foundation
import Testing

/// What keeps a dump from taking the place of the one that is live.
@Suite struct GateTests {
  struct Gate: Sendable, CustomTestStringConvertible {
    /// The new dump; the live one is a, b of 10 rows and c of 5.
    let tables: [String: [String]]
    let code: String
    /// What the message must say.
    let says: String
    /// What lets it pass.
    let flags: [String]
    var testDescription: String { "\(code) \(says)" }

    static let all = [
      Gate(
        tables: ["a": ["no-rows"], "b": ["base"], "c": ["half"]], code: "table-emptied",
        says: "no rows, and the live dump has 10", flags: ["--allow-empty", "a"]),
      Gate(
        tables: ["a": ["base"], "b": ["base"]], code: "table-gone",
        says: "--schema evolve drops it", flags: ["--schema", "evolve"]),
      Gate(
        tables: ["a": ["removed"], "b": ["base"], "c": ["half"]], code: "column-removed",
        says: "--schema evolve", flags: ["--schema", "evolve"]),
      Gate(
        tables: ["a": ["narrowed"], "b": ["base"], "c": ["half"]], code: "column-narrowed",
        says: "--schema evolve", flags: ["--schema", "evolve"]),
      Gate(
        tables: ["a": ["changed"], "b": ["base"], "c": ["half"]], code: "column-changed",
        says: "--schema evolve", flags: ["--schema", "evolve"]),
    ]
  }

  static let live = ["a": ["base"], "b": ["base"], "c": ["half"]]

  @Test(arguments: Gate.all)
  func `a tripped gate changes nothing, and its flag lets the dump pass`(gate: Gate) throws {
    let scratch = try Scratch(live: GateTests.live)
    try scratch.makeDump(gate.tables, timestamp: Moment.second)
    let before = try scratch.bytes("crm.sqlite")
    let refused = try scratch.load()
    #expect(refused.status == 22)
    #expect(refused.errorLines.first?.hasPrefix("error: cannot load dump into crm.sqlite") == true)
    #expect(refused.errors.contains(gate.code))
    #expect(refused.errors.contains(gate.says))
    #expect(try scratch.bytes("crm.sqlite") == before)
    #expect(try scratch.names() == ["crm.sqlite", "dump"])
    let allowed = try scratch.load(gate.flags[0], gate.flags[1], "--json")
    #expect(allowed.status == 0, "\(allowed.errors)")
    let document = try Document(allowed.output)
    #expect(document.findings.contains { $0.code == gate.code && $0.severity == "info" })
    #expect(
      try scratch.value(
        "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema "
          + "WHERE name NOT LIKE 'receipt%' ORDER BY name)")
        == gate.tables.keys.sorted().joined(separator: ","))
  }

  @Test func `rows that dropped by half pass, by more they do not`() throws {
    let scratch = try Scratch(live: ["a": ["base", "base"]])
    try scratch.makeDump(["a": ["base"]], timestamp: Moment.second)
    #expect(try scratch.load("--max-drop", "49.999%").status == 22)
    #expect(try scratch.load().status == 0)
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.third)
    #expect(try scratch.load("--max-drop", "0%").status == 22)
    let refused = try scratch.load("--max-drop", "10%")
    #expect(refused.errors.contains("5 rows, and the earlier dump had 10: 50% fewer, more than"))
    #expect(refused.errors.contains("--max-drop"))
    #expect(try scratch.load("--max-drop", "10%", "--allow-empty", "a").status == 0)
  }

  @Test func `columns may be added and hold more, unless the schema is frozen`() throws {
    for fixture in ["added", "widened"] {
      let scratch = try Scratch(live: ["a": ["base"]])
      try scratch.makeDump(["a": [fixture]], timestamp: Moment.second)
      let frozen = try scratch.load("--schema", "freeze")
      #expect(frozen.status == 22)
      #expect(frozen.errors.contains("--schema additive lets it pass."))
      let loaded = try scratch.load()
      #expect(loaded.status == 0, "\(loaded.errors)")
      #expect(loaded.output.contains("column-\(fixture)"))
    }
  }

  @Test(arguments: ["mine TEXT", "mine AS (upper(name))"])
  func `columns that somebody has added to a table are not dropped without a word`(
    column: String
  ) throws {
    let scratch = try Scratch(live: ["a": ["base"]], "ALTER TABLE a ADD COLUMN \(column)")
    try scratch.makeDump(["a": ["base"]], timestamp: Moment.second)
    let refused = try scratch.load()
    #expect(refused.status == 22)
    #expect(refused.errors.contains("column-removed: a, column mine: the table has the column in"))
    #expect(try scratch.load("--schema", "evolve").status == 0)
    #expect(
      try scratch.value("SELECT count(*) FROM pragma_table_xinfo('a') WHERE name = 'mine'")
        == "0")
  }

  @Test func `somebody else's table of the same name is replaced only on request`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["A": ["base"]])
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      "CREATE TABLE a (mine); INSERT INTO a VALUES (1)")
    let refused = try scratch.load()
    #expect(refused.status == 22)
    #expect(refused.errors.contains("table-foreign: A: the database has a table of that name"))
    #expect(refused.errors.contains("--adopt"))
    #expect(try scratch.value("SELECT mine FROM a") == "1")
    #expect(try scratch.load("--adopt").status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      "DROP TABLE A; CREATE VIEW a AS SELECT 1 AS x")
    let view = try scratch.load("--adopt")
    #expect(view.status == 22)
    #expect(view.errors.contains("the database has a view of that name"))
  }

  @Test func `a dump that is there already is not loaded again`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    let before = try scratch.snapshot()
    let again = try scratch.load()
    #expect(again.status == 0)
    #expect(again.output == "nothing new: crm.sqlite holds dump \(Moment.first) already\n")
    let more = try scratch.load("--keep-previous", "1")
    #expect(more.output.contains("note: indexes and kept tables are made while a dump is loaded"))
    #expect(try scratch.load("--exit-code").status == 10)
    let json = try scratch.load("--json")
    #expect(json.output.contains("\"status\":\"nothing-new\""))
    #expect(try Document(json.output).rows == 10)
    #expect(try scratch.snapshot() == before)
    let forced = try scratch.load("--force", "--exit-code")
    #expect(forced.status == 0)
    #expect(forced.output.contains("loaded dump"))
    // Another conversion is another content.
    #expect(try scratch.load("--decimal", "real").output.contains("loaded dump"))
    // A table that somebody has dropped is missing.
    try LoadedDatabase(scratch, "crm.sqlite").execute("DROP TABLE a")
    #expect(try scratch.load("--decimal", "real").output.contains("loaded dump"))
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
  }

  @Test func `an older dump than the live one is refused`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["base", "half"]], timestamp: "2026-11-19T04:03:00.000000Z")
    let refused = try scratch.load()
    #expect(refused.status == 22)
    #expect(
      refused.errors.contains(
        "dump-older: the dump is of 2026-11-19T04:03:00.000000Z, and the database holds the one of "
          + Moment.first))
    #expect(refused.errors.contains("--allow-older"))
    #expect(try scratch.load("--allow-older").status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a") == "15")
  }

  @Test func `some of the tables may be loaded by themselves`() throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["base"]])
    try scratch.makeDump(["a": ["half"], "b": ["half"]], timestamp: Moment.second)
    #expect(try scratch.load("--tables", "b").status == 0)
    #expect(try scratch.value("SELECT (SELECT count(*) FROM a) - (SELECT count(*) FROM b)") == "5")
    #expect(try scratch.load("--tables", "b", "--exit-code").status == 10)
    let status = try Command.run("status", "dump", "--into", "crm.sqlite", in: scratch)
    #expect(status.output.contains("and tables of 1 older"))
    #expect(status.output.contains("state    stale"))
    #expect(try scratch.load("--exit-code").status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a") == "5")
  }

  @Test func `a table that may be empty must be one that there is`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    let result = try scratch.load("--force", "--allow-empty", "A", "--allow-empty", "evnts")
    #expect(result.status == 64)
    #expect(result.errors.contains("cannot allow table evnts to be empty: the receipt has no such"))
    #expect(result.errors.contains("hint: it has a"))
  }
}
