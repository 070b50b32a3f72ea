import Foundation
import TestSupport
import Testing

/// `--listen`: events that are posted, probes, and the page.
@Suite struct WatchHTTPTests {
  static let topic = "arn:aws:sns:us-east-1:000000000000:dumps"

  /// A watch of a directory that calls itself a bucket's for events would not match; so the location
  /// is S3's, by a server that answers by script.
  final class Bucket {
    let server: ScriptedServer
    let location = "s3://dumps/exports"

    /// Serves a directory as `s3://dumps/exports`.
    init(_ folder: String) throws {
      server = try ScriptedServer { request in Bucket.answer(request, folder) }
    }

    deinit { server.stop() }

    var environment: [String: String] {
      [
        "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_REGION": "us-east-1", "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true",
      ]
    }

    private static func answer(
      _ request: ScriptedServer.Request, _ folder: String
    ) -> ScriptedServer.Answer {
      let parts = request.target.split(separator: "?", maxSplits: 1).map(String.init)
      let path = (parts[0].removingPercentEncoding ?? "").dropFirst("/dumps".count)
      if path.isEmpty || path == "/" {
        let query = parts.count > 1 ? parts[1] : ""
        let prefix =
          query.split(separator: "&").first { $0.hasPrefix("prefix=") }
          .flatMap { $0.dropFirst(7).removingPercentEncoding } ?? ""
        return .response(200, [:], listing(folder, prefix: prefix))
      }
      let file = URL(filePath: folder).appending(path: String(path.dropFirst("/exports/".count)))
      guard let data = try? Data(contentsOf: file) else {
        return .response(404, [:], "<Error><Code>NoSuchKey</Code></Error>")
      }
      let tag = "\"\(data.hashValue)\""
      if request.headers["if-none-match"] == tag { return .response(304, ["ETag": tag]) }
      return .response(200, ["ETag": tag], String(decoding: data, as: UTF8.self))
    }

    private static func listing(_ folder: String, prefix: String) -> String {
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
      let keys = names.map { "exports/" + $0 }.filter {
        $0.hasPrefix(prefix) && $0.hasSuffix(".parquet")
      }
      return "<ListBucketResult>"
        + keys.sorted().map { "<Contents><Key>\($0)</Key><Size>1</Size></Contents>" }.joined()
        + "<IsTruncated>false</IsTruncated></ListBucketResult>"
    }
  }

  /// A watch that runs a command for each dump, so that no file of the bucket is read.
  func watch(
    _ bucket: Bucket, _ command: String = "echo $RECEIPT_TIMESTAMP >> calls",
    _ arguments: [String] = [], in scratch: Scratch
  ) throws -> Daemon {
    try scratch.write("token-1\n", to: "token")
    return try Daemon(
      [
        "watch", bucket.location, "--run", command, "--state", "s.sqlite", "--every", "1h",
        "--verify", "quick", "--listen", "127.0.0.1:0", "--webhook-token-file", "token",
        "--topics", WatchHTTPTests.topic,
      ] + arguments, environment: bucket.environment, in: scratch)
  }

  func put(_ timestamp: String, in scratch: Scratch) throws {
    try scratch.write(SampleDump.receipt(["a": 0], timestamp: timestamp), to: "dump/receipt.json")
  }

  static let event = """
    {"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put",\
    "s3":{"bucket":{"name":"dumps"},"object":{"key":"exports%2Freceipt.json"}}}]}
    """

  func calls(_ count: Int, in scratch: Scratch) throws -> [String] {
    for _ in 0..<1_000 {
      let lines = (try? scratch.text("calls"))?.split(separator: "\n").map(String.init) ?? []
      if lines.count >= count { return lines }
      pause(.milliseconds(10))
    }
    return (try? scratch.text("calls"))?.split(separator: "\n").map(String.init) ?? []
  }

  @Test func `events with the token lead to a load, others to none`() throws {
    let scratch = try Scratch()
    try put(Moment.first, in: scratch)
    let bucket = try Bucket(scratch.path("dump"))
    let daemon = try watch(bucket, in: scratch)
    let url = try daemon.address()
    #expect(try calls(1, in: scratch) == [Moment.first])
    try put(Moment.second, in: scratch)
    #expect(try HTTP.post(url + "/events", WatchHTTPTests.event).status == 401)
    #expect(
      try HTTP.post(
        url + "/events", WatchHTTPTests.event, headers: ["Authorization: Bearer token-2"]
      ).status == 401)
    let accepted = try HTTP.post(
      url + "/events", WatchHTTPTests.event, headers: ["Authorization: Bearer token-1"])
    #expect(accepted.status == 200)
    #expect(accepted.body == "queued\n")
    #expect(try calls(2, in: scratch) == [Moment.first, Moment.second])
    try put(Moment.third, in: scratch)
    let eventBridge = """
      {"detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"dumps"},\
      "object":{"key":"exports/receipt.json"}}}
      """
    #expect(
      try HTTP.post(url + "/eventbridge", eventBridge, headers: ["X-Receipt-Token: token-1"]).status
        == 200)
    #expect(try calls(3, in: scratch).last == Moment.third)
    // What does not matter is acknowledged and counted, what is not understood is kept.
    for body in ["garbage", #"{"Event":"s3:TestEvent"}"#] {
      #expect(
        try HTTP.post(url + "/events", body, headers: ["X-Receipt-Token: token-1"]).status == 200)
    }
    let other = WatchHTTPTests.event.replacing("receipt.json", with: "other.json")
    #expect(
      try HTTP.post(url + "/events", other, headers: ["X-Receipt-Token: token-1"]).body
        == "not for a watched receipt\n")
    let metrics = try HTTP.get(url + "/metrics")
    #expect(metrics.status == 200)
    for sample in [
      #"events_total{way="webhook",kind="receipt"} 1"#, #"{way="webhook",kind="test"} 1"#,
      #"{way="webhook",kind="unknown"} 1"#, #"{way="webhook",kind="other-key"} 1"#,
      #"{way="eventbridge",kind="receipt"} 1"#, #"{way="events",kind="refused"} 2"#,
    ] { #expect(metrics.body.contains(sample), "\(sample)\n\(metrics.body)") }
    #expect(try HTTP.get(url + "/healthz").status == 200)
    #expect(try HTTP.get(url + "/readyz").status == 200)
    #expect(try HTTP.get(url + "/nothing").status == 404)
    #expect(try HTTP.get(url + "/events").status == 405)
    #expect(daemon.end() == 143)
    #expect(
      try LoadedDatabase(scratch, "s.sqlite").value("SELECT body FROM watch_unknown") == "garbage")
  }

  @Test func `an event that was acknowledged survives a kill`() throws {
    let scratch = try Scratch()
    try put(Moment.first, in: scratch)
    let bucket = try Bucket(scratch.path("dump"))
    let daemon = try watch(bucket, "sleep 30", in: scratch)
    let url = try daemon.address()
    _ = try daemon.line(with: "loading")
    try put(Moment.second, in: scratch)
    let answer = try HTTP.post(
      url + "/events", WatchHTTPTests.event, headers: ["X-Receipt-Token: token-1"])
    #expect(answer.status == 200)
    #expect(daemon.end(SIGKILL) == nil)
    let database = try LoadedDatabase(scratch, "s.sqlite")
    #expect(try database.value("SELECT count(*) FROM watch_events") == "1")
    let again = try watch(bucket, in: scratch)
    #expect(try calls(1, in: scratch) == [Moment.second])
    _ = try again.line(with: " loaded ")
    for _ in 0..<300 {
      if try database.value("SELECT count(*) FROM watch_events") == "0" { break }
      pause(.milliseconds(10))
    }
    #expect(try database.value("SELECT count(*) FROM watch_events") == "0")
    #expect(again.end() == 143)
  }

  @Test(.enabled(if: PeerScript.works)) func `messages of SNS count by their signature alone`()
    throws
  {
    let scratch = try Scratch()
    try put(Moment.first, in: scratch)
    let bucket = try Bucket(scratch.path("dump"))
    let sns = try PeerScript("sns_push.py", in: scratch, "--dir", "sns")
    let daemon = try watch(
      bucket, "echo $RECEIPT_TIMESTAMP >> calls", ["--sns-endpoint", sns.url], in: scratch)
    let url = try daemon.address()
    #expect(try calls(1, in: scratch).count == 1)
    struct Push: Encodable {
      var url: String
      var type = "Notification"
      var message = WatchHTTPTests.event
      var version = "2"
      var tamper: String?
      var topic = WatchHTTPTests.topic
      var tries = 1
    }
    struct Pushed: Decodable { let status: Int }
    func push(_ expected: Int, _ change: (inout Push) -> Void) throws {
      var push = Push(url: url + "/sns")
      change(&push)
      let body = String(decoding: try JSONEncoder().encode(push), as: UTF8.self)
      let answer = try HTTP.post(sns.url + "/_control/push", body)
      let pushed = try JSONDecoder().decode(Pushed.self, from: Data(answer.body.utf8))
      #expect(pushed.status == expected, "\(push)")
    }
    try push(200) { $0.type = "SubscriptionConfirmation" }
    let confirmed = try HTTP.get(sns.url + "/_control/confirmed")
    #expect(confirmed.body.contains("ConfirmSubscription"))
    for (count, version) in ["1", "2"].enumerated() {
      let moment = count == 0 ? Moment.second : Moment.third
      try put(moment, in: scratch)
      try push(200) { $0.version = version }
      #expect(try calls(count + 2, in: scratch).last == moment)
    }
    for tamper in ["message", "signature", "timestamp", "cert_url"] {
      try push(403) { $0.tamper = tamper }
    }
    try push(400) { $0.tamper = "type" }
    for type in ["Notification", "SubscriptionConfirmation"] {
      try push(403) {
        $0.type = type
        $0.topic = "arn:aws:sns:us-east-1:666666666666:evil"
      }
    }
    #expect(daemon.end() == 143)
  }

  @Test func `slow, huge and malformed requests take nothing from others`() throws {
    let scratch = try Scratch()
    try put(Moment.first, in: scratch)
    let bucket = try Bucket(scratch.path("dump"))
    let daemon = try watch(bucket, in: scratch)
    let url = try daemon.address()
    let port = url.split(separator: ":").last.map(String.init) ?? ""
    let result = try Tool.run(
      "/usr/bin/env",
      [
        "python3", "-c",
        """
        import socket, sys, time
        def connect(): return socket.create_connection(("127.0.0.1", \(port)), timeout=30)
        slow = [connect() for _ in range(100)]
        for s in slow: s.sendall(b"POST /events HTTP/1.1\\r\\nContent-Le")
        def first(data):
            s = connect()
            try:
                s.sendall(data)
                return s.recv(4096).split(b"\\r\\n")[0].decode()
            except OSError as e: return "reset"
        print(first(b"GET /healthz HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"))
        print(first(b"\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\r\\n\\r\\n"))
        print(first(b"POST /events HTTP/1.1\\r\\nContent-Length: 99999999\\r\\n\\r\\n"))
        print(first(b"GET / HTTP/1.1\\r\\n" + b"A: " + b"x" * 20000 + b"\\r\\n\\r\\n"))
        s = connect()
        sent = 0
        try:
            for _ in range(2000):
                s.sendall(b"X" * 65536); sent += 65536
        except OSError: pass
        print("bounded" if sent < 64 << 20 else "unbounded")
        t = time.time()
        s = slow[0]
        try: s.recv(10)
        except OSError: pass
        print("ended" if time.time() - t < 20 else "endless")
        print(first(b"GET /healthz HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"))
        """,
      ], in: scratch)
    #expect(
      result.output.split(separator: "\n").map(String.init) == [
        "HTTP/1.1 200 OK", "HTTP/1.1 400 Bad Request", "HTTP/1.1 413 Content Too Large",
        "HTTP/1.1 431 Request Header Fields Too Large", "bounded", "ended", "HTTP/1.1 200 OK",
      ], "\(result.errors)")
    let memory = try String(
      contentsOf: URL(filePath: "/proc/\(daemon.pid)/status"), encoding: .utf8
    ).split(separator: "\n").first { $0.hasPrefix("VmHWM") }
    let kilobytes = Int(memory?.filter(\.isNumber) ?? "") ?? 0
    #expect(kilobytes < 120_000)
    #expect(daemon.end() == 143)
  }

  @Test func `a location that cannot be read makes the watch not ready`() throws {
    let denied = try ScriptedServer { _ in
      .response(403, [:], "<Error><Code>ExpiredToken</Code><Message>over</Message></Error>")
    }
    defer { denied.stop() }
    let scratch = try Scratch()
    let daemon = try Daemon(
      [
        "watch", "s3://dumps", "--into", "crm.sqlite", "--listen", "127.0.0.1:0", "--every",
        "100ms",
      ],
      environment: [
        "AWS_ENDPOINT_URL": denied.url, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_REGION": "us-east-1", "HOME": "/nonexistent",
      ], in: scratch)
    let url = try daemon.address()
    _ = try daemon.line(with: "cannot look at the receipt")
    #expect(try HTTP.get(url + "/healthz").status == 200)
    let ready = try HTTP.get(url + "/readyz")
    #expect(ready.status == 503)
    #expect(ready.body.contains("ExpiredToken"))
    #expect(daemon.end() == 143)
  }

  @Test func `the page shows dumps, and escapes whatever they are called`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["<script>alert(1)</script>": ["base"]])
    try scratch.remove("dump/\(SampleDump.label)")
    let daemon = try Daemon(
      [
        "watch", "dump", "--into", "crm.sqlite", "--listen", "127.0.0.1:0", "--wait-complete",
        "0s", "--plan", "paid",
      ], in: scratch)
    let url = try daemon.address()
    _ = try daemon.line(with: "kept out")
    let page = try HTTP.get(url + "/")
    #expect(page.status == 200)
    #expect(page.body.hasPrefix("<!doctype html>"))
    #expect(page.body.contains(SampleDump.timestamp))
    #expect(page.body.contains("receipt retry \(SampleDump.label)"))
    #expect(page.body.contains("next expected"))
    #expect(page.body.contains("<svg"))
    #expect(!page.body.contains("<script>"))
    #expect(page.body.contains("&lt;script&gt;"))
    #expect(daemon.end() == 143)
  }
}
