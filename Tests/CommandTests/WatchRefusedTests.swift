import Foundation
import Synchronization
import TestSupport
import Testing

/// 503: what cannot be acknowledged now is to be sent again.
extension WatchHTTPTests {
  private static let token = ["X-Receipt-Token: token-1"]

  @Test func `what cannot be written down is refused, and taken when it is sent again`() throws {
    let scratch = try Scratch()
    try put(Moment.first, in: scratch)
    let bucket = try Bucket(scratch.path("dump"))
    let daemon = try watch(bucket, in: scratch)
    let url = try daemon.address()
    #expect(try calls(1, in: scratch) == [Moment.first])
    let state = try LoadedDatabase(scratch, "s.sqlite")
    for table in ["watch_events", "watch_unknown"] {
      try state.execute(
        "CREATE TRIGGER full_\(table) BEFORE INSERT ON \(table) "
          + "BEGIN SELECT RAISE(FAIL, 'the disk is full'); END")
    }
    try put(Moment.second, in: scratch)
    func post(_ body: String) throws -> HTTP.Answer {
      try HTTP.post(url + "/events", body, headers: WatchHTTPTests.token)
    }
    for body in [WatchHTTPTests.event, "garbage"] {
      let answer = try post(body)
      #expect(answer.status == 503, "\(body)")
      #expect(answer.body.contains("send it again"), "\(answer.body)")
    }
    // What needs no place is acknowledged.
    #expect(try post(#"{"Event":"s3:TestEvent"}"#).status == 200)
    let refused = try HTTP.get(url + "/metrics").body
    #expect(!refused.contains(#"kind="unknown""#), "\(refused)")
    for table in ["watch_events", "watch_unknown"] {
      try state.execute("DROP TRIGGER full_\(table)")
    }
    #expect(try calls(1, in: scratch) == [Moment.first])
    for body in [WatchHTTPTests.event, "garbage"] { #expect(try post(body).status == 200) }
    #expect(try calls(2, in: scratch) == [Moment.first, Moment.second])
    #expect(daemon.end() == 143)
    #expect(try state.value("SELECT group_concat(body) FROM watch_unknown") == "garbage")
  }

  @Test(.enabled(if: PeerScript.works))
  func `SNS is to send again while its certificate or its confirmation is not to be had`() throws {
    let scratch = try Scratch()
    try put(Moment.first, in: scratch)
    let bucket = try Bucket(scratch.path("dump"))
    let pusher = try PeerScript("sns_push.py", in: scratch, "--dir", "sns")
    let certificate = try scratch.text("sns/sns.pem")
    let isWell = Mutex(false)
    let sns = try ScriptedServer { request in
      guard isWell.withLock({ $0 }) else { return .response(500) }
      return .response(200, [:], request.target.hasSuffix(".pem") ? certificate : "")
    }
    defer { sns.stop() }
    let daemon = try watch(
      bucket, "echo $RECEIPT_TIMESTAMP >> calls", ["--sns-endpoint", sns.url], in: scratch)
    let url = try daemon.address()
    #expect(try calls(1, in: scratch).count == 1)
    func push(_ type: String) throws -> String {
      let push = [
        "url": url + "/sns", "type": type, "message": WatchHTTPTests.event,
        "topic": WatchHTTPTests.topic, "subscribe_base": sns.url,
        "cert_url": sns.url + "/SimpleNotificationService-test.pem",
      ]
      let body = String(decoding: try JSONEncoder().encode(push), as: UTF8.self)
      return try HTTP.post(pusher.url + "/_control/push", body).body
    }
    try put(Moment.second, in: scratch)
    #expect(try push("Notification").contains(#""status": 503"#))
    #expect(try push("SubscriptionConfirmation").contains(#""status": 503"#))
    isWell.withLock { $0 = true }
    #expect(try push("Notification").contains(#""status": 200"#))
    #expect(try calls(2, in: scratch).last == Moment.second)
    // Its certificate is known by now; the confirmation is what fails.
    isWell.withLock { $0 = false }
    #expect(try push("SubscriptionConfirmation").contains(#""status": 503"#))
    isWell.withLock { $0 = true }
    #expect(try push("SubscriptionConfirmation").contains(#""status": 200"#))
    #expect(sns.requests.last?.target.contains("Action=ConfirmSubscription") == true)
    #expect(daemon.end() == 143)
  }

  @Test func `a queue that denies makes the watch not ready, and is told of`() throws {
    let scratch = try Scratch()
    try put(Moment.first, in: scratch)
    let bucket = try Bucket(scratch.path("dump"))
    let isWell = Mutex(true)
    let queue = try ScriptedServer { request in
      guard isWell.withLock({ $0 }) else {
        return .response(
          400, [:], #"{"__type":"com.amazonaws.sqs#AccessDeniedException","message":"no"}"#)
      }
      if request.headers["x-amz-target"]?.hasSuffix("ReceiveMessage") == true { usleep(100_000) }
      return .response(200, [:], #"{"Attributes":{"VisibilityTimeout":"30"}}"#)
    }
    defer { queue.stop() }
    var environment = bucket.environment
    environment["AWS_ENDPOINT_URL_S3"] = bucket.server.url
    environment["AWS_ENDPOINT_URL"] = nil
    let daemon = try Daemon(
      [
        "watch", bucket.location, "--run", "true", "--state", "s.sqlite", "--every", "1h",
        "--verify", "quick", "--listen", "127.0.0.1:0", "--queue",
        queue.url + "/000000000000/dumps", "--alert-command",
        "echo $RECEIPT_ALERT_CODE >> alerts",
      ], environment: environment, in: scratch)
    let url = try daemon.address()
    // Nobody may send events there, and that is said.
    _ = try daemon.line(with: "no event is taken here")
    _ = try daemon.line(with: " loaded ")
    func sample() throws -> String {
      let text = try HTTP.get(url + "/metrics").body
      return text.split(separator: "\n").first { $0.hasPrefix("receipt_queue_reachable{") }
        .map { String($0.suffix(2)) } ?? ""
    }
    for _ in 0..<300 {
      if try sample() == " 1" { break }
      pause(.milliseconds(10))
    }
    #expect(try sample() == " 1")
    #expect(try HTTP.get(url + "/readyz").status == 200)
    isWell.withLock { $0 = false }
    _ = try daemon.line(with: "cannot use queue")
    let ready = try HTTP.get(url + "/readyz")
    #expect(ready.status == 503)
    #expect(ready.body.contains("cannot use queue"), "\(ready.body)")
    #expect(try HTTP.get(url + "/healthz").status == 200)
    #expect(try sample() == " 0")
    #expect(!scratch.exists("alerts"))
    _ = try daemon.line(with: "cannot use queue", count: 3, within: 40)
    for _ in 0..<300 where !scratch.exists("alerts") { pause(.milliseconds(10)) }
    #expect(try scratch.text("alerts") == "queue-unreachable\n")
    isWell.withLock { $0 = true }
    _ = try daemon.line(with: "the queue answers again", within: 40)
    for _ in 0..<300 {
      if try scratch.text("alerts").hasSuffix("recovered\n") { break }
      pause(.milliseconds(10))
    }
    #expect(try scratch.text("alerts") == "queue-unreachable\nrecovered\n")
    #expect(try HTTP.get(url + "/readyz").status == 200)
    #expect(try sample() == " 1")
    #expect(daemon.end() == 143)
  }
}
