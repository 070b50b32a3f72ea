import Foundation
import Synchronization
import TestSupport
import Testing

/// What a watch says of itself is true: after a restart, a rollback, and when things go well again.
@Suite struct WatchTellingTests {
  private func seconds(_ metrics: String, _ name: String) -> Double? {
    metrics.split(separator: "\n").first { $0.hasPrefix("receipt_\(name){") }
      .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
  }

  private func page(of daemon: Daemon, _ text: String) throws -> String {
    let url = try daemon.address()
    for _ in 0..<300 {
      if try HTTP.get(url + "/").body.contains(text) { break }
      pause(.milliseconds(20))
    }
    return try HTTP.get(url + "/").body
  }

  @Test func `after a restart it is known what is loaded, and why a dump is kept out`() throws {
    let scratch = try Scratch(live: ["a": ["base", "base", "base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let arguments = ["watch", "dump", "--into", "crm.sqlite", "--listen", "127.0.0.1:0"]
    let once = try Command.run(
      ["watch", "dump", "--into", "crm.sqlite", "--once"], in: scratch)
    #expect(once.status == 22)
    let daemon = try Daemon(arguments, in: scratch)
    _ = try daemon.line(with: "kept out")
    let body = try page(of: daemon, "loaded: dump")
    #expect(body.contains("loaded: dump \(Moment.first)"))
    #expect(body.contains(#"<p class="bad state">cannot load dump"#), "\(body)")
    #expect(!body.contains("nothing loaded yet"))
    #expect(
      seconds(try HTTP.get(try daemon.address() + "/metrics").body, "loaded_dump_timestamp_seconds")
        != nil)
    #expect(daemon.end() == 143)
    // A location that is behind its database.
    try scratch.makeDump(["a": ["base"]], timestamp: "2026-11-01T00:00:00Z")
    let late = try Daemon(arguments, in: scratch)
    _ = try late.line(with: "stale")
    #expect(try page(of: late, "up to date").contains("loaded: dump \(Moment.first)"))
    #expect(late.end() == 143)
  }

  @Test func `the time of the last success does not end with a process`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    var times: [Double?] = []
    for _ in 0..<3 {
      let result = try Command.run(
        "watch", "dump", "--into", "crm.sqlite", "--once", "--metrics-file", "m.prom", in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      times.append(seconds(try scratch.text("m.prom"), "last_success_timestamp_seconds"))
      // The ledger of the target is enough.
      if times.count == 2 { try scratch.remove("crm.sqlite.watch") }
    }
    #expect(abs((times[0] ?? 0) - Date().timeIntervalSince1970) < 300)
    #expect(times[1] == times[0])
    #expect(times[2] == times[0])
  }

  @Test func `a dump that was taken back is not said to be loaded, and retry loads it`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let flags = ["dump", "--into", "crm.sqlite", "--max-drop", "100%", "--keep-previous", "1"]
    let daemon = try Daemon(
      ["watch"] + flags + ["--every", "200ms", "--listen", "127.0.0.1:0"], in: scratch)
    _ = try daemon.line(with: " loaded ")
    let url = try daemon.address()
    let second = seconds(try HTTP.get(url + "/metrics").body, "loaded_dump_timestamp_seconds")
    #expect(try Command.run("rollback", "--into", "crm.sqlite", in: scratch).status == 0)
    _ = try daemon.line(with: "a rollback has taken it back")
    let body = try page(of: daemon, "rolled back")
    #expect(body.contains(#"<p class="warn state">rolled back"#))
    #expect(body.contains("loaded: dump \(Moment.first)"))
    let metrics = try HTTP.get(url + "/metrics").body
    #expect(metrics.contains("decision=\"rolled-back\"} 1"))
    let first = try #require(seconds(metrics, "loaded_dump_timestamp_seconds"))
    #expect(first < second ?? 0)
    let status = try Command.run(
      "status", "dump", "--into", "crm.sqlite", "--exit-code", in: scratch)
    #expect(status.status == 10)
    #expect(status.output.contains("state    rolled back"), "\(status.output)")
    let retry = try Command.run(["retry", "2026-11-20T15:03"] + flags, in: scratch)
    #expect(retry.status == 0, "\(retry.errors)")
    #expect(try scratch.value("SELECT count(*) FROM a") == "5")
    #expect(try page(of: daemon, "up to date").contains("loaded: dump \(Moment.second)"))
    #expect(daemon.end() == 143)
  }

  @Test func `who was told that a location does not answer hears when it does`() throws {
    let hook = try ScriptedServer { _ in .response(200) }
    defer { hook.stop() }
    let isDenied = Mutex(true)
    let store = try ScriptedServer { _ in
      isDenied.withLock { $0 }
        ? .response(403, [:], "<Error><Code>ExpiredToken</Code><Message>over</Message></Error>")
        : .response(404, [:], "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")
    }
    defer { store.stop() }
    let scratch = try Scratch()
    let daemon = try Daemon(
      [
        "watch", "s3://dumps", "--into", "crm.sqlite", "--every", "100ms", "--alert-webhook",
        hook.url,
      ],
      environment: [
        "AWS_ENDPOINT_URL": store.url, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_REGION": "us-east-1", "HOME": "/nonexistent",
      ], in: scratch)
    _ = try daemon.line(with: "cannot look at the receipt", count: 3)
    isDenied.withLock { $0 = false }
    _ = try daemon.line(with: "recovered")
    for _ in 0..<300 where hook.requests.count < 2 { pause(.milliseconds(10)) }
    let codes = hook.requests.compactMap { request in
      request.bodyText.firstMatch(of: /"code":"([a-z-]+)"/).map { String($0.1) }
    }
    #expect(codes == ["unreachable", "recovered"])
    #expect(daemon.end() == 143)
  }

  @Test func `a problem that a retry has solved is a problem no longer`() throws {
    let hook = try ScriptedServer { _ in .response(200) }
    defer { hook.stop() }
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let daemon = try Daemon(
      [
        "watch", "dump", "--into", "crm.sqlite", "--every", "200ms", "--listen", "127.0.0.1:0",
        "--max-drop", "10%", "--alert-webhook", hook.url,
      ], in: scratch)
    _ = try daemon.line(with: "kept out, the old data stays")
    let retry = try Command.run(
      "retry", "2026-11-20T15:03", "dump", "--into", "crm.sqlite", "--max-drop", "100%", in: scratch
    )
    #expect(retry.status == 0, "\(retry.errors)")
    #expect(try page(of: daemon, "up to date").contains("up to date"))
    for _ in 0..<300 where hook.requests.count < 2 { pause(.milliseconds(10)) }
    #expect(hook.requests.last?.bodyText.contains("\"code\":\"recovered\"") == true)
    #expect(daemon.end() == 143)
  }
}
