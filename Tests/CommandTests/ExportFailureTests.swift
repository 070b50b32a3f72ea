import Foundation
import TestSupport
import Testing

/// What an export leaves behind when it fails: the receipt that was in force, and nothing else.
@Suite(.serialized) struct ExportFailureTests {
  private static func scratch() throws -> Scratch {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["base", "half"]])
    let result = try Command.run(
      "export", "crm.sqlite", "out", "--timestamp", Moment.first, "--files", "2", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    return scratch
  }

  /// The receipt and every file of the dump that it names are whole.
  private static func expectSound(_ scratch: Scratch, _ comment: String) throws {
    let verified = try Command.run("verify", "out", "--level", "deep", in: scratch)
    #expect(verified.status == 0, "\(comment): \(verified.output)")
  }

  @Test(
    .enabled(if: Tool.injectsFaults, "strace is not there or may not trace"),
    arguments: [
      ("pwrite64,write", "ENOSPC"), ("fsync,fdatasync", "EIO"),
      ("linkat,renameat,renameat2,rename", "EIO"),
    ])
  func `whichever call fails, the old receipt is in force and nothing is left`(
    calls: String, error: String
  ) throws {
    let scratch = try ExportFailureTests.scratch()
    var before = try scratch.files("out")
    var failures = 0
    for nth in 1...200 {
      let result = try Command.run(
        under: [
          "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(calls)", "-e",
          "inject=\(calls):error=\(error):when=\(nth)",
        ],
        "export", "crm.sqlite", "out", "--files", "2", "--jobs", "1", "-q", "--timestamp",
        "2026-12-01T0\(nth / 60):\(String(100 + nth % 60).dropFirst()):00Z", in: scratch)
      try ExportFailureTests.expectSound(scratch, "\(calls) \(nth)")
      // The summary comes when all is written.
      if result.status == 0 || result.errors.contains("cannot write the output") { break }
      failures += 1
      // The call that failed may have been the one that says so.
      #expect(result.errors.contains(#/error: cannot |hint: /#), "\(result.errors)")
      let after = try scratch.files("out")
      if result.errors.contains("receipt.json names the new dump already") {
        #expect(calls.hasPrefix("fsync"))
        before = after
      }
      #expect(after == before, "\(calls) \(nth)")
    }
    #expect(failures > 2, "\(calls)")
  }

  @Test func `exports killed at any moment leave a receipt whose dump is whole`() throws {
    var random = SeededGenerator()
    let seed = random.seed
    print("RECEIPT_SEED=\(seed)")
    let scratch = try ExportFailureTests.scratch()
    let clock = ContinuousClock()
    let begin = clock.now
    #expect(
      try Command.run(
        "export", "crm.sqlite", "timed", "--files", "20", in: scratch
      ).status == 0)
    let whole = begin.duration(to: clock.now)
    var killed = 0
    for round in 0..<60 {
      let second = String(100 + round).dropFirst()
      let process = try Command.start(
        "export", "crm.sqlite", "out", "--files", "20", "--timestamp",
        "2026-11-21T\(second.first == "0" ? "0" : "1")\(second.last ?? "0"):\(second):00.000000Z",
        "--allow-older", in: scratch)
      pause(whole * Double.random(in: 0.05...1, using: &random))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason != .exit { killed += 1 }
      try ExportFailureTests.expectSound(scratch, "seed \(seed), round \(round)")
    }
    #expect(killed > 5, "seed \(seed)")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an export that is interrupted takes back what it has written`(signal: Int32) throws {
    var random = SeededGenerator()
    let scratch = try ExportFailureTests.scratch()
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      """
      CREATE TABLE z AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)
        SELECT i FROM n
      """)
    let before = try scratch.files("out")
    for round in 0..<5 {
      let process = try Command.start("export", "crm.sqlite", "out", "--files", "5000", in: scratch)
      // It is in the middle once there is a file; five thousand take it some time.
      while process.isRunning, try scratch.files("out").count == before.count {
        pause(.milliseconds(5))
      }
      pause(.milliseconds(Int.random(in: 0...100, using: &random)))
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 128 + signal, "seed \(random.seed), round \(round)")
      #expect(try scratch.files("out") == before, "seed \(random.seed), round \(round)")
    }
  }

  @Test func `a failed export may be kept, with the reason`() throws {
    let scratch = try ExportFailureTests.scratch()
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      "CREATE TABLE z (a INTEGER); INSERT INTO z VALUES ('x')")
    let result = try Command.run(
      "export", "crm.sqlite", "out", "--keep-failed", "--timestamp", Moment.second, in: scratch)
    #expect(result.status == 1)
    let reason = try scratch.text("out/2026-11-20T15:03/_failed.json")
    #expect(reason.contains("row 1, column a: a text in a column of integers"))
    try ExportFailureTests.expectSound(scratch, "kept")
  }

  /// A fault, and the word with which `verify` finds it.
  static let faults: [(fault: String, code: String, level: String, status: Int32)] = [
    ("missing-file", "file-missing", "quick", 20),
    ("extra-file", "file-extra", "quick", 20),
    ("truncated-footer", "footer-unreadable", "standard", 21),
    ("flipped-byte", "page-crc-mismatch", "deep", 21),
    ("early-receipt", "folder-missing", "quick", 20),
    ("schema-change", "schema-differs", "standard", 21),
    // `verify --against` holds it for worse than a warning: the table had rows before.
    ("empty-table", "table-emptied", "standard", 22),
    ("rows-dropped", "rows-dropped", "standard", 22),
    // Few rows may be the same by chance, so that this is a warning here.
    ("duplicate-rows", "file-duplicated", "quick", 0),
    ("space-in-key", "key-special", "quick", 0),
  ]

  @Test(arguments: faults)
  func `every fault is found by its own word`(
    fault: (fault: String, code: String, level: String, status: Int32)
  ) throws {
    let scratch = try ExportFailureTests.scratch()
    for table in ["", "=a"] {
      let result = try Command.run(
        "export", "crm.sqlite", "broken\(table)", "--files", "3", "--fault", fault.fault + table,
        in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      let verified = try Command.run(
        "verify", "broken\(table)", "--level", fault.level, "--against", "out", "--json",
        in: scratch)
      #expect(verified.status == fault.status, "\(verified.output)")
      let document = try Document(verified.output)
      let found = document.findings.filter { $0.code == fault.code }
      let broken = table.isEmpty ? "b" : "a"
      #expect(found.contains { $0.place.table == broken }, "\(document.codes)")
      // The rows of these tables repeat, so that whole files may.
      #expect(fault.fault == "duplicate-rows" || found.allSatisfy { $0.place.table == broken })
    }
    // No other fault has the word.
    for other in ExportFailureTests.faults where other.fault != fault.fault {
      #expect(other.code != fault.code)
    }
  }

  @Test func `two exporters at once: the receipt is one's, and the other says so`() throws {
    let scratch = try ExportFailureTests.scratch()
    var raced = 0
    for round in 0..<10 {
      let result = try Command.shell(
        """
        for i in 1 2; do
          { receipt export crm.sqlite out --files 3 -q --timestamp 2026-12-0$i"T\(10 + round):00:00Z" \
              --allow-older; echo "status $?"; } >out.$i 2>err.$i &
        done; wait; cat out.?; cat err.? >&2; rm out.? err.?
        """, in: scratch)
      let statuses = result.output.split(separator: "\n").filter { $0.hasPrefix("status") }
      #expect(statuses.contains("status 0"))
      #expect(statuses.allSatisfy { $0 == "status 0" || $0 == "status 31" }, "\(result.errors)")
      if statuses.contains("status 31") {
        raced += 1
        #expect(result.errors.contains("another exporter has written it meanwhile"))
      }
      try ExportFailureTests.expectSound(scratch, "round \(round)")
    }
    #expect(raced > 0)
  }
}
