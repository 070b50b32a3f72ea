import Foundation
import TestSupport
import Testing

/// A queue that puts aside what could not be done, on a server that speaks AWS.
@Suite(.enabled(if: Peer.miniStack.url != nil)) struct WatchDeadLetterTests {
  @Test func `what cannot be done is put aside by the queue, and nothing else is`() async throws {
    let scratch = try Scratch()
    let bucket = try await QueuedBucket(visibilitySeconds: 30)
    let deadLetters = try await bucket.makeDeadLetters(after: 2)
    try await bucket.putFiles()
    let daemon = try Daemon(
      [
        "watch", bucket.location, "--into", "crm.sqlite", "--every", "1h", "--queue",
        bucket.queueURL,
      ], environment: QueuedBucket.environment, in: scratch)
    _ = try daemon.line(with: "no receipt yet")
    #expect(try await bucket.waitUntilEmpty(5))
    // A message that is not understood is kept; one that cannot be kept can only come again.
    let state = try LoadedDatabase(scratch, "crm.sqlite.watch")
    try state.execute(
      "CREATE TRIGGER full BEFORE INSERT ON watch_unknown "
        + "BEGIN SELECT RAISE(FAIL, 'the disk is full'); END")
    let other =
      #"{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":"#
      + #"{"bucket":{"name":"\#(bucket.bucket)"},"object":{"key":"other"}}}]}"#
    try await bucket.send(["garbage 1", #"{"Event":"s3:TestEvent"}"#, other])
    _ = try daemon.line(with: "a message could not be kept")
    // The watch goes on meanwhile.
    try await bucket.putReceipt(Moment.first)
    _ = try daemon.line(with: " loaded ")
    _ = try daemon.line(with: "a message could not be kept", count: 2)
    var put: [String] = []
    for _ in 0..<200 where put.isEmpty {
      put = try await QueuedBucket.bodies(in: deadLetters)
      pause(.milliseconds(50))
    }
    #expect(put == ["garbage 1"])
    try state.execute("DROP TRIGGER full")
    try await bucket.send(["garbage 2", "{}"])
    _ = try daemon.line(with: "a message is not understood", count: 2)
    try await bucket.putReceipt(Moment.second)
    _ = try daemon.line(with: " loaded ", count: 2)
    #expect(try await bucket.waitUntilEmpty(10))
    #expect(try await QueuedBucket.bodies(in: deadLetters) == [])
    #expect(daemon.end() == 143)
    #expect(
      try state.values("SELECT body FROM watch_unknown ORDER BY body") == ["garbage 2", "{}"])
    #expect(try scratch.value("SELECT count(*) FROM receipt_loads") == "2")
  }
}

/// A topic of a server that signs nothing: what it posts is not believed.
@Suite(.enabled(if: Peer.miniStack.url != nil)) struct WatchUnsignedTopicTests {
  @Test func `a subscription over HTTP that nobody has signed is neither confirmed nor loaded`()
    async throws
  {
    let scratch = try Scratch()
    let bucket = try await QueuedBucket()
    let topic = "arn:aws:sns:us-east-1:000000000000:http-\(bucket.bucket)"
    let daemon = try Daemon(
      [
        "watch", bucket.location, "--into", "crm.sqlite", "--every", "1h", "--listen",
        "127.0.0.1:0", "--topics", topic, "--sns-endpoint", QueuedBucket.peer.url ?? "",
      ],
      // Its certificate is said to be the real service's, which nobody is to ask here.
      environment: QueuedBucket.environment.merging(["HTTPS_PROXY": "http://127.0.0.1:9"]) { $1 },
      in: scratch)
    let address = try daemon.address()
    _ = try daemon.line(with: "no receipt yet")
    try await QueuedBucket.query("Action=CreateTopic&Name=http-\(bucket.bucket)")
    let endpoint = (address + "/sns").addingPercentEncoding(withAllowedCharacters: .alphanumerics)
    try await QueuedBucket.query(
      "Action=Subscribe&Protocol=http&TopicArn=\(topic)&Endpoint=\(endpoint ?? "")")
    _ = try daemon.line(with: "a message of SNS cannot be verified now")
    #expect(!daemon.lines.contains { $0.contains("is confirmed") })
    #expect(daemon.end() == 143)
  }
}
