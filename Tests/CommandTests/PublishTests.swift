import Foundation
import Testing

/// Loads into a database that is there and in use.
@Suite struct PublishTests {
  @Test(arguments: JournalMode.allCases)
  func `what others have made stays, and works with the new rows`(mode: JournalMode) throws {
    let scratch = try Scratch(
      live: ["a": ["base"], "b": ["half"]], mode: mode,
      """
      CREATE TABLE notes (id, text); INSERT INTO notes VALUES (1, 'mine');
      CREATE TABLE log (what);
      CREATE VIEW totals AS SELECT (SELECT count(*) FROM a) AS a, (SELECT count(*) FROM b) AS b;
      CREATE INDEX a_price ON a (price) WHERE price IS NOT NULL;
      CREATE INDEX notes_id ON notes (id);
      CREATE TRIGGER a_changed AFTER INSERT ON a BEGIN INSERT INTO log VALUES ('a'); END;
      CREATE TRIGGER a_gone AFTER DELETE ON a BEGIN INSERT INTO log VALUES ('a gone'); END;
      CREATE TRIGGER noted AFTER INSERT ON notes BEGIN INSERT INTO log VALUES ('note'); END;
      """)
    try scratch.makeDump(["a": ["base", "half"], "b": ["base"]], timestamp: Moment.second)
    let result = try scratch.load()
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains("it took the place of dump \(Moment.first) in one transaction of "))
    #expect(try scratch.value("SELECT a || ' ' || b FROM totals") == "15 10")
    #expect(try scratch.value("SELECT text FROM notes") == "mine")
    #expect(try scratch.value("SELECT count(*) FROM log") == "0")
    #expect(try scratch.value("PRAGMA journal_mode") == mode.rawValue)
    #expect(
      try scratch.value("EXPLAIN QUERY PLAN SELECT * FROM a WHERE price = 2") != nil)
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(
      try database.values(
        """
        SELECT type || ' ' || name FROM sqlite_schema
        WHERE name NOT LIKE 'receipt%' AND name NOT LIKE 'sqlite_%' ORDER BY name
        """)
        == [
          "table a", "trigger a_changed", "trigger a_gone", "index a_price", "table b",
          "table log", "trigger noted", "table notes", "index notes_id", "view totals",
        ])
    try database.execute("INSERT INTO a SELECT * FROM a LIMIT 1")
    #expect(try database.value("SELECT count(*) FROM log") == "1")
    #expect(try database.value("PRAGMA integrity_check") == "ok")
    #expect(
      try database.value("SELECT count(*) FROM a INDEXED BY a_price WHERE price IS NOT NULL")
        != "0")
  }

  @Test(arguments: JournalMode.allCases)
  func `the database is the same as a new one, load after load`(mode: JournalMode) throws {
    let scratch = try Scratch(live: ["t": ["base"]], mode: mode)
    for number in 1...4 {
      try FileManager.default.removeItem(atPath: scratch.path("dump"))
      try FileManager.default.copyItem(
        atPath: SampleDump.example, toPath: scratch.path("dump"))
      let loaded = try scratch.load("--force", "--schema", "evolve")
      #expect(loaded.status == 0, "\(loaded.errors)")
      let fresh = try Command.run(
        "load", "dump", "--into", "fresh.sqlite", "--replace", in: scratch)
      #expect(fresh.status == 0)
      let one = try LoadedDatabase(scratch, "crm.sqlite")
      let two = try LoadedDatabase(scratch, "fresh.sqlite")
      let tables = try two.values(
        "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'receipt%' ORDER BY name")
      #expect(tables.count == 6)
      for case let table? in tables {
        let columns = try two.values("SELECT name FROM pragma_table_info('\(table)')")
          .compactMap { $0.map { "quote(\"\($0)\")" } }.joined(separator: "|| ',' ||")
        let sql = "SELECT rowid || ' ' || \(columns) FROM \(table) ORDER BY rowid"
        #expect(try one.values(sql) == two.values(sql), "\(table) after \(number) loads")
        let create = "SELECT sql FROM sqlite_schema WHERE name = '\(table)'"
        #expect(try one.value(create) == two.value(create))
      }
      #expect(try one.value("SELECT count(*) FROM sqlite_schema WHERE name = 't'") == "0")
      #expect(try one.value("PRAGMA integrity_check") == "ok")
    }
    let free = try #require(try scratch.value("PRAGMA freelist_count").flatMap { Int($0) })
    let pages = try #require(try scratch.value("PRAGMA page_count").flatMap { Int($0) })
    // It keeps room for one more dump, and does not grow from load to load.
    #expect(free * 2 <= pages)
  }

  @Test func `a reader in the middle of a look sees the old dump to its end`() throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["base"]], mode: .wal)
    try scratch.makeDump(["a": ["half"], "b": ["half"]], timestamp: Moment.second)
    let reader = try LoadedDatabase(scratch, "crm.sqlite")
    try reader.execute("BEGIN")
    #expect(try reader.value("SELECT count(*) FROM a") == "10")
    #expect(try scratch.load().status == 0)
    #expect(try reader.value("SELECT count(*) FROM b") == "10")
    #expect(try reader.value("SELECT timestamp FROM receipt_loads ORDER BY 1 DESC") == Moment.first)
    try reader.execute("COMMIT")
    #expect(try reader.value("SELECT count(*) FROM b") == "5")
    #expect(
      try reader.value("SELECT timestamp FROM receipt_loads ORDER BY 1 DESC") == Moment.second)
  }

  @Test func `a reader that stays keeps a load out, which says who it is`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let reader = try LoadedDatabase(scratch, "crm.sqlite")
    try reader.execute("BEGIN")
    #expect(try reader.value("SELECT count(*) FROM a") == "10")
    let result = try scratch.load("--busy-timeout", "300ms")
    #expect(result.status == 11)
    #expect(result.errorLines.first?.contains("(pid \(getpid())) holds it") == true)
    #expect(result.errors.contains("for longer than 0.3 s"))
    #expect(result.errors.contains("--busy-timeout"))
    try reader.execute("COMMIT")
    #expect(try reader.value("SELECT count(*) FROM a") == "10")
    #expect(try scratch.load("--busy-timeout", "300ms").status == 0)
    #expect(try reader.value("SELECT count(*) FROM a") == "5")
  }

  @Test(.enabled(if: ReaderLoop.works, "there is no python3 with sqlite3"))
  func `with a log, who writes is named and who reads is not`() throws {
    let scratch = try Scratch(live: ["a": ["base"]], mode: .wal)
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let reader = Process()
    reader.executableURL = URL(filePath: "/usr/bin/env")
    let program = """
      import sqlite3, sys
      connection = sqlite3.connect("crm.sqlite", isolation_level=None)
      connection.execute("begin")
      connection.execute("select count(*) from a").fetchone()
      open("ready", "w").close()
      sys.stdin.read()
      """
    reader.arguments = ["python3", "-c", program]
    reader.currentDirectoryURL = scratch.url
    let input = Pipe()
    reader.standardInput = input
    try reader.run()
    while reader.isRunning, !scratch.exists("ready") { pause(.milliseconds(10)) }
    let writer = try LoadedDatabase(scratch, "crm.sqlite")
    try writer.execute("BEGIN IMMEDIATE")
    let result = try scratch.load("--busy-timeout", "300ms")
    #expect(result.status == 11)
    #expect(result.errorLines.first?.contains("(pid \(getpid())) holds it, for") == true)
    #expect(reader.isRunning)
    try writer.execute("COMMIT")
    try input.fileHandleForWriting.close()
    reader.waitUntilExit()
  }

  @Test(arguments: JournalMode.allCases)
  func `a writer keeps a load waiting, not failing`(mode: JournalMode) throws {
    let scratch = try Scratch(live: ["a": ["base"]], mode: mode, "CREATE TABLE mine (a)")
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let writer = try LoadedDatabase(scratch, "crm.sqlite")
    try writer.execute("BEGIN IMMEDIATE; INSERT INTO mine VALUES (1)")
    let refused = try scratch.load("--busy-timeout", "0s")
    #expect(refused.status == 11)
    let process = try Command.start("load", "dump", "--into", "crm.sqlite", in: scratch)
    pause(.milliseconds(700))
    #expect(process.isRunning)
    try writer.execute("COMMIT")
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try scratch.value("SELECT count(*) FROM a, mine") == "5")
  }

  @Test func `a load that waits ends when it is told to`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    let writer = try LoadedDatabase(scratch, "crm.sqlite")
    try writer.execute("BEGIN EXCLUSIVE")
    let process = try Command.start("load", "dump", "--into", "crm.sqlite", in: scratch)
    pause(.seconds(1))
    let clock = ContinuousClock()
    let start = clock.now
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    // After ten seconds the program ends anyhow, with whatever it is doing half done.
    #expect(start.duration(to: clock.now) < .seconds(8))
    try writer.execute("ROLLBACK")
  }

  @Test func `what cannot be kept is a warning that says what it was`() throws {
    let scratch = try Scratch(
      live: ["t": ["base"]],
      """
      CREATE VIEW names AS SELECT id, name FROM t;
      CREATE VIEW broken AS SELECT missing FROM t;
      CREATE UNIQUE INDEX t_id ON t (id);
      CREATE INDEX t_name ON t (name);
      """)
    // Ids twice, and without a column.
    try scratch.makeDump(["t": ["removed", "removed"]], timestamp: Moment.second)
    let result = try scratch.load("--schema", "evolve", "--verify", "none", "--json")
    #expect(result.status == 0, "\(result.errors)")
    let document = try Document(result.output)
    let warnings = document.findings.filter { $0.severity == "warning" }
    #expect(warnings.map(\.code).sorted() == ["index-lost", "index-lost", "view-broken"])
    let text = result.output
    #expect(text.contains("It was: CREATE UNIQUE INDEX t_id ON t (id)"))
    #expect(text.contains("no such column: name"))
    #expect(!text.contains("missing"))
    #expect(try scratch.value("SELECT count(*) FROM sqlite_schema WHERE type = 'view'") == "2")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
  }

  @Test(arguments: JournalMode.allCases)
  func `what ANALYZE found out, and odd names, stay`(mode: JournalMode) throws {
    let scratch = try Scratch(
      live: ["a": ["base"], "b": ["base"]], mode: mode,
      """
      CREATE INDEX A_Name ON A (name); CREATE INDEX a_both ON a (id, price);
      CREATE TABLE receipt_staged_1 (mine); CREATE TABLE receipt_staged (mine);
      CREATE TRIGGER loaded AFTER INSERT ON receipt_loads BEGIN
        INSERT INTO receipt_staged VALUES (NEW.timestamp); END;
      ANALYZE;
      """)
    let known = "SELECT group_concat(tbl || ' ' || ifnull(idx, '') || ' ' || stat) FROM "
    let sorted = "(SELECT * FROM sqlite_stat1 WHERE lower(tbl) IN ('a', 'b') ORDER BY 1, 2)"
    let before = try scratch.value(known + sorted)
    #expect(before?.contains("A_Name 10 ") == true)
    try scratch.makeDump(["a": ["half"], "b": ["half"]], timestamp: Moment.second)
    let result = try scratch.load("--no-analyze")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.value(known + sorted) == before)
    #expect(try scratch.value("SELECT mine FROM receipt_staged") == Moment.second)
    #expect(try scratch.value("SELECT count(*) FROM receipt_staged_1") == "0")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
  }

  @Test func `an empty file and a database without loads are loaded into`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]])
    try scratch.write("", to: "crm.sqlite")
    #expect(try scratch.load().status == 0)
    #expect(try scratch.value("SELECT count(*) FROM t") == "10")
    try scratch.remove("crm.sqlite")
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      "PRAGMA page_size = 1024; PRAGMA auto_vacuum = FULL; CREATE TABLE mine (a)")
    let result = try scratch.load()
    #expect(result.status == 0, "\(result.errors)")
    #expect(!result.output.contains("took the place"))
    #expect(try scratch.value("SELECT count(*) FROM t") == "10")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
  }

  @Test func `a database in UTF-16 is refused, and says so`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]])
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      "PRAGMA encoding = 'UTF-16'; CREATE TABLE mine (a)")
    let result = try scratch.load()
    #expect(result.status == 1)
    #expect(result.errors.contains("cannot load into crm.sqlite: its texts are UTF-16le"))
    #expect(try scratch.value("SELECT count(*) FROM sqlite_schema") == "1")
  }

  @Test func `a dump that lost its files empties a table only when it may`() throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["base"]])
    try scratch.makeDump(["a": ["base"], "b": []], timestamp: Moment.second)
    let refused = try scratch.load()
    #expect(refused.status == 22)
    #expect(refused.errors.contains("table-emptied: b: no rows, and the live dump has 10"))
    #expect(try scratch.value("SELECT count(*) FROM b") == "10")
    let allowed = try scratch.load("--allow-empty", "b")
    #expect(allowed.status == 0, "\(allowed.errors)")
    #expect(try scratch.value("SELECT count(*) FROM b") == "0")
    #expect(try scratch.value("SELECT count(*) FROM pragma_table_info('b')") != "0")
    #expect(try scratch.load().output.hasPrefix("nothing new"))
  }

  @Test func `any path is loaded into, whatever it would mean in a URI`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]])
    try scratch.makeFolder("50% off?")
    for path in ["50% off?/we#ird name.sqlite", "file:x?mode=memory", ":memory:"] {
      for _ in 1...2 {
        let result = try Command.run("load", "dump", "--into", path, "--force", in: scratch)
        #expect(result.status == 0, "\(result.errors)")
        #expect(scratch.exists(path), "\(path)")
      }
    }
  }
}
