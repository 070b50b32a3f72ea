import Foundation
import Testing

/// What happens to a watch in the middle of a load.
@Suite(.enabled(if: Tool.injectsFaults, "strace is not there or may not trace"))
struct WatchInterruptionTests {
  private let scratch: Scratch

  /// A database with one dump, and another dump beside it.
  init() throws {
    scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["base", "half"]], timestamp: Moment.second)
  }

  /// A watch whose loads take some seconds: each opening of a file is held up.
  private func slowWatch(_ flags: String..., delay: Duration) throws -> Daemon {
    // -D: the watch, and not what traces it, gets the signals.
    let daemon = try Daemon(
      ["watch", scratch.path("dump"), "--into", "crm.sqlite"] + flags,
      under: [
        "strace", "-D", "-f", "-qq", "-o", "/dev/null",
        "-P", scratch.path("dump/\(SampleDump.file("a", 0))"), "-e", "trace=openat",
        "-e", "inject=openat:delay_enter=\(delay / .microseconds(1))",
      ], in: scratch)
    for _ in 0..<2_000 {
      if (try? scratch.value("SELECT owner FROM receipt_lease WHERE owner IS NOT NULL")) != nil {
        return daemon
      }
      pause(.milliseconds(10))
    }
    Issue.record("no load has begun:\n\(daemon.lines.joined(separator: "\n"))")
    return daemon
  }

  private var loads: [String?] {
    get throws {
      try LoadedDatabase(scratch, "crm.sqlite")
        .values("SELECT timestamp FROM receipt_loads ORDER BY load_id")
    }
  }

  @Test func `a receipt that comes in the middle of a load is loaded after it`() throws {
    let daemon = try slowWatch(delay: .milliseconds(700))
    try scratch.write(
      SampleDump.receipt(["a": 2], timestamp: Moment.third), to: "dump/new")
    try #require(unsafe rename(scratch.path("dump/new"), scratch.path("dump/receipt.json")) == 0)
    #expect(try loads == [Moment.first])
    let lines = try [1, 2].map { try daemon.line(with: " loaded ", count: $0, within: 60) }
    #expect(lines[0].contains(Moment.second), "\(lines)")
    #expect(lines[1].contains(Moment.third), "\(lines)")
    #expect(try loads == [Moment.first, Moment.second, Moment.third])
    #expect(daemon.end() == 143)
  }

  @Test func `a load may end within the time that a stop gives it`() throws {
    let daemon = try slowWatch("--stop-grace", "60s", delay: .milliseconds(700))
    #expect(daemon.end() == 143)
    #expect(daemon.lines.contains { $0.contains(" loaded ") }, "\(daemon.lines)")
    #expect(try loads == [Moment.first, Moment.second])
  }

  @Test func `after that time a load is taken back`() throws {
    let daemon = try slowWatch("--stop-grace", "100ms", delay: .seconds(2))
    #expect(daemon.end() == 143)
    #expect(try loads == [Moment.first])
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
    #expect(try scratch.load().status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a") == "15")
  }

  @Test func `a second signal ends the watch at once, and the next load is as ever`() throws {
    let daemon = try slowWatch("--stop-grace", "600s", delay: .seconds(5))
    kill(daemon.pid, SIGTERM)
    _ = try daemon.line(with: "nothing new is begun")
    let begin = ContinuousClock.now
    #expect(daemon.end() == 143)
    #expect(begin.duration(to: .now) < .seconds(20))
    #expect(try loads == [Moment.first])
    #expect(try scratch.load().status == 0)
    #expect(try loads == [Moment.first, Moment.second])
  }
}
