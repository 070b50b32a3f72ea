import Foundation
import Testing

/// One load at a time, whatever becomes of it.
@Suite struct LeaseTests {
  private static let ledger = """
    CREATE TABLE IF NOT EXISTS receipt_lease (owner TEXT, host TEXT, pid INTEGER, process TEXT,
      taken_at TEXT, heartbeat_at TEXT, expires_at TEXT, fencing INTEGER);
    DELETE FROM receipt_lease;
    """

  private static func lease(
    expires: String, process: String = "another system/pid:[1]/1", pid: Int = 1
  ) -> String {
    """
    \(ledger)INSERT INTO receipt_lease VALUES ('receipt load', 'db7', \(pid), '\(process)',
      '2026-11-20T04:10:00.000000Z', '2026-11-20T04:10:00.000000Z', '\(expires)', 41)
    """
  }

  @Test func `a lease that somebody has keeps others out until it ends`() throws {
    let scratch = try Scratch(
      live: ["a": ["base"]], LeaseTests.lease(expires: "2126-01-01T00:00:00.000000Z"))
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let before = try scratch.bytes("crm.sqlite")
    let result = try scratch.load()
    #expect(result.status == 11)
    #expect(
      result.errors == """
        error: cannot load into crm.sqlite: receipt load on db7, process 1, since \
        2026-11-20T04:10:00.000000Z is loading into it
        hint: wait for it; if it is gone, its lease ends at 2126-01-01T00:00:00.000000Z

        """)
    #expect(try scratch.bytes("crm.sqlite") == before)
    let status = try Command.run("status", "dump", "--into", "crm.sqlite", in: scratch)
    #expect(status.output.contains("loading  receipt load on db7, process 1, since 2026-11-20"))
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      LeaseTests.lease(expires: "2026-11-20T04:11:00.000000Z"))
    #expect(try scratch.load().status == 0)
    #expect(try scratch.value("SELECT owner IS NULL AND fencing = 42 FROM receipt_lease") == "1")
  }

  @Test(.enabled(if: Tool.injectsFaults, "strace is not there or may not trace"))
  func `the lease of a process that was killed is taken over at once`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let load = try SlowLoad(in: scratch, delay: .seconds(3))
    try #require(try load.waitForLease())
    let process = try #require(
      try scratch.value("SELECT pid FROM receipt_lease").flatMap { pid_t($0) })
    #expect(try scratch.load().status == 11)
    kill(process, SIGKILL)
    _ = try load.end()
    #expect(try scratch.value("SELECT owner FROM receipt_lease") == "receipt load")
    #expect(try scratch.load().status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a") == "5")
  }

  @Test(.enabled(if: Tool.injectsFaults, "strace is not there or may not trace"))
  func `a load that takes long renews its lease, and one that has lost it publishes nothing`()
    throws
  {
    for isStolen in [false, true] {
      let scratch = try Scratch(live: ["a": ["base"]])
      try scratch.makeDump(["a": Array(repeating: "base", count: 8)], timestamp: Moment.second)
      let errors = scratch.path("errors")
      // Each of the files takes a moment longer to open, so that all take some seconds.
      let run = Process()
      run.executableURL = URL(filePath: "/bin/bash")
      run.arguments = [
        "-c",
        """
        exec strace -f -qq -o /dev/null -P "$1/dump/\(SampleDump.label)/a/000000000003.parquet" \
          -e trace=openat,pread64,read -e inject=openat:delay_enter=2500000 \
          "$0" load "$1/dump" --into "$1/crm.sqlite" --lease 1s --jobs 1 2>"$2"
        """, Command.path, scratch.url.path, errors,
      ]
      run.standardOutput = FileHandle.nullDevice
      try run.run()
      let database = try LoadedDatabase(scratch, "crm.sqlite")
      var renewed = false
      for _ in 0..<800 where run.isRunning {
        pause(.milliseconds(10))
        let answer = try? database.value(
          "SELECT heartbeat_at > taken_at FROM receipt_lease WHERE owner IS NOT NULL")
        guard answer == "1" else { continue }
        renewed = true
        if isStolen {
          try database.execute("UPDATE receipt_lease SET fencing = fencing + 1, owner = 'thief'")
        }
        break
      }
      run.waitUntilExit()
      #expect(renewed)
      let said = try scratch.text("errors")
      #expect(run.terminationStatus == (isStolen ? 11 : 0), "\(said)")
      #expect(try database.value("SELECT count(*) FROM a") == (isStolen ? "10" : "80"))
      if isStolen {
        #expect(said.contains("another process has taken over"))
        #expect(try database.value("SELECT owner FROM receipt_lease") == "thief")
      }
    }
  }

  @Test func `a file that a crash has left is removed, one that is being written is not`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.write("left", to: ".crm.sqlite.receipt-4711-1")
    try scratch.write("busy", to: ".crm.sqlite.receipt-4712-1")
    try scratch.write("another's", to: ".crm.sqlite.backup")
    let busy = unsafe open(scratch.path(".crm.sqlite.receipt-4712-1"), O_RDONLY)
    defer { close(busy) }
    #expect(flock(busy, LOCK_EX) == 0)
    #expect(try scratch.load("--force").status == 0)
    #expect(
      try scratch.names()
        == [".crm.sqlite.backup", ".crm.sqlite.receipt-4712-1", "crm.sqlite", "dump"])
  }

  @Test(
    .enabled(if: Tool.injectsFaults, "strace is not there or may not trace"),
    arguments: [["--replace"], ["--publish", "swap", "--force"]])
  func `what a kill at the exchange of two files has left is removed`(flags: [String]) throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    let killed = try Command.run(
      under: [
        "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=rename", "-e",
        "inject=rename:signal=KILL",
      ], ["load", "dump", "--into", "crm.sqlite"] + flags, in: scratch)
    #expect(killed.status != 0)
    #expect(try scratch.names().count == 3)
    #expect(
      try Command.run(["load", "dump", "--into", "crm.sqlite"] + flags, in: scratch).status == 0)
    #expect(try scratch.names() == ["crm.sqlite", "dump"])
  }

  @Test func `a table that is not a ledger is left alone`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    try LoadedDatabase(scratch, "crm.sqlite").execute("CREATE TABLE receipt_loads (paper)")
    let result = try scratch.load()
    #expect(result.status == 1)
    #expect(result.errors.contains("receipt_loads is not a ledger of this tool"))
  }
}
