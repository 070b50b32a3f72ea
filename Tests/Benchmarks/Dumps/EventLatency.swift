import AWS
import ArgumentParser
import CurlHTTP
import FoundationEssentials
import ObjectStorage
import TestSupport

/// How long it takes from the put of a receipt to the commit, by a queue and by a post.
struct EventLatency: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Measure from the put of a receipt to the commit, by SQS and by a web hook.",
    discussion: """
      The server is the one that Tests/Peers/ministack.sh starts; RECEIPT_MINISTACK is its URL.

      EXAMPLES
        1. RECEIPT_MINISTACK=http://127.0.0.1:25566 swift run -c release Benchmarks events
      """)

  @Option(help: "How many receipts are put each way.")
  var rounds = 40

  private var folder: String { ".build/benchmarks/events" }
  private var peer: Peer { .miniStack }

  func run() async throws {
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    print("| receipt put to commit, ms | median | best | worst |")
    print("|---|--:|--:|--:|")
    let small = try Data(
      contentsOf: URL(filePath: "Tests/CommandTests/Fixtures/base.parquet"))
    var example: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: "examples/dump")
    where name.hasSuffix(".parquet") || name == "receipt.json" {
      example[name] = try Data(contentsOf: URL(filePath: "examples/dump/" + name))
    }
    let receipt =
      #"{"timestamp":"2026-11-20T04:03:07.963883Z","tables":{"a":{"folder":"#
      + #""2026-11-20T04:03/a","total_file_count":1}}}"#
    let one = [
      "receipt.json": Data(receipt.utf8), "2026-11-20T04:03/a/000000000000.parquet": small,
    ]
    for (name, dump) in [("one file, 10 rows", one), ("the example, 6 tables", example)] {
      for isQueue in [true, false] {
        try await report("\(name), \(isQueue ? "SQS" : "web hook")", dump, isQueue)
      }
    }
  }

  private func report(_ name: String, _ dump: [String: Data], _ isQueue: Bool) async throws {
    let id = UUID().uuidString.lowercased().prefix(8)
    let bucket = "events-\(id)"
    try await peer.makeBucket(bucket)
    let store = S3Store(try S3Location("s3://\(bucket)/sub"), try S3Connection(peer.options))
    for (key, bytes) in dump where key != "receipt.json" { try await store.put(key, Array(bytes)) }
    try Data("token\n".utf8).write(to: URL(filePath: folder + "/token"))
    var arguments = [
      store.description, "--into", "\(folder)/\(id).sqlite", "--every", "1h", "--listen",
      "127.0.0.1:0", "--webhook-token-file", folder + "/token",
    ]
    if isQueue { arguments += ["--queue", try await queue(of: bucket)] }
    let log = "\(folder)/\(id).log"
    let watch = try MeasuredWatch(arguments, environment: peer.environment, log: log)
    defer { watch.end() }
    try await watch.wait(for: "no receipt yet")
    let lines = try String(contentsOfFile: log, encoding: .utf8)
    let address = lines.firstMatch(of: /address=([0-9.:]+)/).map { String($0.1) } ?? ""
    let http = try HTTPClient()
    let event =
      #"{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":"#
      + #"{"name":"\#(bucket)"},"object":{"key":"sub/receipt.json"}}}]}"#
    let receipt = String(decoding: dump["receipt.json"] ?? Data(), as: UTF8.self)
    var latencies: [Double] = []
    for round in 1...rounds {
      let digits = String(1_000 + round).dropFirst()
      let next = Array(receipt.replacing("07.963883", with: "08.\(digits)000").utf8)
      let start = ContinuousClock.now
      try await store.put("receipt.json", next)
      if !isQueue {
        _ = try await http.send(
          HTTPRequest(
            method: "POST", url: "http://\(address)/events", headers: ["X-Receipt-Token": "token"],
            body: Array(event.utf8)[...]))
      }
      try await watch.waitForLoads(round)
      latencies.append((ContinuousClock.now - start) / .milliseconds(1))
      // The queue is empty, and the long poll waits, when the next one comes.
      try await Task.sleep(for: .milliseconds(100))
    }
    latencies.sort()
    print(
      "| \(name) | \(latencies[rounds / 2].rounded()) | \(latencies[0].rounded()) "
        + "| \(latencies[rounds - 1].rounded()) |")
  }

  /// A queue that gets the bucket's events.
  private func queue(of bucket: String) async throws -> String {
    struct Answer: Decodable {
      let url: String
      enum CodingKeys: String, CodingKey { case url = "QueueUrl" }
    }
    let policy =
      #"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","#
      + #"\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}]}"#
    let response = try await peer.send(
      ServiceRequest(
        method: "POST",
        headers: [
          "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.CreateQueue",
        ],
        body: Array(
          #"{"QueueName":"\#(bucket)","Attributes":{"Policy":"\#(policy)"}}"#.utf8)[...]),
      service: "sqs")
    let document =
      "<NotificationConfiguration><QueueConfiguration>"
      + "<Queue>arn:aws:sqs:us-east-1:000000000000:\(bucket)</Queue>"
      + "<Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>"
    try await peer.send(
      ServiceRequest(
        method: "PUT", path: "/\(bucket)",
        query: [SigningRequest.QueryItem("notification", "")], body: Array(document.utf8)[...]))
    return try JSONDecoder().decode(Answer.self, from: Data(response.body)).url
  }
}
