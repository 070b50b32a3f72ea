import Foundation
import Testing

/// `receipt watch --once`: how it ends where there is nothing to load.
@Suite struct WatchOnceTests {
  @Test(arguments: ["{\"timestamp\": ", nil])
  func `a receipt that cannot be acted on ends it as it ends a load`(receipt: String?) throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    if let receipt {
      try scratch.write(receipt, to: "dump/receipt.json")
    } else {
      try scratch.remove("dump/receipt.json")
    }
    let load = try Command.run("load", "dump", "--into", "other.sqlite", in: scratch)
    let once = try Command.run("watch", "dump", "--into", "crm.sqlite", "--once", in: scratch)
    #expect(once.status == load.status)
    #expect(once.status == (receipt == nil ? 20 : 21), "\(once.errors)")
    #expect(once.errors.contains("receipt.json"), "\(once.errors)")
  }

  @Test func `a signal ends the wait for missing files at once`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base", "half"]])
    try scratch.remove("dump/\(SampleDump.file("a", 1))")
    let daemon = try Daemon(
      ["watch", "dump", "--into", "crm.sqlite", "--once", "--wait-complete", "1h"], in: scratch)
    // Between two looks there are some seconds by then.
    _ = try daemon.line(with: "waiting for files")
    pause(.seconds(3))
    let begin = ContinuousClock.now
    #expect(daemon.end(SIGINT) == 130, "\(daemon.lines)")
    #expect(begin.duration(to: .now) < .seconds(10))
  }
}
