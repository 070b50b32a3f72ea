import Foundation
import TestSupport
import Testing

/// What is kept, told beforehand; and a rollback that is interrupted.
@Suite struct RollbackListTests {
  /// Three loads of which two were kept.
  private static func scratch() throws -> Scratch {
    let scratch = try Scratch(live: ["t": ["base"], "u": ["base"]])
    for (fixture, timestamp) in [("half", Moment.second), ("base", Moment.third)] {
      try scratch.makeDump(["t": [fixture], "u": [fixture]], timestamp: timestamp)
      #expect(try scratch.load("--keep-previous", "2").status == 0)
    }
    return scratch
  }

  @Test func `kept dumps are listed, by rollback and status`() throws {
    let scratch = try RollbackListTests.scratch()
    let before = try scratch.snapshot()
    let lines = [
      "dump \(Moment.second): 2 tables, 10 rows", "dump \(Moment.first): 2 tables, 20 rows",
    ]
    let list = try Command.run("rollback", "--into", "crm.sqlite", "--list", in: scratch)
    #expect(list.output == lines.map { $0 + "\n" }.joined(), "\(list.errors)")
    let json = try Command.run("rollback", "--into", "crm.sqlite", "--list", "--json", in: scratch)
    #expect(json.output.contains("\"timestamp\":\"\(Moment.third)\""), "\(json.output)")
    #expect(json.output.contains("\"label\":\"2026-11-20T15:03\""))
    #expect(json.output.contains("\"tables\":[\"t\",\"u\"]"))
    let status = try Command.run("status", "dump", "--into", "crm.sqlite", in: scratch)
    #expect(status.output.contains(lines.map { "kept     \($0)\n" }.joined()), "\(status.output)")
    #expect(try scratch.snapshot() == before)
    for _ in 0..<2 {
      #expect(try Command.run("rollback", "--into", "crm.sqlite", in: scratch).status == 0)
    }
    let none = try Command.run("rollback", "--into", "crm.sqlite", "--list", in: scratch)
    #expect(none.output == "no earlier dump is kept in crm.sqlite\n")
    let missing = try Command.run("rollback", "--into", "none.sqlite", "--list", in: scratch)
    #expect(missing.status == 1)
    #expect(missing.errors.contains("there is no such file"))
  }

  @Test(
    .enabled(if: Tool.injectsFaults, "strace cannot be used"), arguments: [SIGINT, SIGTERM])
  func `a rollback that is interrupted gives its lease back and changes nothing`(
    signal: Int32
  ) throws {
    let scratch = try RollbackListTests.scratch()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.currentDirectoryURL = scratch.url
    // With -D the process is the tool's own. It is held up while its lease is being written.
    process.arguments = [
      "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unlink", "-e",
      "inject=unlink:delay_enter=1500000:when=1", Command.path, "rollback", "--into", "crm.sqlite",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<2_000 where !scratch.exists("crm.sqlite-journal") { pause(.milliseconds(5)) }
    #expect(scratch.exists("crm.sqlite-journal"))
    pause(.milliseconds(200))
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 128 + signal)
    #expect(
      try scratch.value("SELECT max(fencing) || ifnull(max(owner), ' free') FROM receipt_lease")
        == "3 free")
    #expect(try scratch.value("SELECT count(*) FROM t") == "10")
    #expect(try scratch.value("SELECT count(*) FROM receipt_loads") == "3")
    let again = try Command.run("rollback", "--into", "crm.sqlite", in: scratch)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try scratch.value("SELECT count(*) FROM t") == "5")
  }
}
