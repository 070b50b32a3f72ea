import AWS
import CurlHTTP
import Foundation
import ObjectStorage
import TestSupport
import Testing

/// `receipt lambda`, packed and run by a server that speaks AWS: a bucket's events come by a queue into
/// a function of a custom runtime.
@Suite(.enabled(if: Peer.miniStack.url != nil), .serialized) struct LambdaServiceTests {
  @discardableResult
  private func send(_ path: String, _ document: [String: Any]) async throws -> String {
    let body = try JSONSerialization.data(withJSONObject: document)
    let response = try await Peer.miniStack.send(
      ServiceRequest(
        method: "POST", path: path, headers: ["Content-Type": "application/json"],
        body: Array(body)[...]), service: "lambda")
    return String(decoding: response.body, as: UTF8.self)
  }

  /// A role that may do what the template's may, and all else.
  private func makeRole(_ name: String) async throws -> String {
    func call(_ form: [String: String]) async throws {
      let text = form.map { name, value in
        name + "=" + (value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
      }.joined(separator: "&")
      try await Peer.miniStack.send(
        ServiceRequest(
          method: "POST", headers: ["Content-Type": "application/x-www-form-urlencoded"],
          body: Array(text.utf8)[...]), service: "iam")
    }
    func policy(_ statement: String) -> String {
      #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",\#(statement)}]}"#
    }
    try await call([
      "Action": "CreateRole", "Version": "2010-05-08", "RoleName": name,
      "AssumeRolePolicyDocument": policy(
        #""Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole""#),
    ])
    try await call([
      "Action": "PutRolePolicy", "Version": "2010-05-08", "RoleName": name, "PolicyName": "all",
      "PolicyDocument": policy(#""Action":["s3:*","sqs:*"],"Resource":"*""#),
    ])
    return "arn:aws:iam::000000000000:role/\(name)"
  }

  @Test func `a bucket's events reach the function through a queue, and each dump is loaded once`()
    async throws
  {
    let scratch = try Scratch()
    let bucket = try await QueuedBucket(visibilitySeconds: 60)
    try await bucket.putFiles()
    let package = try Tool.run(
      "/usr/bin/env",
      [
        "RECEIPT_BINARY=" + Command.path,
        SampleDump.package.appending(path: "examples/lambda/package.sh").path,
        scratch.path("package.zip"),
      ], in: scratch)
    try #require(package.status == 0, "\(package.errors)")
    try await bucket.store.put("package.zip", Array(try scratch.bytes("package.zip")))
    let name = "receipt-" + bucket.bucket
    let role = try await makeRole(name)
    try await send(
      "/2015-03-31/functions",
      [
        "FunctionName": name, "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": role,
        "Timeout": 30,
        "Code": ["S3Bucket": bucket.bucket, "S3Key": "sub folder/package.zip"],
        "Environment": [
          "Variables": [
            "RECEIPT_LOCATION": bucket.location, "RECEIPT_INTO": scratch.path("crm.sqlite"),
            "AWS_ENDPOINT_URL": Peer.miniStack.url ?? "",
          ]
        ],
      ])
    try await send(
      "/2015-03-31/event-source-mappings/",
      [
        "EventSourceArn": bucket.queueARN, "FunctionName": name, "BatchSize": 10,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
      ])
    for (count, moment) in [Moment.first, Moment.second].enumerated() {
      try await bucket.putReceipt(moment)
      // The same event again, and others.
      try await bucket.send([WatchHTTPTests.event, "garbage", #"{"Event":"s3:TestEvent"}"#])
      var loads: String?
      for _ in 0..<600 where loads != "\(count + 1)" {
        pause(.milliseconds(100))
        guard scratch.exists("crm.sqlite") else { continue }
        loads = try? scratch.value("SELECT count(*) FROM receipt_loads")
      }
      try #require(loads == "\(count + 1)", "\(moment)")
    }
    #expect(try await bucket.waitUntilEmpty(30))
    // A clock finds what an event has not told.
    try await bucket.putReceipt(Moment.third)
    let tick = ["source": "aws.events", "detail-type": "Scheduled Event"]
    let answer = try await send("/2015-03-31/functions/\(name)/invocations", tick)
    #expect(answer.contains("ok"), "\(answer)")
    #expect(try await bucket.waitUntilEmpty(30))
    #expect(
      try LoadedDatabase(scratch, "crm.sqlite").values(
        "SELECT timestamp FROM receipt_loads ORDER BY load_id")
        == [Moment.first, Moment.second, Moment.third])
    #expect(
      try LoadedDatabase(scratch, "crm.sqlite.watch").value(
        "SELECT count(*) FROM watch_unknown WHERE body LIKE '%garbage%'") != "0")
  }
}
