import Foundation
import TestSupport
import Testing

/// Two watches that run a command and share a state: one at a time works on a dump.
@Suite struct WatchLockTests {
  private static let arguments = [
    "watch", "dump", "--state", "s.sqlite", "--verify", "quick", "--every", "200ms",
  ]

  @Test func `a command is run by one of two watches, and the other takes over when that is gone`()
    throws
  {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]], timestamp: Moment.first)
    let command = ["--run", "echo $RECEIPT_TIMESTAMP >> calls; sleep 7"]
    let first = try Daemon(WatchLockTests.arguments + command, in: scratch)
    _ = try first.line(with: " loading ")
    let second = try Daemon(WatchLockTests.arguments + command, in: scratch)
    let holder = "process \(first.pid) on "
    _ = try second.line(with: holder)
    // One that is run by a timer waits for some seconds, and says who is at it.
    let once = try Command.run(WatchLockTests.arguments + command + ["--once"], in: scratch)
    #expect(once.status == 11, "\(once.errors)")
    #expect(once.errors.contains(holder), "\(once.errors)")
    #expect(!second.lines.contains { $0.contains(" loading ") })
    _ = try first.line(with: " loaded ")
    _ = try second.line(with: "nothing new")
    #expect(try scratch.text("calls") == "\(Moment.first)\n")
    // The lock goes with its process, however that ends.
    #expect(first.end(SIGKILL) == nil)
    try scratch.makeDump(["a": ["base"]], timestamp: Moment.second)
    _ = try second.line(with: " loaded ")
    #expect(second.end() == 143)
    #expect(try scratch.text("calls") == "\(Moment.first)\n\(Moment.second)\n")
  }

  @Test func `a retry waits for the watch, and names it`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]], timestamp: Moment.first)
    let command = ["--run", "test -e good && sleep 60"]
    let daemon = try Daemon(
      WatchLockTests.arguments + command + ["--stop-grace", "100ms"], in: scratch)
    _ = try daemon.line(with: "not loaded, next try")
    try scratch.write("", to: "good")
    _ = try daemon.line(with: "loading, try 2")
    let retry = try Command.run(
      ["retry", SampleDump.label, "dump", "--state", "s.sqlite", "--verify", "quick"] + command,
      in: scratch)
    #expect(retry.status == 11, "\(retry.errors)")
    #expect(retry.errors.contains("process \(daemon.pid) on "), "\(retry.errors)")
    #expect(daemon.end() == 143)
  }
}
