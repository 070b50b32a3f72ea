import Foundation
import Testing

/// What others do to a database while its next dump is being built.
@Suite(.enabled(if: Tool.injectsFaults, "strace is not there or may not trace"))
struct RaceTests {
  @Test func `a table that somebody makes meanwhile is not replaced`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"], "n": ["half"]], timestamp: Moment.second)
    let load = try SlowLoad(in: scratch)
    #expect(try load.waitForLease())
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      "CREATE TABLE n (mine); INSERT INTO n VALUES (7)")
    let (status, errors) = try load.end()
    #expect(status == 22, "\(errors)")
    #expect(errors.contains("table-foreign: n: "))
    #expect(try scratch.value("SELECT mine FROM n") == "7")
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
  }

  @Test(arguments: [
    ("CREATE TABLE mine (a)", "it has the table mine"),
    ("PRAGMA journal_mode = wal", "it is in WAL mode"),
  ])
  func `a swap looks again before it gives up the old file`(sql: String, says: String) throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let load = try SlowLoad(in: scratch, "--publish", "swap")
    #expect(try load.waitForLease())
    try LoadedDatabase(scratch, "crm.sqlite").execute(sql)
    let (status, errors) = try load.end()
    #expect(status == 22, "\(errors)")
    #expect(errors.contains("cannot swap crm.sqlite: \(says)"))
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
  }

  @Test func `a file is not replaced under somebody who is writing it`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let load = try SlowLoad(in: scratch, "--replace", "--busy-timeout", "200ms")
    pause(.milliseconds(400))
    do {
      let writer = try LoadedDatabase(scratch, "crm.sqlite")
      // So many changes that they go to the file, and what was there to a journal.
      try writer.execute(
        """
        PRAGMA cache_size = 1; BEGIN EXCLUSIVE; DELETE FROM a; CREATE TABLE mine (a);
        WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500)
        INSERT INTO mine SELECT randomblob(1000) FROM n
        """)
      #expect(scratch.exists("crm.sqlite-journal"))
      let (status, errors) = try load.end()
      #expect(status == 11, "\(errors)")
      #expect(errors.contains("cannot lock "))
      try writer.execute("COMMIT")
    }
    #expect(try scratch.value("SELECT count(*) FROM mine") == "500")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
    #expect(try scratch.load("--replace").status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a") == "5")
  }

  @Test func `a file is not replaced under somebody who has it open with a log`() throws {
    let scratch = try Scratch(live: ["a": ["base"]], mode: .wal)
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    do {
      let load = try SlowLoad(in: scratch, "--replace")
      pause(.milliseconds(400))
      let other = try LoadedDatabase(scratch, "crm.sqlite")
      try other.execute("CREATE TABLE mine (a)")
      let (status, errors) = try load.end()
      #expect(status == 11, "\(errors)")
      try other.execute("INSERT INTO mine VALUES (7)")
      #expect(try other.value("PRAGMA journal_mode") == "wal")
    }
    #expect(try scratch.value("SELECT mine.a || ' ' || count(*) FROM a, mine") == "7 10")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
    // Nobody has it open any more.
    #expect(try scratch.load("--replace").status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a") == "5")
    #expect(try scratch.names() == ["crm.sqlite", "dump", "errors"])
  }

  @Test(.enabled(if: Tool.mounts && Tool.runsAsNobody, "this needs root"))
  func `a load of another user is there also where processes are hidden`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    for (path, mode) in [("", 0o777), ("crm.sqlite", 0o666)] {
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: scratch.path(path))
    }
    let load = try SlowLoad(in: scratch)
    #expect(try load.waitForLease())
    let hidden = [
      "unshare", "-m", "sh", "-c",
      "mount -t proc -o hidepid=2 proc /proc && exec \(Tool.nobody.joined(separator: " ")) \"$@\"",
      "sh",
    ]
    let other = try Command.run(
      under: hidden, ["load", "dump", "--into", "crm.sqlite"], in: scratch)
    #expect(other.status == 11, "\(other.errors)")
    let (status, errors) = try load.end()
    #expect(status == 0, "\(errors)")
  }

  @Test func `the lease of another load with the same number is another's`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let load = try SlowLoad(in: scratch)
    #expect(try load.waitForLease())
    // As in a file that took the place of the first one: numbers begin with 1 again.
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      "UPDATE receipt_lease SET pid = 1, taken_at = '2026-11-20T16:00:00.000000Z'")
    let (status, errors) = try load.end()
    #expect(status == 11, "\(errors)")
    #expect(errors.contains("another process has taken over"))
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
    #expect(try scratch.value("SELECT owner || pid FROM receipt_lease") == "receipt load1")
  }

  @Test func `a writer that takes longer than others wait is waited for`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let load = try SlowLoad(in: scratch, delay: .milliseconds(300))
    #expect(try load.waitForLease())
    let writer = try LoadedDatabase(scratch, "crm.sqlite")
    try writer.execute("BEGIN EXCLUSIVE")
    pause(.seconds(7))
    try writer.execute("COMMIT")
    let (status, errors) = try load.end()
    #expect(status == 0, "\(errors)")
    #expect(try writer.value("SELECT count(*) FROM a") == "5")
  }
}
