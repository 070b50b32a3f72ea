/// A message of a queue, a topic or a web hook, out of whatever it is wrapped in.
///
/// Known wrappers, each in each other: S3's records, EventBridge's events, notifications of SNS,
/// and the records in which Lambda gets messages of SQS and SNS.
public struct EventMessage: Sendable, Hashable {
  /// What one message says.
  public enum Content: Sendable, Hashable {
    /// Something happened to an object.
    case event(ObjectEvent)
    /// S3 has tried whether it may send here.
    case test
    /// A clock of EventBridge asks for a look, whatever has happened.
    case tick
    /// It is not understood; the reason.
    case unknown(String)
  }

  /// A piece of a message that is answered for by itself.
  public struct Item: Sendable, Hashable {
    /// The id of the message of SQS that a Lambda function got it in; `nil` for others.
    public let messageID: String?
    /// What it says; a message of S3 may say several things.
    public let contents: [Content]
  }

  /// The pieces: one, except in Lambda's batches.
  public let items: [Item]

  /// Whether a Lambda function got it from SQS, and says which messages it could not do.
  public var isBatch: Bool { items.contains { $0.messageID != nil } }

  /// Everything that it says.
  public var contents: [Content] { items.flatMap(\.contents) }

  /// Reads a message.
  ///
  /// What is not understood is a content too: it must not block a queue.
  public init(parsing bytes: [UInt8]) {
    guard bytes.count <= Limits.messageByteCount else {
      items = [
        Item(
          messageID: nil,
          contents: [
            .unknown(
              "it has \(Wording.grouped(bytes.count)) bytes, and a message at most "
                + Wording.grouped(Limits.messageByteCount))
          ])
      ]
      return
    }
    guard let value = JSONValue(parsing: bytes) else {
      items = [Item(messageID: nil, contents: [.unknown("it is not JSON")])]
      return
    }
    if let records = value["Records"]?.items, records.contains(where: EventMessage.isOfSQS) {
      items = records.map { record in
        Item(
          messageID: record["messageId"]?.text ?? "",
          contents: EventMessage.contents(ofText: record["body"]?.text, depth: 1))
      }
      return
    }
    items = [Item(messageID: nil, contents: EventMessage.contents(of: value, depth: 0))]
  }

  private static func isOfSQS(_ record: JSONValue) -> Bool {
    record["eventSource"]?.text == "aws:sqs"
  }

  private static func contents(ofText text: String?, depth: Int) -> [Content] {
    guard let text else { return [.unknown("its body is missing")] }
    guard let value = JSONValue(parsing: Array(text.utf8)) else {
      return [.unknown("its body is not JSON")]
    }
    return contents(of: value, depth: depth)
  }

  private static func contents(of value: JSONValue, depth: Int) -> [Content] {
    guard depth <= Limits.envelopeDepth else {
      return [.unknown("it is in more than \(Limits.envelopeDepth) envelopes")]
    }
    if let records = value["Records"]?.items {
      if records.isEmpty { return [.unknown("it has no records")] }
      return records.flatMap { contents(ofRecord: $0, depth: depth) }
    }
    if value["Event"]?.text == "s3:TestEvent" { return [.test] }
    if value["Type"]?.text == "Notification", let message = value["Message"]?.text {
      return contents(ofText: message, depth: depth + 1)
    }
    if let source = value["source"]?.text, let kind = value["detail-type"]?.text {
      // A rule's schedule and EventBridge's scheduler.
      if ["aws.events", "aws.scheduler"].contains(source), kind == "Scheduled Event" {
        return [.tick]
      }
      guard source == "aws.s3", let event = ObjectEvent(eventBridge: value) else {
        return [.unknown("it is an event of \(Wording.quoted(source))")]
      }
      return [.event(event)]
    }
    return [.unknown("it is no event that is known")]
  }

  private static func contents(ofRecord record: JSONValue, depth: Int) -> [Content] {
    if let event = ObjectEvent(record: record) { return [.event(event)] }
    if record["EventSource"]?.text == "aws:sns" {
      return contents(ofText: record["Sns"]?["Message"]?.text, depth: depth + 1)
    }
    if isOfSQS(record) { return contents(ofText: record["body"]?.text, depth: depth + 1) }
    return [.unknown("it has a record that is not of S3, SQS or SNS")]
  }
}
