import Foundation
import TestSupport
import Testing

/// Events of a bucket through a queue, on a server that speaks AWS.
@Suite(.enabled(if: Peer.miniStack.url != nil), .serialized) struct WatchQueueTests {
  private func watch(
    _ bucket: QueuedBucket, _ arguments: [String] = ["--into", "crm.sqlite"], in scratch: Scratch
  ) throws -> Daemon {
    try Daemon(
      ["watch", bucket.location, "--queue", bucket.queueURL, "--every", "1h"] + arguments,
      environment: QueuedBucket.environment, in: scratch)
  }

  @Test(arguments: QueuedBucket.Path.allCases)
  func `a receipt that is put is loaded, by whatever way its event comes`(
    path: QueuedBucket.Path
  ) async throws {
    let scratch = try Scratch()
    let bucket = try await QueuedBucket(path)
    try await bucket.putFiles()
    let daemon = try watch(bucket, in: scratch)
    _ = try daemon.line(with: "no receipt yet")
    let start = ContinuousClock.now
    try await bucket.putReceipt(Moment.first)
    _ = try daemon.line(with: " loaded ")
    let latency = ContinuousClock.now - start
    print("from the put of the receipt to the commit (\(path)): \(latency)")
    #expect(latency < .seconds(5))
    #expect(try await bucket.waitUntilEmpty(5))
    #expect(daemon.end() == 143)
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
  }

  @Test func `work that takes five times the queue's patience is done once`() async throws {
    let scratch = try Scratch()
    let bucket = try await QueuedBucket(visibilitySeconds: 1)
    let daemon = try watch(
      bucket, ["--run", "echo x >> calls; sleep 5", "--state", "s.sqlite", "--verify", "quick"],
      in: scratch)
    _ = try daemon.line(with: "no receipt yet")
    #expect(try await bucket.waitUntilEmpty(5))
    try await bucket.putReceipt(Moment.first, files: 0)
    _ = try daemon.line(with: "loading")
    for _ in 0..<4 {
      // Nobody else gets it meanwhile.
      #expect(try await bucket.receive() == nil)
    }
    _ = try daemon.line(with: " loaded ")
    #expect(try await bucket.waitUntilEmpty(5))
    #expect(daemon.end() == 143)
    #expect(try scratch.text("calls") == "x\n")
  }

  @Test func `a message is given back at once when the watch ends`() async throws {
    let scratch = try Scratch()
    let bucket = try await QueuedBucket(visibilitySeconds: 600)
    let daemon = try watch(
      bucket,
      [
        "--run", "sleep 60", "--state", "s.sqlite", "--verify", "quick", "--stop-grace", "100ms",
      ], in: scratch)
    _ = try daemon.line(with: "no receipt yet")
    try await bucket.putReceipt(Moment.first, files: 0)
    _ = try daemon.line(with: "loading")
    pause(.milliseconds(300))
    #expect(daemon.end() == 143)
    #expect(try await bucket.receive() != nil)
  }

  @Test func `a queue that vanishes and returns is used again`() async throws {
    let scratch = try Scratch()
    let bucket = try await QueuedBucket()
    try await bucket.putFiles()
    let daemon = try watch(bucket, in: scratch)
    _ = try daemon.line(with: "no receipt yet")
    try await bucket.deleteQueue()
    _ = try daemon.line(with: "cannot use queue", within: 40)
    _ = try await QueuedBucket.makeQueue(bucket.queueName, 30)
    try await bucket.putReceipt(Moment.first)
    _ = try daemon.line(with: " loaded ", within: 90)
    #expect(daemon.end() == 143)
  }

  /// How many events; 10,000 take some minutes.
  private static let eventCount =
    ProcessInfo.processInfo.environment["RECEIPT_WATCH_EVENTS"].flatMap { Int($0) } ?? 600

  private static func messages(
    _ bucket: String, _ count: Int, using random: inout SeededGenerator
  ) -> [String] {
    func event(_ key: String, _ name: String = "ObjectCreated:Put") -> String {
      #"{"Records":[{"eventSource":"aws:s3","eventName":"\#(name)","s3":{"bucket":{"name":"#
        + #""\#(bucket)"},"object":{"key":"\#(key)","sequencer":"\#(Int.random(in: 0...99))"}}}]}"#
    }
    return (0..<count).map { _ in
      switch Int.random(in: 0..<10, using: &random) {
      case 0...3: event("sub+folder%2Freceipt.json")
      case 4...5: event("sub+folder%2F2026-11-20T04%3A03%2Fa%2F000000000000.parquet")
      case 6: event("sub+folder/receipt.json", "ObjectRemoved:Delete")
      case 7: #"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"\#(bucket)"}"#
      case 8: "garbage \(Int.random(in: 0...Int.max, using: &random))"
      default: #"{"Records":[]}"#
      }
    }
  }

  @Test func `thousands of events and a kill every few seconds: each dump is loaded once`()
    async throws
  {
    var random = SeededGenerator()
    let scratch = try Scratch()
    let bucket = try await QueuedBucket(visibilitySeconds: 2)
    try await bucket.putFiles()
    let moments = (0..<8).map { "2026-11-2\($0)T04:03:07.000001Z" }
    var daemon = try watch(bucket, in: scratch)
    var kills = 0
    for moment in moments {
      try await bucket.putReceipt(moment)
      try await bucket.send(
        WatchQueueTests.messages(
          bucket.bucket, WatchQueueTests.eventCount / moments.count, using: &random))
      // While it looks, loads, or takes messages.
      pause(.milliseconds(Int64.random(in: 0...250, using: &random)))
      #expect(daemon.end(SIGKILL) == nil)
      daemon = try watch(bucket, in: scratch)
      kills += 1
      var isLoaded = false
      var nextKill = Date().addingTimeInterval(Double.random(in: 0.5...2, using: &random))
      for _ in 0..<6_000 where !isLoaded {
        pause(.milliseconds(10))
        if Date() > nextKill, kills < moments.count * 4 {
          #expect(daemon.end(SIGKILL) == nil)
          daemon = try watch(bucket, in: scratch)
          kills += 1
          nextKill = Date().addingTimeInterval(Double.random(in: 1...4, using: &random))
        }
        guard scratch.exists("crm.sqlite") else { continue }
        let loads = try? scratch.value(
          "SELECT count(*) FROM receipt_loads WHERE timestamp = '\(moment)'")
        isLoaded = loads == "1"
      }
      #expect(isLoaded, "\(moment), seed \(random.seed)")
      // An older receipt comes back: whoever meets it first, before or after a kill, passes it over.
      guard let older = moments.prefix(while: { $0 < moment }).randomElement(using: &random)
      else { continue }
      try await bucket.putReceipt(older)
      try await bucket.send(
        WatchQueueTests.messages(
          bucket.bucket, WatchQueueTests.eventCount / moments.count / 10, using: &random))
      pause(.milliseconds(Int64.random(in: 0...250, using: &random)))
      #expect(daemon.end(SIGKILL) == nil)
      daemon = try watch(bucket, in: scratch)
      kills += 1
      _ = try daemon.line(with: "stale: ")
    }
    // And some more, while the rest is taken out of the queue.
    let patience = 30 + Double(WatchQueueTests.eventCount) / 20
    let end = Date().addingTimeInterval(patience)
    while Date() < end {
      if try await bucket.waitUntilEmpty(Double.random(in: 2...4, using: &random)) { break }
      guard kills < moments.count * 6 else { continue }
      #expect(daemon.end(SIGKILL) == nil)
      daemon = try watch(bucket, in: scratch)
      kills += 1
    }
    #expect(try await bucket.waitUntilEmpty(5), "seed \(random.seed)")
    // One that has just been started would not know the signal yet.
    _ = try daemon.line(with: "watching")
    #expect(daemon.end() == 143)
    print("\(WatchQueueTests.eventCount) events, \(kills) kills, seed \(random.seed)")
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(
      try database.values("SELECT timestamp FROM receipt_loads ORDER BY load_id") == moments,
      "seed \(random.seed)")
    #expect(try database.value("SELECT count(*) FROM a") == "10")
    #expect(try database.value("PRAGMA integrity_check") == "ok")
  }
}
