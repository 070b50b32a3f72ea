import AWS
import CurlHTTP
import Foundation
import ObjectStorage
import TestSupport

/// A queue and a bucket whose events it gets, on a server that speaks AWS.
struct QueuedBucket {
  /// How the events get there.
  enum Path: String, CaseIterable, Sendable {
    case direct
    case topic
    case eventBridge
  }

  static let peer = Peer.miniStack
  let bucket: String
  let queueURL: String
  let queueName: String
  let store: S3Store

  /// The environment of a watch.
  static var environment: [String: String] { peer.environment }
  var location: String { store.description }

  init(_ path: Path = .direct, visibilitySeconds: Int = 30) async throws {
    let id = UUID().uuidString.lowercased().prefix(8)
    bucket = "watch-\(id)"
    queueName = "queue-\(id)"
    try await QueuedBucket.peer.makeBucket(bucket)
    queueURL = try await QueuedBucket.makeQueue(queueName, visibilitySeconds)
    store = S3Store(
      try S3Location("s3://\(bucket)/sub folder"), try S3Connection(QueuedBucket.peer.options))
    try await connect(path)
  }

  static func makeQueue(_ name: String, _ visibilitySeconds: Int) async throws -> String {
    struct Answer: Decodable {
      let url: String
      enum CodingKeys: String, CodingKey { case url = "QueueUrl" }
    }
    // Services may send to it.
    let policy =
      #"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","#
      + #"\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}]}"#
    let response = try await call(
      "sqs", "AmazonSQS.CreateQueue",
      #"{"QueueName":"\#(name)","Attributes":{"VisibilityTimeout":"\#(visibilitySeconds)","#
        + #""Policy":"\#(policy)"}}"#)
    return try JSONDecoder().decode(Answer.self, from: Data(response.body)).url
  }

  var queueARN: String { "arn:aws:sqs:us-east-1:000000000000:\(queueName)" }

  private func connect(_ path: Path) async throws {
    let configuration: String
    switch path {
    case .direct:
      configuration =
        "<QueueConfiguration><Queue>\(queueARN)</Queue><Event>s3:ObjectCreated:*</Event>"
        + "</QueueConfiguration>"
    case .topic:
      let topic = "arn:aws:sns:us-east-1:000000000000:topic-\(bucket)"
      _ = try await QueuedBucket.query("Action=CreateTopic&Name=topic-\(bucket)")
      _ = try await QueuedBucket.query(
        "Action=Subscribe&Protocol=sqs&TopicArn=\(topic)&Endpoint=\(queueARN)")
      configuration =
        "<TopicConfiguration><Topic>\(topic)</Topic><Event>s3:ObjectCreated:*</Event>"
        + "</TopicConfiguration>"
    case .eventBridge:
      configuration = "<EventBridgeConfiguration/>"
      let pattern =
        #"{\"source\":[\"aws.s3\"],\"detail\":{\"bucket\":{\"name\":[\"\#(bucket)\"]}}}"#
      _ = try await QueuedBucket.call(
        "events", "AWSEvents.PutRule", #"{"Name":"\#(bucket)","EventPattern":"\#(pattern)"}"#)
      _ = try await QueuedBucket.call(
        "events", "AWSEvents.PutTargets",
        #"{"Rule":"\#(bucket)","Targets":[{"Id":"1","Arn":"\#(queueARN)"}]}"#)
    }
    let document = "<NotificationConfiguration>\(configuration)</NotificationConfiguration>"
    try await QueuedBucket.peer.send(
      ServiceRequest(
        method: "PUT", path: "/\(bucket)",
        query: [SigningRequest.QueryItem("notification", "")], body: Array(document.utf8)[...]))
  }

  @discardableResult
  static func query(_ text: String) async throws -> HTTPResponse {
    try await peer.send(
      ServiceRequest(
        method: "POST", headers: ["Content-Type": "application/x-www-form-urlencoded"],
        body: Array(text.utf8)[...]), service: "sns")
  }

  @discardableResult
  static func call(
    _ service: String, _ target: String, _ body: String
  ) async throws -> HTTPResponse {
    try await peer.send(
      ServiceRequest(
        method: "POST",
        headers: [
          "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target,
        ], body: Array(body.utf8)[...]), service: service)
  }

  // MARK: The bucket

  /// Puts the files that all receipts of a test name.
  func putFiles(_ fixtures: [String] = ["base"]) async throws {
    for (number, fixture) in fixtures.enumerated() {
      try await store.put(SampleDump.file("a", number), Array(try SampleDump.fixture(fixture)))
    }
  }

  func putReceipt(_ timestamp: String, files: Int = 1) async throws {
    try await store.put(
      "receipt.json", Array(SampleDump.receipt(["a": files], timestamp: timestamp).utf8))
  }

  // MARK: The queue

  /// Sends texts, ten at once.
  func send(_ bodies: [String]) async throws {
    struct Entry: Encodable {
      let id: String
      let body: String
      enum CodingKeys: String, CodingKey {
        case id = "Id"
        case body = "MessageBody"
      }
    }
    struct Batch: Encodable {
      let url: String
      let entries: [Entry]
      enum CodingKeys: String, CodingKey {
        case url = "QueueUrl"
        case entries = "Entries"
      }
    }
    var rest = bodies[...]
    while !rest.isEmpty {
      let entries = rest.prefix(10).enumerated().map { Entry(id: "\($0.offset)", body: $0.element) }
      rest = rest.dropFirst(10)
      let batch = try JSONEncoder().encode(Batch(url: queueURL, entries: entries))
      try await QueuedBucket.call(
        "sqs", "AmazonSQS.SendMessageBatch", String(decoding: batch, as: UTF8.self))
    }
  }

  /// Messages that are waiting, and that are in flight.
  func counts() async throws -> (waiting: Int, inFlight: Int) {
    struct Answer: Decodable {
      let attributes: [String: String]
      enum CodingKeys: String, CodingKey { case attributes = "Attributes" }
    }
    let response = try await QueuedBucket.call(
      "sqs", "AmazonSQS.GetQueueAttributes",
      #"{"QueueUrl":"\#(queueURL)","AttributeNames":["All"]}"#)
    let attributes = try JSONDecoder().decode(Answer.self, from: Data(response.body)).attributes
    return (
      Int(attributes["ApproximateNumberOfMessages"] ?? "") ?? -1,
      Int(attributes["ApproximateNumberOfMessagesNotVisible"] ?? "") ?? -1
    )
  }

  /// Waits until nothing is in the queue.
  func waitUntilEmpty(_ seconds: Double) async throws -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if try await counts() == (0, 0) { return true }
      pause(.milliseconds(50))
    }
    return false
  }

  /// Makes a queue that gets what was taken so often from this one and not deleted.
  ///
  /// - Returns: its URL.
  func makeDeadLetters(after count: Int) async throws -> String {
    let url = try await QueuedBucket.makeQueue(queueName + "-dead", 30)
    let policy =
      #"{\"deadLetterTargetArn\":\"\#(queueARN)-dead\",\"maxReceiveCount\":\"\#(count)\"}"#
    try await QueuedBucket.call(
      "sqs", "AmazonSQS.SetQueueAttributes",
      #"{"QueueUrl":"\#(queueURL)","Attributes":{"RedrivePolicy":"\#(policy)"}}"#)
    return url
  }

  /// The bodies of the messages that can be had now; nobody else gets them for a while.
  static func bodies(in url: String) async throws -> [String] {
    struct Answer: Decodable {
      struct Message: Decodable {
        let body: String
        enum CodingKeys: String, CodingKey { case body = "Body" }
      }
      let messages: [Message]?
      enum CodingKeys: String, CodingKey { case messages = "Messages" }
    }
    let response = try await call(
      "sqs", "AmazonSQS.ReceiveMessage",
      #"{"QueueUrl":"\#(url)","MaxNumberOfMessages":10,"WaitTimeSeconds":0}"#)
    let answer = try JSONDecoder().decode(Answer.self, from: Data(response.body))
    return (answer.messages ?? []).map(\.body)
  }

  /// A message that can be had now.
  func receive() async throws -> String? {
    let response = try await QueuedBucket.call(
      "sqs", "AmazonSQS.ReceiveMessage", #"{"QueueUrl":"\#(queueURL)","WaitTimeSeconds":1}"#)
    let text = String(decoding: response.body, as: UTF8.self)
    return text.contains("ReceiptHandle") ? text : nil
  }

  func deleteQueue() async throws {
    try await QueuedBucket.call("sqs", "AmazonSQS.DeleteQueue", #"{"QueueUrl":"\#(queueURL)"}"#)
  }
}
