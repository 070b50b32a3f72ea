import Foundation
import TestSupport
import Testing

/// `receipt lambda` against a runtime interface that behaves as the service's.
@Suite(.enabled(if: PeerScript.works)) struct LambdaTests {
  private struct Answer: Decodable {
    let kind: String
    let body: String
    let type: String?
  }

  private static func event(_ key: String = "sub/receipt.json") -> String {
    #"{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":"#
      + #"{"name":"dumps"},"object":{"key":"\#(key)"}}}]}"#
  }

  private static func batch(_ bodies: [String]) throws -> String {
    struct Record: Encodable {
      let messageId: String
      let eventSource = "aws:sqs"
      let body: String
    }
    struct Batch: Encodable {
      let records: [Record]
      enum CodingKeys: String, CodingKey { case records = "Records" }
    }
    let records = bodies.enumerated().map { Record(messageId: "m\($0.offset)", body: $0.element) }
    return String(decoding: try JSONEncoder().encode(Batch(records: records)), as: UTF8.self)
  }

  /// A bucket with an empty dump, whose receipt can be made unreadable.
  private static func bucket(files: Int = 0) throws -> ScriptedServer {
    try ScriptedServer { request in
      if request.target.hasPrefix("/dumps/sub/receipt.json") {
        return .response(
          200, ["ETag": "\"1\""], SampleDump.receipt(["a": files], timestamp: Moment.first))
      }
      return .response(
        200, [:], "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
    }
  }

  private func environment(
    _ bucket: ScriptedServer, _ runtime: PeerScript, run: String
  ) -> [String: String] {
    [
      "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(runtime.port)", "AWS_ENDPOINT_URL": bucket.url,
      "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_REGION": "us-east-1",
      "HOME": "/nonexistent", "RECEIPT_LOCATION": "s3://dumps/sub", "RECEIPT_RUN": run,
      "RECEIPT_STATE": "state.sqlite", "RECEIPT_VERIFY": "quick",
    ]
  }

  private func invoke(_ runtime: PeerScript, _ event: String, timeout: Int = 20) throws -> Answer {
    let answer = try HTTP.post(runtime.url + "/_control/invoke?timeout=\(timeout)", event)
    return try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8))
  }

  @Test func `events lead to a load, once`() throws {
    let scratch = try Scratch()
    let bucket = try LambdaTests.bucket()
    defer { bucket.stop() }
    let runtime = try PeerScript("lambda_rapi.py", in: scratch)
    let daemon = try Daemon(
      ["lambda"],
      environment: environment(bucket, runtime, run: "echo $RECEIPT_LABEL >> calls"), in: scratch)
    for event in [
      LambdaTests.event(), LambdaTests.event(), LambdaTests.event("sub/other"), "{}",
      #"{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"dumps"},"#
        + #""object":{"key":"sub/receipt.json"}}}"#,
    ] {
      let answer = try invoke(runtime, event)
      #expect(answer.kind == "response", "\(answer.body)\n\(daemon.lines)")
    }
    #expect(try scratch.text("calls") == "2026-11-20T04:03\n")
    let batch = try LambdaTests.batch([LambdaTests.event(), "garbage", LambdaTests.event("x")])
    #expect(try invoke(runtime, batch).body == #"{"batchItemFailures":[]}"#)
    #expect(daemon.lines.contains { $0.contains("a message is not understood") })
    _ = daemon.end(SIGKILL)
  }

  @Test func `what could not be done is given back, messages of a batch each by itself`() throws {
    let scratch = try Scratch()
    let bucket = try LambdaTests.bucket()
    defer { bucket.stop() }
    let runtime = try PeerScript("lambda_rapi.py", in: scratch)
    let daemon = try Daemon(
      ["lambda"], environment: environment(bucket, runtime, run: "exit 75"), in: scratch)
    let batch = try LambdaTests.batch([LambdaTests.event("x"), LambdaTests.event()])
    #expect(
      try invoke(runtime, batch).body == #"{"batchItemFailures":[{"itemIdentifier":"m1"}]}"#)
    let single = try invoke(runtime, LambdaTests.event())
    #expect(single.kind == "error")
    #expect(single.type == "Receipt.transient")
    _ = daemon.end(SIGKILL)
  }

  @Test func `work that takes longer than the function may is taken back in time`() throws {
    let scratch = try Scratch()
    let bucket = try LambdaTests.bucket()
    defer { bucket.stop() }
    let runtime = try PeerScript("lambda_rapi.py", in: scratch)
    let daemon = try Daemon(
      ["lambda"], environment: environment(bucket, runtime, run: "sleep 60"), in: scratch)
    let answer = try invoke(runtime, LambdaTests.event(), timeout: 4)
    #expect(answer.kind == "error", "\(answer.body)")
    _ = daemon.end(SIGKILL)
  }

  @Test func `alerts are sent before the answer, behind which the process stands still`() throws {
    let scratch = try Scratch()
    let bucket = try LambdaTests.bucket(files: 1)
    defer { bucket.stop() }
    let runtime = try PeerScript("lambda_rapi.py", in: scratch)
    var environment = environment(bucket, runtime, run: "true")
    environment["RECEIPT_WAIT_COMPLETE"] = "0s"
    environment["RECEIPT_ALERT_COMMAND"] = "sleep 1; echo $RECEIPT_ALERT_CODE >> alerts"
    environment["RECEIPT_LOG_FORMAT"] = "text"
    environment["RECEIPT_LOG_LEVEL"] = "error"
    let daemon = try Daemon(["lambda"], environment: environment, in: scratch)
    let answer = try invoke(runtime, LambdaTests.event())
    let alerts = try? scratch.text("alerts")
    #expect(answer.kind == "response", "\(answer.body)")
    #expect(alerts == "folder-missing\n", "\(daemon.lines)")
    // Logs are as the settings say.
    #expect(daemon.lines.contains { $0.contains(" error ") && $0.contains("kept out") })
    #expect(!daemon.lines.contains { $0.contains(" loading ") }, "\(daemon.lines)")
    _ = daemon.end(SIGKILL)
  }

  @Test func `an alert that hangs does not cost the answer`() throws {
    let scratch = try Scratch()
    let bucket = try LambdaTests.bucket(files: 1)
    defer { bucket.stop() }
    let runtime = try PeerScript("lambda_rapi.py", in: scratch)
    var environment = environment(bucket, runtime, run: "true")
    environment["RECEIPT_WAIT_COMPLETE"] = "0s"
    environment["RECEIPT_ALERT_COMMAND"] = "sleep 60"
    let daemon = try Daemon(["lambda"], environment: environment, in: scratch)
    let answer = try invoke(runtime, LambdaTests.event(), timeout: 4)
    #expect(answer.kind == "response", "\(answer.body)\n\(daemon.lines)")
    _ = daemon.end(SIGKILL)
  }

  @Test func `a schedule finds what events have lost; a message of SNS leads to a load too`() throws
  {
    for event in [
      #"{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}"#,
      #"{"source":"aws.scheduler","detail-type":"Scheduled Event","detail":"{}"}"#,
      #"{"Records":[{"EventSource":"aws:sns","Sns":{"Type":"Notification","Message":"#
        + String(decoding: try JSONEncoder().encode(LambdaTests.event()), as: UTF8.self) + "}}]}",
    ] {
      let scratch = try Scratch()
      let bucket = try LambdaTests.bucket()
      defer { bucket.stop() }
      let runtime = try PeerScript("lambda_rapi.py", in: scratch)
      let daemon = try Daemon(
        ["lambda"],
        environment: environment(bucket, runtime, run: "echo $RECEIPT_LABEL >> calls"),
        in: scratch)
      for _ in 1...2 { #expect(try invoke(runtime, event).kind == "response", "\(event)") }
      #expect(try scratch.text("calls") == "2026-11-20T04:03\n", "\(event)\n\(daemon.lines)")
      _ = daemon.end(SIGKILL)
    }
  }

  @Test func `settings that cannot be used are told to Lambda`() throws {
    let scratch = try Scratch()
    let bucket = try LambdaTests.bucket()
    defer { bucket.stop() }
    let runtime = try PeerScript("lambda_rapi.py", in: scratch)
    var environment = environment(bucket, runtime, run: "true")
    environment["RECEIPT_EVERY"] = "often"
    let daemon = try Daemon(["lambda"], environment: environment, in: scratch)
    #expect(daemon.wait() == 64)
    let stats = try HTTP.get(runtime.url + "/_control/stats").body
    #expect(stats.contains("Receipt.usage"))
    #expect(stats.contains("cannot use every often"))
  }
}
