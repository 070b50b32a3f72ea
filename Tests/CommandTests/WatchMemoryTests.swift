import Foundation
import TestSupport
import Testing

/// What a watch remembers from one process to the next.
@Suite struct WatchMemoryTests {
  private let label = "2026-11-20T15:03"

  private func once(_ flags: String..., in scratch: Scratch) throws -> Command.Result {
    try Command.run(
      ["watch", "dump", "--into", "crm.sqlite", "--once", "--metrics-file", "m.prom"] + flags,
      in: scratch)
  }

  private func status(in scratch: Scratch) throws -> String {
    try Command.run("status", "dump", "--into", "crm.sqlite", in: scratch).output
  }

  /// A database whose next dump a gate has kept out.
  private func keptOut() throws -> Scratch {
    let scratch = try Scratch(live: ["a": ["base", "base", "base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let result = try once(in: scratch)
    #expect(result.status == 22, "\(result.errors)")
    #expect(try status(in: scratch).contains("kept out dump \(label)"))
    #expect(try scratch.text("m.prom").contains("receipt_quarantined_dumps 1\n"))
    return scratch
  }

  @Test(arguments: [false, true])
  func `a dump that was kept out is past once a later one is loaded`(byHand: Bool) throws {
    let scratch = try keptOut()
    try scratch.makeDump(["a": ["base", "base", "half"]], timestamp: Moment.third)
    if byHand { #expect(try scratch.load().status == 0) }
    let next = try once(in: scratch)
    #expect(next.status == 0, "\(next.errors)")
    #expect(try scratch.text("m.prom").contains("receipt_quarantined_dumps 0\n"))
    #expect(try status(in: scratch).contains("kept out") == false)
    // It is known still; its folder has other files by now.
    let retry = try Command.run(
      "retry", label, "dump", "--into", "crm.sqlite", "--allow-older", in: scratch)
    #expect(retry.status == 20, "\(retry.errors)")
  }

  @Test func `a dump that is dismissed stays out, and nobody is told of it`() throws {
    let scratch = try keptOut()
    let dismiss = try Command.run(
      "retry", label, "dump", "--into", "crm.sqlite", "--dismiss", in: scratch)
    #expect(dismiss.status == 0, "\(dismiss.errors)")
    #expect(dismiss.output == "dismissed dump \(label): it stays out\n")
    let again = try once("--exit-code", in: scratch)
    #expect(again.status == 10, "\(again.errors)")
    #expect(try scratch.text("m.prom").contains("receipt_quarantined_dumps 0\n"))
    #expect(try status(in: scratch).contains("kept out") == false)
    #expect(try scratch.value("SELECT count(*) FROM a") == "30")
    let retry = try Command.run(
      "retry", label, "dump", "--into", "crm.sqlite", "--max-drop", "100%", in: scratch)
    #expect(retry.status == 0, "\(retry.errors)")
    let loaded = try Command.run(
      "retry", label, "dump", "--into", "crm.sqlite", "--dismiss", in: scratch)
    #expect(loaded.status == 1)
    #expect(loaded.errors.contains("it is not kept out, but loaded"))
  }

  @Test func `the wait for files does not begin anew with each process`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base", "half"]])
    try scratch.remove("dump/\(SampleDump.file("a", 1))")
    let arguments = ["watch", "dump", "--into", "crm.sqlite", "--wait-complete"]
    let first = try Daemon(arguments + ["1h"], in: scratch)
    _ = try first.line(with: "waiting for files")
    #expect(first.end(SIGKILL) == nil)
    pause(.seconds(2))
    let second = try Daemon(arguments + ["2s"], in: scratch)
    _ = try second.line(with: "kept out, the old data stays")
    #expect(!second.lines.contains { $0.contains("waiting for files") })
    #expect(second.end() == 143)
  }

  @Test func `a delivery that is late is told of by commands of a timer too, and once`() throws {
    let hook = try ScriptedServer { _ in .response(200) }
    defer { hook.stop() }
    let scratch = try Scratch(live: ["a": ["base"]])
    for _ in 0..<3 {
      let result = try once(
        "--plan", "paid", "--grace", "1m", "--alert-webhook", hook.url, in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        try scratch.text("m.prom").contains(
          "receipt_delivery_overdue{location=\"dump\",target=\"crm.sqlite\"} 1"))
    }
    #expect(hook.requests.count == 1)
    #expect(hook.requests.first?.bodyText.contains("\"code\":\"delivery-overdue\"") == true)
    let now = Date().formatted(.iso8601)
    try scratch.makeDump(["a": ["base"]], timestamp: now)
    #expect(
      try once("--plan", "paid", "--grace", "1m", "--alert-webhook", hook.url, in: scratch).status
        == 0)
    #expect(hook.requests.last?.bodyText.contains("\"code\":\"recovered\"") == true)
  }
}
