import AWS
import Foundation
import ObjectStorage
import TestSupport
import Testing

/// The doctor on the way of events, by all three ways that a setup can make.
@Suite(.serialized, .enabled(if: Peer.miniStack.url != nil)) struct DoctorEventTests {
  private typealias Report = DoctorTests.Report

  private func made(_ events: String, in scratch: Scratch) async throws -> SetupBucket {
    let place = SetupBucket()
    #expect(try place.apply("--events", events, in: scratch).status == 0)
    return place
  }

  private func look(
    _ place: SetupBucket, _ arguments: [String] = [], status: Int32, in scratch: Scratch
  ) throws -> Report {
    let result = try place.run(
      ["doctor", place.location, "--json", "--without", "bucket-policy"] + arguments, in: scratch)
    #expect(result.status == status, "\(result.output)\(result.errors)")
    return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
  }

  /// Runs the command that a check names, with what it leaves to be filled in.
  private func mend(_ check: Report.Check?, _ place: SetupBucket, in scratch: Scratch) throws {
    let fix = try #require(check?.fix).replacing("VENDOR-ROLE-ARN", with: place.vendorRole)
      .replacing("EXTERNAL-ID", with: SetupBucket.externalID)
    let words = fix.split(separator: " ").map(String.init)
    #expect(words.first == "receipt")
    let result = try place.run(
      Array(words.dropFirst()) + ["--without", "bucket-policy"], in: scratch)
    #expect(result.status == 0, "\(fix): \(result.errors)")
  }

  @Test(arguments: ["sqs", "sns", "eventbridge"])
  func `the way of events is followed to the queue, and an event comes`(
    _ events: String
  ) async throws {
    let scratch = try Scratch()
    let place = try await made(events, in: scratch)
    let report = try look(place, ["--probe"], status: 0, in: scratch)
    let between = ["sns": ["topic"], "eventbridge": ["rule"]][events] ?? []
    for name in ["notification", "queue", "queue-policy", "dead-letters", "probe-event"] + between {
      #expect(report.named("ok").contains(name), "\(name)")
    }
    #expect(try await place.store().list(prefix: "").isEmpty)
    // Who polls needs no queue.
    let without = try place.run(
      ["doctor", place.location, "--json", "--without", "events,lifecycle,bucket-policy"],
      in: scratch)
    #expect(without.status == 0)
    #expect(!without.output.contains("queue") && !without.output.contains("lifecycle"))
  }

  @Test func `a topic that is gone is told, and what is named mends it`() async throws {
    let scratch = try Scratch()
    let place = try await made("sns", in: scratch)
    let topic = "arn:aws:sns:us-east-1:\(SetupBucket.account):\(place.bucket)-sub-dumps"
    try await SetupBucket.query(
      "sns", "SetTopicAttributes",
      [
        "TopicArn": topic, "AttributeName": "Policy",
        "AttributeValue": #"{"Version":"2012-10-17","Statement":[]}"#,
      ])
    let shut = try look(place, status: 22, in: scratch)
    #expect(shut.named("failed") == ["topic"])
    try mend(shut.checks.first { $0.name == "topic" }, place, in: scratch)
    _ = try look(place, status: 0, in: scratch)
    try await SetupBucket.query("sns", "DeleteTopic", ["TopicArn": topic])
    let gone = try look(place, status: 22, in: scratch)
    #expect(gone.named("failed") == ["topic"])
    #expect(gone.named("unknown").contains("queue"))
  }

  @Test func `a rule that rests, one without a target, and none are told`() async throws {
    let scratch = try Scratch()
    let place = try await made("eventbridge", in: scratch)
    let rule = "\(place.bucket)-sub-dumps"
    try await SetupBucket.call("events", "AWSEvents.DisableRule", ["Name": rule])
    let resting = try look(place, status: 22, in: scratch)
    #expect(resting.named("failed") == ["rule"])
    #expect(
      resting.checks.first { $0.name == "rule" }?.fix == "aws events enable-rule --name \(rule)")
    // Only the receipt itself: nothing else can be sent the same way to try it.
    try await SetupBucket.call(
      "events", "AWSEvents.PutRule",
      [
        "Name": rule, "State": "ENABLED",
        "EventPattern": #"{"source":["aws.s3"],"detail":{"bucket":{"name":["\#(place.bucket)"]},"#
          + #""object":{"key":["sub/receipt.json"]}}}"#,
      ])
    let exact = try look(place, ["--probe"], status: 0, in: scratch)
    #expect(exact.named("unknown").contains("probe-event"))
    try await SetupBucket.call(
      "events", "AWSEvents.PutRule",
      ["Name": rule, "State": "ENABLED", "EventPattern": #"{"source":["aws.ec2"]}"#])
    let none = try look(place, status: 22, in: scratch)
    #expect(none.named("failed") == ["rule"])
    try mend(none.checks.first { $0.name == "rule" }, place, in: scratch)
    _ = try look(place, status: 0, in: scratch)
  }

  @Test func `a queue that lets nothing in, or keeps what is bad, is told`() async throws {
    let scratch = try Scratch()
    let place = try await made("sqs", in: scratch)
    let url = try #require(try await place.queueURL())
    let queues = try SetupBucket.queues()
    let other = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage",\
      "Principal":{"Service":"s3.amazonaws.com"},"Resource":"*",\
      "Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::another"}}}]}
      """
    try await queues.set(["Policy": other, "RedrivePolicy": ""], ofQueue: url)
    let report = try look(place, status: 22, in: scratch)
    #expect(report.named("failed") == ["queue-policy", "dead-letters"])
    try mend(report.checks.first { $0.name == "queue-policy" }, place, in: scratch)
    _ = try look(place, status: 0, in: scratch)
  }

  @Test func `a filter on the end of a key is no reason to fail, one way of writing is`()
    async throws
  {
    let scratch = try Scratch()
    let place = try await made("sqs", in: scratch)
    let queue = "arn:aws:sqs:us-east-1:\(SetupBucket.account):\(place.bucket)-sub-dumps"
    func notify(_ event: String, _ filter: String) async throws {
      try await place.put(
        "notification",
        "<NotificationConfiguration><QueueConfiguration><Id>x</Id><Queue>\(queue)</Queue>"
          + "<Event>\(event)</Event><Filter><S3Key>\(filter)</S3Key></Filter>"
          + "</QueueConfiguration></NotificationConfiguration>")
    }
    func rule(_ name: String, _ value: String) -> String {
      "<FilterRule><Name>\(name)</Name><Value>\(value)</Value></FilterRule>"
    }
    try await place.put(
      "versioning",
      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
    try await notify(
      "s3:ObjectCreated:*", rule("prefix", "sub/") + rule("suffix", "sub/receipt.json"))
    let report = try look(place, ["--probe"], status: 0, in: scratch)
    #expect(report.named("ok").contains("probe-event"))
    // Neither a version nor a delete marker is left behind.
    #expect(try await place.store().listVersions(prefix: "").isEmpty)
    try await notify("s3:ObjectCreated:Put", rule("prefix", "sub/receipt.json"))
    let narrow = try look(place, status: 22, in: scratch)
    #expect(narrow.named("failed") == ["notification"])
    #expect(narrow.checks.first { $0.name == "notification" }?.message.contains("only") == true)
  }
}
