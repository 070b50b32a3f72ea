import Foundation
import TestSupport
import Testing

/// What a load that fails while it publishes leaves behind: the old dump, all of it.
@Suite(.serialized) struct PublishFailureTests {
  static let tables = ["a", "b", "c", "d", "e", "f"]

  /// Dumps whose tables all have as many rows as each other, so that a mixture shows.
  private static func dump(_ fixture: String, files: Int) -> [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: tables.map { ($0, Array(repeating: fixture, count: files)) })
  }

  /// The number of rows of each of the six tables, which must be one.
  private static func rowCount(_ database: borrowing LoadedDatabase) throws -> Int? {
    let counts = try tables.map { try database.value("SELECT count(*) FROM \($0)") }
    #expect(Set(counts).count == 1, "\(counts)")
    let rows = try database.value(
      "SELECT row_count / 6 FROM receipt_loads ORDER BY load_id DESC LIMIT 1")
    #expect(counts[0] == rows)
    return counts[0].flatMap { Int($0) }
  }

  @Test(
    .enabled(if: ReaderLoop.works, "there is no python3 with sqlite3"),
    arguments: JournalMode.allCases)
  func `loads killed 110 times at any moment, with readers beside them, mix nothing`(
    mode: JournalMode
  ) throws {
    var random = SeededGenerator()
    let seed = random.seed
    print("\(mode): RECEIPT_SEED=\(seed)")
    let scratch = try Scratch(
      live: PublishFailureTests.dump("half", files: 4), mode: mode,
      "CREATE INDEX a_id ON a (id); CREATE TABLE mine (a); INSERT INTO mine VALUES (7)")
    let readers = try [
      ReaderLoop("crm.sqlite", in: scratch), ReaderLoop("crm.sqlite", in: scratch),
    ]
    let clock = ContinuousClock()
    let begin = clock.now
    #expect(try scratch.load("--force").status == 0)
    let whole = begin.duration(to: clock.now)
    var killed = 0
    for round in 0..<110 {
      try scratch.makeDump(
        PublishFailureTests.dump("half", files: 4 + round % 3), timestamp: Moment.second)
      let process = try Command.start(
        "load", "dump", "--into", "crm.sqlite", "--force", in: scratch)
      // Verifying and building come first; most kills are for what comes after.
      pause(whole * Double.random(in: 0.1...1.1, using: &random))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .exit {
        #expect(process.terminationStatus == 0, "seed \(seed)")
      } else {
        killed += 1
      }
      let database = try LoadedDatabase(scratch, "crm.sqlite")
      #expect(try PublishFailureTests.rowCount(database) != nil, "seed \(seed), round \(round)")
      if round % 10 == 0 {
        #expect(try database.value("PRAGMA integrity_check") == "ok", "seed \(seed)")
      }
    }
    #expect(killed >= 50, "seed \(seed): only \(killed) loads were still running")
    #expect(try scratch.load("--force").status == 0)
    for reader in readers {
      let report = try reader.end()
      #expect(report.wrong.isEmpty, "seed \(seed): \(report.wrong)")
      #expect(report.looks > 100)
      #expect(report.seen.count >= 2)
    }
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try database.value("SELECT a FROM mine") == "7")
    #expect(try database.value("PRAGMA integrity_check") == "ok")
    // Nothing but the database is left: no staged file, and no journal that counts.
    #expect(
      Set(try scratch.names()).isSubset(
        of: ["crm.sqlite", "crm.sqlite-wal", "crm.sqlite-shm", "dump"]))
  }

  /// A call of the system, and what it is made to answer.
  struct Fault: Sendable, CustomTestStringConvertible {
    let call: String
    let error: String
    let mode: JournalMode
    var testDescription: String { "\(call) \(error) \(mode)" }

    static let all = JournalMode.allCases.flatMap { mode in
      [
        Fault(call: "pwrite64", error: "ENOSPC", mode: mode),
        Fault(call: "pwrite64", error: "EIO", mode: mode),
        Fault(call: "fdatasync", error: "EIO", mode: mode),
        Fault(call: "fsync", error: "EIO", mode: mode),
        Fault(call: "linkat", error: "EIO", mode: mode),
        Fault(call: "ftruncate", error: "EIO", mode: mode),
      ]
    }
  }

  @Test(
    .enabled(if: Tool.injectsFaults, "strace is not there or may not trace"),
    arguments: Fault.all)
  func `whichever call fails, the old dump or the new one is live`(fault: Fault) throws {
    let old = PublishFailureTests.dump("base", files: 1)
    let scratch = try Scratch(
      live: old, mode: fault.mode, "CREATE TABLE mine (a); INSERT INTO mine VALUES (7)")
    let before = try scratch.bytes("crm.sqlite")
    try scratch.makeDump(
      PublishFailureTests.dump("base", files: 2), timestamp: Moment.second)
    var failures = 0
    for nth in 1...400 {
      let result = try Command.run(
        under: [
          "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(fault.call)",
          "-e", "inject=\(fault.call):error=\(fault.error):when=\(nth)",
        ],
        "load", "dump", "--into", "crm.sqlite", in: scratch)
      let database = try LoadedDatabase(scratch, "crm.sqlite")
      let rows = try PublishFailureTests.rowCount(database)
      #expect(try database.value("SELECT a FROM mine") == "7")
      #expect(try database.value("PRAGMA integrity_check") == "ok", "call \(nth)")
      if result.status == 0 {
        #expect(rows == 20)
      } else {
        failures += 1
        #expect(result.status == 1, "call \(nth): \(result.errors)")
        #expect(result.errors.hasPrefix("error: cannot "), "call \(nth): \(result.errors)")
        // Where syncing the end of the commit fails, it may have happened or not; SQLite decides.
        if fault.call.hasPrefix("pwrite") { #expect(rows == 10, "call \(nth)") }
      }
      // It went through, or what failed comes after the commit and did no harm.
      if rows == 20 { break }
      #expect(nth < 400)
    }
    #expect(failures > 0 || fault.call == "ftruncate" || fault.call == "fsync")
    _ = before
    #expect(
      Set(try scratch.names()).isSubset(
        of: ["crm.sqlite", "crm.sqlite-wal", "crm.sqlite-shm", "dump"]))
  }

  @Test(.enabled(if: Tool.mounts, "small file systems can be mounted by root only"))
  func `a disk that is too small is seen before anything is written`() throws {
    let scratch = try Scratch()
    try scratch.makeFolder("disk")
    let result = try Tool.run(
      "/usr/bin/env",
      [
        "unshare", "-m", "bash", "-c",
        """
        mount -t tmpfs -o size=1700k none disk
        "$0" load "$1" --into disk/crm.sqlite >/dev/null || exit 99
        before=$(md5sum disk/crm.sqlite)
        "$0" load "$1" --into disk/crm.sqlite --force; code=$?
        [ "$before" = "$(md5sum disk/crm.sqlite)" ] || exit 98
        ls -A disk
        exit $code
        """, Command.path, SampleDump.example,
      ], in: scratch)
    #expect(result.status == 1)
    #expect(result.output == "crm.sqlite\n")
    #expect(
      result.errors.contains(
        /cannot load into disk\/crm.sqlite: it needs 1\d\d\d kB and its disk has \d+ kB left/))
    #expect(result.errors.contains("hint: free some space"))
  }

  @Test(.enabled(if: Tool.mounts, "small file systems can be mounted by root only"))
  func `a disk that fills up meanwhile leaves the old dump`() throws {
    let scratch = try Scratch(live: PublishFailureTests.dump("base", files: 1))
    try scratch.makeDump(
      PublishFailureTests.dump("base", files: 2), timestamp: Moment.second)
    try scratch.makeFolder("disk")
    // The space is there when it is asked for; a neighbour takes it while the load is going on.
    let result = try Tool.run(
      "/usr/bin/env",
      [
        "unshare", "-m", "bash", "-c",
        """
        mount -t tmpfs -o size=2m none disk
        cp crm.sqlite disk/
        for left in 8 16 24 32 64 96 128 160 192 256; do
          rm -f disk/neighbour
          free=$(df --output=avail -k disk | tail -1)
          head -c $(( (free - left) * 1024 )) /dev/zero > disk/neighbour
          "$0" load dump --into disk/crm.sqlite --verify none 2>>errors
          echo "$left $? $(sqlite3 disk/crm.sqlite 'select count(*) from a; pragma quick_check' | xargs)"
        done
        ls -A disk
        """, Command.path,
      ], in: scratch)
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n").map(String.init)
    let outcomes = lines.filter { $0.hasSuffix("ok") }
    #expect(outcomes.count == 10)
    for line in outcomes {
      let words = line.split(separator: " ")
      #expect(words[1] == "0" ? words[2] == "20" : words[1] == "1" && words[2] == "10", "\(line)")
    }
    #expect(outcomes.contains { $0.contains(" 1 10 ok") })
    #expect(lines.suffix(2) == ["crm.sqlite", "neighbour"])
  }

  @Test(arguments: JournalMode.allCases)
  func `two loads at once: one loads, the other says who is at it`(mode: JournalMode) throws {
    let scratch = try Scratch(live: PublishFailureTests.dump("base", files: 1), mode: mode)
    var lockedOut = 0
    for round in 1...10 {
      try scratch.makeDump(
        PublishFailureTests.dump("base", files: 1 + round % 2), timestamp: Moment.second)
      let result = try Command.shell(
        """
        for i in 1 2 3; do
          { receipt load dump --into crm.sqlite --force --json; echo "status $?"; } \
            >out.$i 2>err.$i &
        done; wait
        cat out.1 out.2 out.3; cat err.1 err.2 err.3 >&2
        rm out.* err.*
        """, in: scratch)
      let statuses = result.output.split(separator: "\n").filter { $0.hasPrefix("status ") }
      #expect(statuses.count == 3)
      #expect(statuses.contains("status 0"), "\(result.errors)")
      #expect(statuses.allSatisfy { $0 == "status 0" || $0 == "status 11" }, "\(result.errors)")
      let locked = statuses.filter { $0 == "status 11" }.count
      lockedOut += locked
      #expect(result.errors.ranges(of: "is loading into it").count == locked)
      let database = try LoadedDatabase(scratch, "crm.sqlite")
      #expect(try PublishFailureTests.rowCount(database) == 10 + 10 * (round % 2))
    }
    #expect(lockedOut > 0)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a load that is interrupted while it waits or copies leaves the old dump`(
    signal: Int32
  ) throws {
    let scratch = try Scratch(live: PublishFailureTests.dump("base", files: 1))
    try scratch.makeDump(
      PublishFailureTests.dump("base", files: 2), timestamp: Moment.second)
    let reader = try LoadedDatabase(scratch, "crm.sqlite")
    try reader.execute("BEGIN")
    #expect(try PublishFailureTests.rowCount(reader) == 10)
    let process = try Command.start("load", "dump", "--into", "crm.sqlite", in: scratch)
    pause(.milliseconds(500))
    let clock = ContinuousClock()
    let wait = clock.measure {
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
    }
    #expect(process.terminationStatus == 128 + signal)
    #expect(wait < .seconds(5))
    try reader.execute("COMMIT")
    #expect(try PublishFailureTests.rowCount(reader) == 10)
    #expect(try scratch.names() == ["crm.sqlite", "dump"])
  }
}
