import Foundation
import TestSupport
import Testing

/// The core of the watch, on directories: what is loaded, waited for, kept out, and said.
@Suite struct WatchTests {
  /// Replaces the receipt, as writers do, by moving another there.
  private func put(
    _ timestamp: String, tables: [String: Int] = ["a": 1], in scratch: Scratch
  ) throws {
    try scratch.write(SampleDump.receipt(tables, timestamp: timestamp), to: "dump/new")
    let code = unsafe rename(scratch.path("dump/new"), scratch.path("dump/receipt.json"))
    try #require(code == 0)
  }

  @Test func `receipts of a directory are loaded when they come, and once`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    let daemon = try Daemon(
      ["watch", "dump", "--into", "crm.sqlite", "--every", "1h", "--log-format", "json"],
      in: scratch)
    _ = try daemon.line(with: "\"loaded\"")
    try put(Moment.second, in: scratch)
    let line = try daemon.line(with: "\"loaded\"", count: 2)
    #expect(line.contains("\"dump\":\"\(Moment.second)\""))
    #expect(line.contains("\"rows\":\"10\""))
    // The same again, and one that is older.
    try put(Moment.second, in: scratch)
    _ = try daemon.line(with: "nothing new")
    try put(Moment.first, in: scratch)
    _ = try daemon.line(with: "stale")
    #expect(daemon.end() == 143)
    #expect(daemon.lines.filter { $0.contains("\"loaded\"") }.count == 2)
    #expect(daemon.lines.allSatisfy { $0.hasPrefix("{") })
    #expect(try scratch.value("SELECT count(*) FROM receipt_loads") == "2")
  }

  @Test func `a directory without a receipt is waited for`() throws {
    let scratch = try Scratch()
    try scratch.makeFolder("dump")
    let daemon = try Daemon(
      ["watch", "dump", "--into", "crm.sqlite", "--every", "200ms"], in: scratch)
    _ = try daemon.line(with: "no receipt yet")
    try scratch.makeDump(["a": ["base"]])
    _ = try daemon.line(with: " loaded ")
    #expect(daemon.end(SIGINT) == 130)
  }

  @Test func `missing files are waited for, and loaded when they are there`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base", "half"]])
    let late = SampleDump.file("a", 1)
    let bytes = try scratch.bytes("dump/\(late)")
    try scratch.remove("dump/\(late)")
    let daemon = try Daemon(
      ["watch", "dump", "--into", "crm.sqlite", "--wait-complete", "30s"], in: scratch)
    let line = try daemon.line(with: "waiting for files")
    #expect(line.contains("has 1 file, and the receipt promises 2"))
    try scratch.write(bytes, to: "dump/\(late)")
    _ = try daemon.line(with: " loaded ")
    #expect(daemon.end() == 143)
  }

  @Test func `a dump that stays incomplete is kept out, told of, and loaded later`() throws {
    let hook = try ScriptedServer { _ in .response(200) }
    defer { hook.stop() }
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["base", "base"]], timestamp: Moment.second)
    let late = SampleDump.file("a", 1)
    let bytes = try scratch.bytes("dump/\(late)")
    try scratch.remove("dump/\(late)")
    let daemon = try Daemon(
      [
        "watch", "dump", "--into", "crm.sqlite", "--wait-complete", "1s", "--alert-webhook",
        hook.url + "/alert", "--heartbeat", hook.url + "/alive", "--alert-command",
        "printf %s \"$RECEIPT_ALERT_CODE\" > told",
      ], in: scratch)
    _ = try daemon.line(with: "kept out, the old data stays")
    for _ in 0..<300 where !scratch.exists("told") || hook.requests.isEmpty {
      pause(.milliseconds(10))
    }
    #expect(try scratch.text("told") == "file-missing")
    struct Alert: Decodable {
      let severity: String
      let code: String
      let dump: String
      let message: String
    }
    let request = try #require(hook.requests.first)
    let alert = try JSONDecoder().decode(Alert.self, from: Data(request.body))
    #expect(request.target == "/alert")
    #expect(alert.severity == "error")
    #expect(alert.code == "file-missing")
    #expect(alert.dump == Moment.second)
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
    let status = try Command.run("status", "dump", "--into", "crm.sqlite", in: scratch)
    #expect(status.output.contains("kept out dump 2026-11-20T15:03"), "\(status.output)")
    #expect(status.output.contains("has 1 file, and the receipt promises 2"))

    // Another try does not help yet; then the file comes, and a newer receipt with it.
    let label = "2026-11-20T15:03"
    let early = try Command.run(
      "retry", label, "dump", "--into", "crm.sqlite", in: scratch)
    #expect(early.status == 20, "\(early.errors)")
    try scratch.write(bytes, to: "dump/\(late)")
    let retry = try Command.run("retry", label, "dump", "--into", "crm.sqlite", in: scratch)
    #expect(retry.status == 0, "\(retry.errors)")
    #expect(try scratch.value("SELECT count(*) FROM a") == "20")
    #expect(
      !(try Command.run("status", "dump", "--into", "crm.sqlite", in: scratch)).output
        .contains("kept out"))
    try put(Moment.third, tables: ["a": 2], in: scratch)
    _ = try daemon.line(with: " loaded ")
    for _ in 0..<300 where !hook.requests.contains(where: { $0.target == "/alive" }) {
      pause(.milliseconds(10))
    }
    #expect(hook.requests.contains { $0.target == "/alive" })
    #expect(daemon.end() == 143)
  }

  @Test func `a gate keeps a dump out, and retry lets it pass with a flag`() throws {
    let scratch = try Scratch(live: ["a": ["base", "base", "base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let once = try Command.run("watch", "dump", "--into", "crm.sqlite", "--once", in: scratch)
    #expect(once.status == 22, "\(once.errors)")
    #expect(once.errors.contains("rows-dropped"))
    // The receipt of the next dump is there already.
    try put(Moment.third, in: scratch)
    let label = "2026-11-20T15:03"
    let refused = try Command.run("retry", label, "dump", "--into", "crm.sqlite", in: scratch)
    #expect(refused.status == 22)
    let retry = try Command.run(
      "retry", label, "dump", "--into", "crm.sqlite", "--max-drop", "100%", in: scratch)
    #expect(retry.status == 0, "\(retry.errors)")
    #expect(try scratch.value("SELECT count(*) FROM a") == "5")
    let unknown = try Command.run(
      "retry", "2020-01-01T00:00", "dump", "--into", "crm.sqlite", in: scratch)
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("no watch of these settings has seen such a dump"))
  }

  @Test func `a command gets the dump in its environment, and says when to come again`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"], "b": ["half"]])
    let command = """
      echo "$RECEIPT_TIMESTAMP $RECEIPT_LABEL $RECEIPT_TABLES $RECEIPT_FILES" >> calls
      test $(wc -l < calls) -ge 2 || exit 75
      """
    let arguments = [
      "watch", "dump", "--run", command, "--state", "s.sqlite", "--every", "1h",
    ]
    let daemon = try Daemon(arguments, in: scratch)
    _ = try daemon.line(with: " loaded ")
    #expect(daemon.lines.contains { $0.contains("asks to be run again later") })
    #expect(daemon.end() == 143)
    let again = try Daemon(arguments, in: scratch)
    _ = try again.line(with: "nothing new")
    #expect(again.end() == 143)
    let call = "\(SampleDump.timestamp) \(SampleDump.label) a,b 2\n"
    #expect(try scratch.text("calls") == call + call)
  }

  @Test func `a command that goes on too long is ended with the watch`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    let daemon = try Daemon(
      [
        "watch", "dump", "--run", "echo $$ > began; sleep 60", "--state", "s.sqlite",
        "--stop-grace", "200ms",
      ], in: scratch)
    for _ in 0..<500 where !scratch.exists("began") { pause(.milliseconds(10)) }
    pause(.milliseconds(50))
    #expect(daemon.end() == 143)
    let child = pid_t(try scratch.text("began").filter(\.isNumber)) ?? 0
    #expect(kill(child, 0) != 0)
    #expect(
      try LoadedDatabase(scratch, "s.sqlite").value("SELECT state FROM watch_dumps") != "loaded")
  }

  @Test(.enabled(if: Tool.injectsFaults, "strace is not there or may not trace"))
  func `two watches of one database load a dump once`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    let arguments = ["watch", "dump", "--into", "crm.sqlite", "--every", "300ms"]
    let one = try Daemon(arguments, in: scratch)
    let two = try Daemon(arguments, in: scratch)
    for daemon in [one, two] { _ = try daemon.line(with: "nothing new") }
    for (count, moment) in [Moment.second, Moment.third].enumerated() {
      try put(moment, in: scratch)
      for _ in 0..<1_000 {
        if try scratch.value("SELECT count(*) FROM receipt_loads") == String(count + 2) { break }
        pause(.milliseconds(10))
      }
    }
    pause(.seconds(1))
    #expect(one.end() == 143)
    #expect(two.end() == 143)
    #expect(try scratch.value("SELECT count(*) FROM receipt_loads") == "3")
    let loaded = (one.lines + two.lines).filter { $0.contains(" info     loaded ") }
    #expect(loaded.count == 2, "\(loaded)")
  }

  @Test func `a receipt that is half written is read once it is whole`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    let receipt = try scratch.text("dump/receipt.json")
    try scratch.write(String(receipt.prefix(40)), to: "dump/receipt.json")
    let daemon = try Daemon(["watch", "dump", "--into", "crm.sqlite"], in: scratch)
    pause(.milliseconds(300))
    try scratch.write(receipt, to: "dump/receipt.json")
    _ = try daemon.line(with: " loaded ")
    try scratch.write("{}", to: "dump/receipt.json")
    let line = try daemon.line(with: "passed over")
    #expect(line.contains("timestamp"))
    #expect(daemon.end() == 143)
  }

  @Test func `a delivery that does not come is told of`() throws {
    let hook = try ScriptedServer { _ in .response(200) }
    defer { hook.stop() }
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    let daemon = try Daemon(
      [
        "watch", "dump", "--into", "crm.sqlite", "--plan", "paid", "--grace", "1m",
        "--alert-webhook", hook.url, "--metrics-file", "m.prom",
      ], in: scratch)
    let line = try daemon.line(with: "delivery-overdue")
    #expect(line.contains("the newest is of \(SampleDump.timestamp)"))
    for _ in 0..<300 where hook.requests.isEmpty { pause(.milliseconds(10)) }
    #expect(hook.requests.first?.bodyText.contains("\"code\":\"delivery-overdue\"") == true)
    #expect(daemon.end() == 143)
    let metrics = try scratch.text("m.prom")
    #expect(metrics.contains("receipt_delivery_overdue{location=\"dump\",target=\"crm.sqlite\"} 1"))
  }

  @Test func `systemd is told when the watch is ready, alive and about to end`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    let listener = Process()
    listener.executableURL = URL(filePath: "/usr/bin/env")
    listener.currentDirectoryURL = scratch.url
    listener.arguments = [
      "python3", "-c",
      """
      import socket
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind("notify")
      while True:
        text = s.recv(4096).decode(); open("told", "a").write(text + "\\n")
        if "STOPPING" in text: break
      """,
    ]
    try listener.run()
    for _ in 0..<300 where !scratch.exists("notify") { pause(.milliseconds(10)) }
    let daemon = try Daemon(
      ["watch", "dump", "--into", "crm.sqlite"],
      environment: ["NOTIFY_SOCKET": scratch.path("notify"), "WATCHDOG_USEC": "200000"],
      in: scratch)
    _ = try daemon.line(with: " loaded ")
    pause(.milliseconds(400))
    #expect(daemon.end() == 143)
    listener.waitUntilExit()
    let told = try scratch.text("told")
    #expect(told.hasPrefix("READY=1\n"))
    #expect(told.contains("WATCHDOG=1\n"))
    #expect(told.hasSuffix("STOPPING=1\n"))
  }
}
