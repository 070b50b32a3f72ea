import Foundation
import TestSupport
import Testing

/// Indexes that a load makes and keeps.
@Suite struct IndexLoadTests {
  private static let list =
    "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"

  @Test(arguments: JournalMode.allCases)
  func `indexes are made once and kept from load to load`(mode: JournalMode) throws {
    let scratch = try Scratch()
    try FileManager.default.copyItem(atPath: SampleDump.example, toPath: scratch.path("dump"))
    let made = try scratch.load(
      "--preset", "dreamdata", "--index", "events(dd_company_id, timestamp)", "--check")
    #expect(made.status == 0, "\(made.errors)")
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try database.value("PRAGMA journal_mode = \(mode.rawValue)") == mode.rawValue)
    let names = try database.values(IndexLoadTests.list)
    #expect(names.contains("events_dd_company_id_timestamp"))
    #expect(names.contains("attribution_dd_stage_id_dd_session_id"))
    #expect(try database.value("PRAGMA integrity_check") == "ok")
    let schema =
      "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema "
      + "WHERE name NOT LIKE 'receipt%' ORDER BY name)"
    let before = try database.value(schema)
    try database.execute(
      """
      CREATE INDEX mine ON events (event_name COLLATE NOCASE);
      CREATE INDEX "odd ""name" ON contacts (email);
      """)
    for _ in 0..<3 {
      let again = try scratch.load("--force")
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.output.contains("lost") == false)
      #expect(try database.value("PRAGMA integrity_check") == "ok")
      #expect(
        try database.values(IndexLoadTests.list)
          == (names + ["mine", "odd \"name"]).sorted {
            ($0 ?? "").utf8.lexicographicallyPrecedes(($1 ?? "").utf8)
          })
    }
    try database.execute("DROP INDEX mine; DROP INDEX \"odd \"\"name\"")
    #expect(try database.value(schema) == before)
    #expect(
      try database.value(
        "SELECT count(*) FROM events INDEXED BY events_dd_event_id WHERE dd_event_id > ''")
        == "354")
  }

  @Test(arguments: ["", "--publish swap"])
  func `a new file and a swapped one have the same indexes`(_ flags: String) throws {
    let scratch = try Scratch()
    try FileManager.default.copyItem(atPath: SampleDump.example, toPath: scratch.path("dump"))
    for _ in 0..<2 {
      let result = try Command.shell(
        "receipt load dump --into crm.sqlite --force --index 'stages(dd_stage_id)' \(flags)",
        in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try scratch.value(IndexLoadTests.list) == "stages_dd_stage_id")
      #expect(try scratch.value("PRAGMA integrity_check") == "ok")
    }
  }

  @Test(arguments: JournalMode.allCases)
  func `the planner is told what ANALYZE would tell it`(mode: JournalMode) throws {
    let scratch = try Scratch(
      live: ["a": ["base"], "b": ["base"]], mode: mode,
      "CREATE INDEX a_half ON a (name) WHERE id > 2")
    let known =
      "SELECT group_concat(tbl || ' ' || ifnull(idx, '-') || ' ' || stat) FROM "
      + "(SELECT * FROM sqlite_stat1 ORDER BY 1, 2)"
    try scratch.makeDump(["a": ["half"], "b": ["half"]], timestamp: Moment.second)
    let result = try scratch.load("--index", "a(name, id)", "--index", "a(id)")
    #expect(result.status == 0, "\(result.errors)")
    let told = try scratch.value(known)
    #expect(told?.contains("a_name_id 5 ") == true, "\(told ?? "")")
    try LoadedDatabase(scratch, "crm.sqlite").execute("DELETE FROM sqlite_stat1; ANALYZE a")
    #expect(try scratch.value(known) == told)
    try scratch.makeDump(["a": ["base"], "b": ["base"]], timestamp: Moment.third)
    #expect(try scratch.load("--no-analyze").status == 0)
    #expect(try scratch.value(known) == told)
  }

  @Test func `what cannot be indexed is said before anything is done`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]])
    for (text, reason) in [
      ("t", "it is not a table with its columns"), ("t()", "it is not a table"),
      ("t(id", "it is not a table"), ("x(id)", "the receipt has no such table"),
      ("t(nothing)", "it has no such column"),
    ] {
      let result = try scratch.load("--index", text)
      #expect(result.status == 64, "\(text): \(result.errors)")
      #expect(result.errors.contains(reason), "\(text): \(result.errors)")
      #expect(!scratch.exists("crm.sqlite"))
    }
  }

  @Test func `an index whose column is gone is a warning`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]])
    #expect(try scratch.load("--index", "t(name)", "--index", "t(id)").status == 0)
    try scratch.makeDump(["t": ["removed"]], timestamp: Moment.second)
    let result = try scratch.load("--schema", "evolve", "--verify", "none")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("index-lost"))
    #expect(try scratch.value(IndexLoadTests.list) == "t_id")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
  }
}
