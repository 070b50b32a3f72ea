import Foundation
import TestSupport
import Testing

/// Loads that write only changed rows, and rollbacks, killed while they are at it.
@Suite(.serialized) struct ChangesKilledTests {
  private static let tables = ["a", "b", "c", "d", "e", "f"]
  private static let keys = tables.flatMap { ["--key", "\($0)=id,part"] }

  private static func dump(_ count: Int, in scratch: Scratch, timestamp: String) throws {
    var random = SeededGenerator(seed: 7)
    let table = RandomTable(rowCount: count, using: &random)
    try scratch.makeDump(
      of: Dictionary(uniqueKeysWithValues: tables.map { ($0, table) }), at: "dump\(count)",
      timestamp: timestamp)
  }

  /// The number of rows of each of the six tables, which must be one and the ledger's.
  private static func rowCount(_ scratch: Scratch) throws -> Int? {
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    let counts = try tables.map { try database.value("SELECT count(*) FROM \($0)") }
    #expect(Set(counts).count == 1, "\(counts)")
    let rows = try database.value(
      "SELECT row_count / 6 FROM receipt_loads ORDER BY load_id DESC LIMIT 1")
    #expect(counts[0] == rows)
    #expect(try database.value("PRAGMA integrity_check") == "ok")
    return counts[0].flatMap { Int($0) }
  }

  /// Runs a command that changes the database over and over, and kills it at any moment.
  private static func kill(
    _ rounds: Int, _ scratch: Scratch, using random: inout SeededGenerator,
    command: (Int) -> [String]
  ) throws -> (killed: Int, seen: Set<Int>) {
    let readers = try [
      ReaderLoop("crm.sqlite", in: scratch), ReaderLoop("crm.sqlite", in: scratch),
    ]
    let clock = ContinuousClock()
    let begin = clock.now
    #expect(try Command.run(command(0), in: scratch).status == 0)
    var whole = begin.duration(to: clock.now)
    var killed = 0
    var seen: Set<Int> = []
    for round in 1...rounds {
      let process = Process()
      process.executableURL = URL(filePath: Command.path)
      process.arguments = command(round)
      process.currentDirectoryURL = scratch.url
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      pause(whole * Double.random(in: 0.2...1.1, using: &random))
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      // The machine may have been busier when the first one ran, or less so: most are to be killed, but
      // not all.
      if process.terminationReason != .exit {
        killed += 1
        whole = whole * 1.03
      } else if process.terminationStatus == 0 {
        whole = whole * 0.9
      }
      if let count = try rowCount(scratch) { seen.insert(count) }
    }
    for reader in readers {
      let report = try reader.end()
      #expect(report.wrong == [], "seed \(random.seed)")
      #expect(report.looks > 0)
    }
    return (killed, seen)
  }

  @Test(
    .enabled(if: ReaderLoop.works, "there is no python3 with sqlite3"),
    arguments: JournalMode.allCases)
  func `changes that are killed leave the old dump or the new one`(mode: JournalMode) throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    try ChangesKilledTests.dump(240, in: scratch, timestamp: Moment.first)
    try ChangesKilledTests.dump(250, in: scratch, timestamp: Moment.second)
    let made = try Command.run(
      "load", "dump240", "--into", "crm.sqlite", "--index", "a(id, part)", in: scratch)
    #expect(made.status == 0, "\(made.errors)")
    #expect(try scratch.value("PRAGMA journal_mode = \(mode.rawValue)") == mode.rawValue)
    let (killed, seen) = try ChangesKilledTests.kill(40, scratch, using: &random) { round in
      [
        "load", round % 2 == 0 ? "dump250" : "dump240", "--into", "crm.sqlite", "--apply",
        "changes",
        "--force", "--allow-older",
      ] + ChangesKilledTests.keys
    }
    #expect(killed > 5, "seed \(random.seed)")
    #expect(seen == [240, 250], "seed \(random.seed)")
  }

  @Test(
    .enabled(if: ReaderLoop.works, "there is no python3 with sqlite3"),
    arguments: JournalMode.allCases)
  func `rollbacks that are killed leave the one dump or the other`(mode: JournalMode) throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    try ChangesKilledTests.dump(60, in: scratch, timestamp: Moment.first)
    try ChangesKilledTests.dump(70, in: scratch, timestamp: Moment.second)
    let made = try Command.run("load", "dump60", "--into", "crm.sqlite", in: scratch)
    #expect(made.status == 0, "\(made.errors)")
    #expect(try scratch.value("PRAGMA journal_mode = \(mode.rawValue)") == mode.rawValue)
    let (killed, seen) = try ChangesKilledTests.kill(40, scratch, using: &random) { round in
      round % 2 == 0
        ? [
          "load", "dump70", "--into", "crm.sqlite", "--keep-previous", "1", "--force",
          "--index", "a(id, part)",
        ] : ["rollback", "--into", "crm.sqlite"]
    }
    #expect(killed > 5, "seed \(random.seed)")
    #expect(seen == [60, 70], "seed \(random.seed)")
  }
}
