import Foundation
import Testing

/// `--publish swap`: a new file in the place of one that holds nothing else.
@Suite struct SwapTests {
  @Test func `a swap keeps the ledger`() throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["half"]])
    try scratch.makeDump(["a": ["half"], "b": ["half"]], timestamp: Moment.second)
    let result = try scratch.load("--publish", "swap")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("it took the place of dump \(Moment.first) in a swap of "))
    #expect(try scratch.value("SELECT count(*) FROM a") == "5")
    #expect(
      try scratch.value("SELECT group_concat(load_id || publishing) FROM receipt_loads")
        == "1new-file,2swap")
    #expect(
      try scratch.value("SELECT group_concat(load_id || table_name) FROM receipt_tables")
        == "1a,1b,2a,2b")
    #expect(try scratch.value("PRAGMA freelist_count") == "0")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
    #expect(try scratch.names() == ["crm.sqlite", "dump"])
    try scratch.makeDump(["a": ["base"], "b": ["half"]], timestamp: Moment.third)
    #expect(try scratch.load().status == 0)
    #expect(try scratch.value("SELECT max(load_id) FROM receipt_loads") == "3")
  }

  @Test(arguments: [
    ("CREATE TABLE notes (a)", "it has the table notes"),
    ("CREATE VIEW v AS SELECT 1", "it has the view v"),
    ("CREATE UNIQUE INDEX i ON a (id)", "it has the index i"),
    ("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END", "it has the trigger t"),
    ("PRAGMA journal_mode = wal", "it is in WAL mode"),
  ])
  func `a swap that would lose something is refused`(sql: String, says: String) throws {
    let scratch = try Scratch(live: ["a": ["base"]], sql)
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let result = try scratch.load("--publish", "swap")
    #expect(result.status == 22)
    #expect(result.errors.hasPrefix("error: cannot swap crm.sqlite: \(says)"))
    #expect(result.errors.contains("target-shared"))
    #expect(result.errors.contains("hint: --publish transaction keeps what else is in it"))
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
  }

  /// To SQLite, the journal of the new file would be that of the old one too.
  @Test(arguments: [["--publish", "swap"], ["--replace", "--force"]])
  func `a file that somebody has open keeps its place`(flags: [String]) throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    func load() throws -> Command.Result {
      try Command.run(
        ["load", "dump", "--into", "crm.sqlite", "--busy-timeout", "200ms"] + flags, in: scratch)
    }
    do {
      let reader = try LoadedDatabase(scratch, "crm.sqlite")
      #expect(try reader.value("SELECT count(*) FROM a") == "10")
      let open = try load()
      #expect(open.status == 11)
      #expect(
        open.errors.contains("cannot replace crm.sqlite: ")
          && open.errors.contains("(pid \(getpid())) has it open"))
      try reader.execute("BEGIN")
      #expect(try reader.value("SELECT count(*) FROM a") == "10")
      #expect(try load().status == 11)
      try reader.execute("COMMIT")
      #expect(try reader.value("SELECT count(*) FROM a") == "10")
    }
    #expect(try load().status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a") == "5")
  }

  @Test func `--replace gives up everything, and begins a new ledger`() throws {
    let scratch = try Scratch(live: ["a": ["base"]], "CREATE TABLE notes (a)")
    #expect(try scratch.load("--replace").status == 0)
    #expect(try scratch.value("SELECT count(*) FROM sqlite_schema WHERE name = 'notes'") == "0")
    #expect(try scratch.value("SELECT count(*) FROM receipt_loads") == "1")
    #expect(try scratch.load("--replace", "--publish", "swap").status == 64)
  }
}
