import TestSupport
import Testing

@testable import Dump

/// Messages as services send them, out of all their wrappers.
@Suite struct EventMessageTests {
  static let s3 = """
    {"Records":[{"eventVersion":"2.5","eventSource":"aws:s3","awsRegion":"us-west-2",\
    "eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b","arn":"arn:aws:s3:::b"},\
    "object":{"key":"sub+folder/receipt.json","size":1024,"sequencer":"0055AED6DCD90281E5"}}}]}
    """
  static let eventBridge = """
    {"version":"0","id":"u","detail-type":"Object Created","source":"aws.s3","detail":{"version":"0",\
    "bucket":{"name":"b"},"object":{"key":"sub folder/receipt.json","size":5,"etag":"b194"},\
    "reason":"PutObject"}}
    """

  static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  static func sns(_ text: String) -> String {
    #"{"Type":"Notification","MessageId":"1","TopicArn":"arn:aws:sns:x","Message":\#(quoted(text))}"#
  }

  static func lambdaSQS(_ texts: [String]) -> String {
    let records = texts.enumerated().map { index, text in
      #"{"messageId":"m\#(index)","eventSource":"aws:sqs","body":\#(quoted(text))}"#
    }
    return "{\"Records\":[\(records.joined(separator: ","))]}"
  }

  static func lambdaSNS(_ text: String) -> String {
    #"{"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","Sns":{"Message":\#(quoted(text))}}]}"#
  }

  private func parse(_ text: String) -> EventMessage { EventMessage(parsing: Array(text.utf8)) }

  @Test(arguments: [
    s3, eventBridge, sns(s3), sns(eventBridge), sns(sns(s3)), lambdaSNS(s3), lambdaSQS([s3]),
    lambdaSQS([sns(s3)]), lambdaSQS([eventBridge]), lambdaSQS([sns(eventBridge)]),
  ])
  func `an event is the same whatever wraps it`(text: String) throws {
    let contents = parse(text).contents
    #expect(contents.count == 1)
    guard case .event(let event) = contents.first else {
      Issue.record("\(contents)")
      return
    }
    #expect(event.kind == .created)
    #expect(event.isAbout(bucket: "b", key: "sub folder/receipt.json"))
    #expect(!event.isAbout(bucket: "b", key: "receipt.json"))
    #expect(!event.isAbout(bucket: "c", key: "sub folder/receipt.json"))
  }

  @Test(arguments: [
    ("2026-11-20T04%3A03/receipt.json", "2026-11-20T04:03/receipt.json"),
    ("a%2Bb+c%20d", "a+b c d"), ("r%C3%A9%e2%82%ac", "ré€"), ("100%", "100%"), ("%zz%4", "%zz%4"),
    ("plain", "plain"),
  ])
  func `keys are decoded as forms are`(key: String, decoded: String) {
    #expect(ObjectEvent(.created, bucket: "b", key: key).decodedKey == decoded)
  }

  @Test func `S3's test message is known, wrapped or not`() {
    let test = #"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b","RequestId":"r"}"#
    for text in [test, EventMessageTests.sns(test), EventMessageTests.lambdaSQS([test])] {
      #expect(parse(text).contents == [.test])
    }
  }

  @Test func `a batch keeps its messages apart`() {
    let message = parse(EventMessageTests.lambdaSQS([EventMessageTests.s3, "garbage"]))
    #expect(message.isBatch)
    #expect(message.items.map(\.messageID) == ["m0", "m1"])
    #expect(message.items[1].contents == [.unknown("its body is not JSON")])
  }

  @Test(arguments: [
    ("", "it is not JSON"), ("[]", "it is no event that is known"),
    ("{}", "it is no event that is known"),
    (#"{"Records":[]}"#, "it has no records"),
    (
      #"{"Records":[{"eventSource":"aws:kinesis"}]}"#,
      "it has a record that is not of S3, SQS or SNS"
    ),
    (#"{"source":"aws.ec2","detail-type":"x"}"#, #"it is an event of "aws.ec2""#),
    (sns(sns(sns(sns(sns(s3))))), "it is in more than 4 envelopes"),
    (String(repeating: "[", count: 100), "it is not JSON"),
  ])
  func `what is not understood says why`(text: String, reason: String) {
    #expect(parse(text).contents == [.unknown(reason)])
  }

  @Test func `other servers' names and other changes are understood`() {
    for (name, kind) in [
      ("s3:ObjectCreated:CompleteMultipartUpload", ObjectEvent.Kind.created),
      ("ObjectCreated:Copy", .created), ("ObjectRemoved:DeleteMarkerCreated", .removed),
      ("s3:ObjectRestore:Post", .other),
    ] {
      let text = EventMessageTests.s3.replacing("ObjectCreated:Put", with: name)
      guard case .event(let event) = parse(text).contents.first else {
        Issue.record("\(name)")
        continue
      }
      #expect(event.kind == kind)
    }
  }

  @Test func `a schedule of EventBridge asks for a look, other events of its services do not`() {
    let tick = #"{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}"#
    #expect(parse(tick).contents == [.tick])
    #expect(parse(tick.replacing("aws.events", with: "aws.scheduler")).contents == [.tick])
    for text in [
      tick.replacing("aws.events", with: "aws.ec2"), tick.replacing("Scheduled", with: "Other"),
    ] {
      guard case .unknown = parse(text).contents.first else {
        Issue.record("\(text)")
        continue
      }
    }
  }

  @Test func `bytes changed at random never do harm`() {
    var random = SeededGenerator()
    let sources = [
      EventMessageTests.lambdaSQS([EventMessageTests.sns(EventMessageTests.s3)]),
      EventMessageTests.eventBridge, EventMessageTests.lambdaSNS(EventMessageTests.s3),
    ].map { Array($0.utf8) }
    var understood = 0
    for _ in 0..<10_000 {
      var bytes = sources.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        if bytes.isEmpty { break }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes = Array(bytes[..<max(1, place)])
        }
      }
      let contents = EventMessage(parsing: bytes).contents
      #expect(!contents.isEmpty, "seed \(random.seed)")
      if contents.contains(where: { if case .event = $0 { true } else { false } }) {
        understood += 1
      }
    }
    #expect(understood > 200, "seed \(random.seed)")
  }

  @Test func `what SNS signs is put together in the order of names`() throws {
    let text = """
      {"Type":"Notification","MessageId":"m","TopicArn":"t","Subject":"s","Message":"a\\nb",\
      "Timestamp":"z","SignatureVersion":"2","Signature":"x","SigningCertURL":"u"}
      """
    let value = try #require(JSONValue(parsing: Array(text.utf8)))
    let message = try #require(TopicMessage(value))
    #expect(
      message.signedText
        == "Message\na\nb\nMessageId\nm\nSubject\ns\nTimestamp\nz\nTopicArn\nt\nType\nNotification\n"
    )
  }

  @Test(arguments: [
    ("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123abc.pem", true),
    ("https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-1.pem", true),
    ("http://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem", false),
    ("https://sns.us-east-1.amazonaws.com.evil.test/SimpleNotificationService-1.pem", false),
    ("https://evil.test/sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem", false),
    ("https://sns.us-east-1.amazonaws.com@evil.test/SimpleNotificationService-1.pem", false),
    ("https://sns.us-east-1.amazonaws.com/x.pem", false),
    ("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem?x", false),
    ("https://x.s3.us-east-1.amazonaws.com/SimpleNotificationService-1.pem", false),
  ])
  func `only SNS itself is asked for certificates`(url: String, isAllowed: Bool) {
    #expect(TopicMessage.isOfCertificate(url) == isAllowed)
  }
}
