import Foundation
import TestSupport
import Testing

/// What other people's tools say of what the watch shows, and of the examples beside it.
@Suite struct WatchToolTests {
  private static let examples = SampleDump.package.appending(path: "examples").path

  private func tool(_ arguments: String..., in scratch: Scratch) throws -> Command.Result {
    try Tool.run("/usr/bin/env", arguments, in: scratch)
  }

  private func watch(in scratch: Scratch, _ arguments: String...) throws -> Daemon {
    try scratch.makeDump(["a": ["base"], "b c": ["half"]])
    let daemon = try Daemon(
      [
        "watch", "dump", "--into", "crm.sqlite", "--listen", "127.0.0.1:0", "--plan", "paid",
        "--every", "1h",
      ] + arguments, in: scratch)
    _ = try daemon.line(with: " loaded ")
    return daemon
  }

  @Test(.enabled(if: Tool.works("promtool", "--version")))
  func `promtool has nothing to say of the metrics and the rules`() throws {
    let scratch = try Scratch()
    let daemon = try watch(in: scratch)
    try scratch.write(try HTTP.get(try daemon.address() + "/metrics").body, to: "metrics")
    let check = try tool("bash", "-c", "promtool check metrics < metrics", in: scratch)
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    #expect(check.errors.isEmpty && check.output.isEmpty, "\(check.output)\(check.errors)")
    let rules = try tool(
      "promtool", "check", "rules", WatchToolTests.examples + "/watch/alerts.rules.yml",
      in: scratch)
    #expect(rules.status == 0, "\(rules.output)\(rules.errors)")
    // What the rules ask for is there.
    let text = try scratch.text("metrics")
    for name in [
      "receipt_delivery_overdue", "receipt_quarantined_dumps", "receipt_reached_timestamp_seconds",
    ] { #expect(text.contains("\n\(name)")) }
    #expect(daemon.end() == 143)
  }

  @Test(.enabled(if: Tool.works("chromium", "--version")), arguments: ["1280,900", "390,800"])
  func `a browser shows the page without scripts`(size: String) throws {
    let scratch = try Scratch()
    let daemon = try watch(in: scratch)
    let url = try daemon.address()
    // There is none in it, and its policy would not let one run.
    let text = try HTTP.get(url).body
    #expect(!text.contains("<script") && !text.contains("http"))
    let shown = try tool(
      "timeout", "60", "chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
      "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
      "--user-data-dir=" + scratch.path("profile"), "--window-size=" + size,
      "--screenshot=" + scratch.path("page.png"), url, in: scratch)
    #expect(shown.status == 0, "\(shown.errors)")
    let picture = try scratch.bytes("page.png")
    #expect(picture.starts(with: [0x89, 0x50, 0x4e, 0x47]))
    // A page of one colour has some kilobytes.
    #expect(picture.count > 15_000, "\(picture.count)")
    if let folder = ProcessInfo.processInfo.environment["RECEIPT_SCREENSHOTS"] {
      try picture.write(to: URL(filePath: folder).appending(path: "status-\(size).png"))
    }
    #expect(daemon.end() == 143)
  }

  @Test(
    .enabled(
      if: Tool.works("wrk", "-c1", "-t1", "-d1", "http://127.0.0.1:9/")
        || Tool.works("sh", "-c", "command -v wrk")))
  func `many requests at once are all answered`() throws {
    let scratch = try Scratch()
    let daemon = try watch(in: scratch)
    let url = try daemon.address()
    for path in ["/healthz", "/metrics"] {
      let load = try tool("wrk", "-c64", "-t2", "-d2s", url + path, in: scratch)
      #expect(load.status == 0)
      #expect(load.output.contains("Requests/sec"))
      #expect(!load.output.contains("Non-2xx"), "\(load.output)")
      #expect(!load.output.contains("Socket errors"), "\(load.output)")
      let rate = load.output.split(separator: "\n").first { $0.contains("Requests/sec") }
      print(path, rate ?? "")
    }
    #expect(try HTTP.get(url + "/healthz").status == 200)
    #expect(daemon.end() == 143)
  }

  @Test(.enabled(if: Tool.works("sh", "-c", "command -v wrk")))
  func `many events at once are each on the disk before they are acknowledged`() throws {
    let scratch = try Scratch()
    try scratch.write("token-1\n", to: "token")
    let silent = try ScriptedServer { _ in .response(404, [:], "<Error/>") }
    defer { silent.stop() }
    let daemon = try Daemon(
      [
        "watch", "s3://dumps/exports", "--into", "crm.sqlite", "--every", "1h", "--listen",
        "127.0.0.1:0", "--webhook-token-file", "token",
      ],
      environment: [
        "AWS_ENDPOINT_URL": silent.url, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_REGION": "us-east-1", "HOME": "/nonexistent",
      ], in: scratch)
    let url = try daemon.address()
    // Each event is another one, so that each must be written.
    try scratch.write(
      """
      wrk.method = "POST"
      wrk.headers["X-Receipt-Token"] = "token-1"
      local thread, count = 0, 0
      function setup(t) t:set("id", thread); thread = thread + 1 end
      function request()
        count = count + 1
        local body = string.format('{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":'
          .. '{"bucket":{"name":"dumps"},"object":{"key":"exports/receipt.json","sequencer":"%d-%d"}}}]}', id, count)
        return wrk.format(nil, nil, nil, body)
      end
      """, to: "post.lua")
    let load = try tool(
      "wrk", "-c64", "-t2", "-d3s", "-s", scratch.path("post.lua"), url + "/events", in: scratch)
    #expect(load.status == 0, "\(load.errors)")
    #expect(!load.output.contains("Non-2xx"), "\(load.output)")
    #expect(!load.output.contains("Socket errors"), "\(load.output)")
    print("/events", load.output.split(separator: "\n").first { $0.contains("Requests/sec") } ?? "")
    let answered = load.output.firstMatch(of: /([0-9]+) requests in/).flatMap { Int($0.1) } ?? 0
    let taken = try HTTP.get(url + "/metrics").body
      .firstMatch(of: /events_total{way="webhook",kind="receipt"} ([0-9]+)/).flatMap { Int($0.1) }
    #expect(answered > 100 && taken ?? 0 >= answered, "\(load.output)")
    // One look is enough for all of them.
    let state = try LoadedDatabase(scratch, "crm.sqlite.watch")
    for _ in 0..<1_000 {
      if try state.value("SELECT count(*) FROM watch_events") == "0" { break }
      pause(.milliseconds(10))
    }
    #expect(try state.value("SELECT count(*) FROM watch_events") == "0")
    #expect(daemon.end() == 143)
  }

  /// The library that lies about the time to a program.
  private static let falseTime: String? = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    return folders.map { "/usr/lib/\($0)/faketime/libfaketime.so.1" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }()

  @Test(.enabled(if: falseTime != nil))
  func `a clock that jumps loses no dump`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    for (number, moment) in [Moment.first, Moment.second, Moment.third].enumerated() {
      try scratch.write(
        SampleDump.receipt(["a": 1], timestamp: moment), to: "receipt-\(number + 1)")
    }
    // (The library comes in by way of `timeout`: at the program itself it hides its arguments.)
    // Ten days ahead, and then a thousand times too fast; the clock that nobody sets is right.
    let result = try tool(
      "bash", "-c",
      """
      LD_PRELOAD="$1" FAKETIME="+10d x1000" FAKETIME_DONT_FAKE_MONOTONIC=1 \
        timeout 60 "$0" watch dump --into crm.sqlite --every 1h --plan paid 2>log &
      for n in 1 2 3; do
        cp receipt-$n dump/receipt.json
        for i in $(seq 200); do
          if [ "$(grep -c ' info     loaded ' log)" -ge $n ]; then break; fi
          sleep 0.05
        done
      done
      kill $(pgrep -P $!)
      wait $!
      grep -c ' stopped' log
      """, Command.path, WatchToolTests.falseTime ?? "", in: scratch)
    let log = try scratch.text("log")
    #expect(result.output == "1\n", "\(result.errors)\n\(log)")
    #expect(try scratch.value("SELECT count(*) FROM receipt_loads") == "3", "\(log)")
    #expect(log.contains("delivery-overdue"), "\(log)")
  }

  // MARK: Examples

  @Test(.enabled(if: Tool.works("systemd-analyze", "--version")))
  func `systemd takes the units`() throws {
    let scratch = try Scratch()
    for unit in ["receipt-watch.service", "receipt-once.service", "receipt-once.timer"] {
      let result = try tool(
        "systemd-analyze", "verify", "\(WatchToolTests.examples)/watch/\(unit)", in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      #expect(!result.errors.contains("receipt-"), "\(result.errors)")
    }
  }

  @Test(.enabled(if: Tool.works("cfn-lint", "--version")))
  func `cfn-lint takes the template`() throws {
    let result = try tool(
      "cfn-lint", WatchToolTests.examples + "/lambda/template.yaml", in: try Scratch())
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(.enabled(if: Tool.works("terraform", "version")))
  func `terraform takes the text of the queue`() throws {
    let result = try tool(
      "terraform", "fmt", "-check", "-diff", WatchToolTests.examples + "/watch/queue.tf",
      in: try Scratch())
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(.enabled(if: Python.has("hcl2")))
  func `another reader of Terraform's language finds what the queue needs`() throws {
    let found = try Python.lines(
      """
      import hcl2
      with open("\(WatchToolTests.examples)/watch/queue.tf") as file: text = hcl2.load(file)
      names = {(k.strip('"'), n.strip('"')) for r in text["resource"] for k, v in r.items() for n in v}
      for kind, name in sorted(names): print(kind, name)
      for output in text["output"]: print(*[key.strip('"') for key in output])
      """, in: try Scratch())
    #expect(
      found == [
        "aws_s3_bucket_notification receipt", "aws_sqs_queue dead_letters",
        "aws_sqs_queue events", "aws_sqs_queue_policy events", "queue_url",
      ])
  }

  @Test func `the configuration in the examples can be used`() throws {
    let result = try Command.run(
      "config", "check", "--config", WatchToolTests.examples + "/watch/receipt.yaml",
      in: try Scratch())
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test(.enabled(if: PeerScript.works))
  func `the package for Lambda brings all it needs, and works`() throws {
    let scratch = try Scratch()
    let package = try tool(
      "env", "RECEIPT_BINARY=" + Command.path, WatchToolTests.examples + "/lambda/package.sh",
      scratch.path("package.zip"), in: scratch)
    #expect(package.status == 0, "\(package.errors)")
    let unpack = try tool(
      "python3", "-c",
      """
      import os, sys, zipfile
      with zipfile.ZipFile("package.zip") as archive:
          for entry in archive.infolist():
              archive.extract(entry, "task")
              os.chmod("task/" + entry.filename, entry.external_attr >> 16)
      """, in: scratch)
    #expect(unpack.status == 0, "\(unpack.errors)")
    try scratch.makeDump(["a": ["base"]])
    let runtime = try PeerScript("lambda_rapi.py", in: scratch)
    let run = Process()
    run.executableURL = URL(filePath: "/usr/bin/env")
    run.currentDirectoryURL = scratch.url
    run.arguments = [
      "-i", "PATH=/usr/bin:/bin", "LAMBDA_TASK_ROOT=" + scratch.path("task"),
      "AWS_LAMBDA_RUNTIME_API=127.0.0.1:\(runtime.port)",
      "RECEIPT_LOCATION=" + scratch.path("dump"), "RECEIPT_INTO=" + scratch.path("crm.sqlite"),
      scratch.path("task/bootstrap"),
    ]
    run.standardError = FileHandle.nullDevice
    try run.run()
    defer {
      kill(run.processIdentifier, SIGKILL)
      run.waitUntilExit()
    }
    let answer = try HTTP.post(runtime.url + "/_control/invoke", #"{"Event":"s3:TestEvent"}"#)
    #expect(answer.body.contains(#""kind": "response""#), "\(answer.body)")
    // Nothing of the system's own is used.
    let maps = try String(
      contentsOf: URL(filePath: "/proc/\(run.processIdentifier)/maps"), encoding: .utf8)
    let foreign = maps.split(separator: "\n").filter {
      $0.contains(".so") && !$0.contains(scratch.path("task"))
    }
    #expect(foreign.isEmpty, "\(foreign)")
  }
}
