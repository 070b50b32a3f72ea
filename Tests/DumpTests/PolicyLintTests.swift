import Testing

@testable import Dump

@Suite struct PolicyLintTests {
  private static func found(_ text: String, account: String? = nil) -> [String] {
    PolicyLint.findings(in: Array(text.utf8), file: "p.json", ownAccount: account)
      .map { "\($0.line):\($0.code.rawValue)" }
  }

  /// A policy with one statement; the statement's text begins on line 2.
  private static func policy(_ statement: String) -> String {
    "{\"Version\": \"2012-10-17\", \"Statement\": [\n{\"Effect\": \"Allow\", \(statement)}]}"
  }

  static let mistakes: [Case<String, [String]>] = [
    Case(
      "a comment behind a line",
      "{\"Version\": \"2012-10-17\",\n\"Statement\": [] // none yet\n}", ["2:json-comment"]),
    Case(
      "a comment of several lines, and something behind it",
      "{/* one\ntwo */\"Version\": \"2008-10-17\", \"Statement\": []}",
      ["1:json-comment", "2:version-missing"]),
    Case(
      "a slash in a text is no comment",
      policy("\"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::b/https://x#y\""), []),
    Case(
      "a lost brace", "{\"Version\": \"2012-10-17\",\n\"Statement\": [{]\n}", ["2:json-malformed"]),
    Case("a document of another kind", "{\"a\": 1}", ["1:document-unknown"]),
    Case(
      "the vendor's placeholder",
      policy("\"Action\": \"s3:GetObject\",\n\"Resource\": \"arn:aws:s3:::<S3_BUCKET>/*\""),
      ["3:placeholder"]),
    Case(
      "a placeholder, and an action that begins like one",
      policy(
        "\"Action\": \"sqs:ChangeMessageVisibility\",\n"
          + "\"Resource\": \"arn:aws:sqs:eu-west-1:CHANGE_ME:q\""),
      ["3:placeholder"]),
    Case("no version", "{\"Statement\": []}", ["1:version-missing"]),
    Case(
      "the name of a request",
      policy("\"Action\": [\"s3:listObjectsV2\"], \"Resource\": \"arn:aws:s3:::b\""),
      ["2:action-unknown"]),
    Case(
      "everything of S3", policy("\"Action\": \"s3:*\", \"Resource\": \"arn:aws:s3:::b/*\""),
      ["2:action-too-wide"]),
    Case(
      "an action on objects, on the bucket",
      policy("\"Action\": \"s3:PutObject\", \"Resource\": \"arn:aws:s3:::b\""),
      ["2:object-action-on-bucket"]),
    Case(
      "an action on the bucket, on objects",
      policy(
        "\"Action\": [\"s3:PutObject\",\n\"s3:ListBucket\"], \"Resource\": [\"arn:aws:s3:::b/*\"]"),
      ["3:bucket-action-on-objects"]),
    Case(
      "other capitals, and a pattern",
      policy(
        "\"Action\": [\"s3:putobject\",\n\"s3:GetObject*\"], \"Resource\": \"arn:aws:s3:::b\""),
      ["2:object-action-on-bucket", "3:object-action-on-bucket"]),
    Case(
      "a pattern for actions on both",
      policy("\"Action\": \"s3:Get*\", \"Resource\": \"arn:aws:s3:::b\""), []),
    Case(
      "a pattern that means deleting the queue",
      policy("\"Action\": \"SQS:De*\", \"Resource\": \"arn:aws:sqs:eu-west-1:123456789012:q\""),
      ["2:action-too-wide"]),
    Case(
      "all but something",
      policy("\"NotAction\": \"s3:DeleteObject\",\n\"NotResource\": \"arn:aws:s3:::b/*\""),
      ["2:action-too-wide", "3:action-too-wide"]),
    Case(
      "everybody but somebody",
      policy(
        "\"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::b/*\", "
          + "\"NotPrincipal\": {\"AWS\": \"123456789012\"}"), ["2:principal-anyone"]),
    Case(
      "both kinds of action with both kinds of resource",
      policy(
        "\"Action\": [\"s3:PutObject\", \"s3:ListBucket\"], "
          + "\"Resource\": [\"arn:aws:s3:::b\", \"arn:aws:s3:::b/*\"]"), []),
    Case(
      "a bucket's name for an ARN", policy("\"Action\": \"s3:GetObject\", \"Resource\": \"b/*\""),
      ["2:resource-not-arn"]),
    Case(
      "two slashes", policy("\"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::b//x/*\""),
      ["2:resource-slash"]),
    Case(
      "anybody", policy("\"Action\": \"sts:AssumeRole\", \"Principal\": {\"AWS\": \"*\"}"),
      ["2:principal-anyone"]),
    Case(
      "a whole account, with an external id",
      policy(
        "\"Action\": \"sts:AssumeRole\", \"Principal\": {\"AWS\": \"485801740390\"}, "
          + "\"Condition\": {\"StringEquals\": {\"sts:ExternalId\": \"acct-7\"}}"),
      ["2:principal-whole-account"]),
    Case(
      "no external id",
      policy(
        "\"Action\": \"sts:AssumeRole\", "
          + "\"Principal\": {\"AWS\": \"arn:aws:iam::485801740390:role/x\"}"),
      ["2:external-id-missing"]),
    Case(
      "any external id",
      policy(
        "\"Action\": \"sts:AssumeRole\", "
          + "\"Principal\": {\"AWS\": \"arn:aws:iam::485801740390:role/x\"}, "
          + "\"Condition\": {\"StringLike\": {\"sts:ExternalId\": \"*\"}}"),
      ["2:external-id-pattern"]),
    Case(
      "a prefix for an action without one",
      policy(
        "\"Action\": [\"s3:ListBucket\", \"s3:GetBucketLocation\"], "
          + "\"Resource\": \"arn:aws:s3:::b\", "
          + "\"Condition\": {\"StringLike\": {\"s3:prefix\": [\"x/*\"]}}"),
      ["2:prefix-condition"]),
    Case(
      "a prefix with a slash before it",
      policy(
        "\"Action\": \"s3:ListBucket\", \"Resource\": \"arn:aws:s3:::b\", "
          + "\"Condition\": {\"StringLike\": {\"s3:prefix\": \"/x/*\"}}"),
      ["2:prefix-slash"]),
    Case(
      "a service for anybody's bucket",
      policy(
        "\"Action\": \"sqs:SendMessage\", \"Principal\": {\"Service\": \"s3.amazonaws.com\"}, "
          + "\"Resource\": \"arn:aws:sqs:eu-west-1:123456789012:q\""),
      ["2:source-missing"]),
    Case(
      "a rule for the whole bucket",
      "{\"Rules\": [\n{\"Status\": \"Enabled\", \"Filter\": {}, \"Expiration\": {\"Days\": 7}}]}",
      ["2:rule-takes-receipt"]),
    Case(
      "a rule for the sub-folder",
      "{\"Rules\": [{\"Status\": \"Enabled\", \"Filter\": {\"Prefix\": \"x/\"}, "
        + "\"Expiration\": {\"Days\": 7}}]}", ["1:rule-takes-receipt"]),
    Case(
      "a rule for the dumps",
      "{\"Rules\": [{\"Status\": \"Enabled\", \"Filter\": {\"Prefix\": \"x/20\"}, "
        + "\"Expiration\": {\"Days\": 7}}]}", []),
    Case(
      "events of one way to write",
      "{\"QueueConfigurations\": [{\"QueueArn\": \"q\", \"Events\": [\"s3:ObjectCreated:Put\"]}]}",
      ["1:event-too-narrow"]),
  ]

  @Test(arguments: mistakes)
  func `a mistake is found on its line, and nothing else`(_ mistake: Case<String, [String]>) {
    #expect(Self.found(mistake.input) == mistake.expected)
  }

  @Test func `every code has a case that finds it`() {
    let covered = Set(Self.mistakes.flatMap(\.expected).map { $0.split(separator: ":")[1] })
    #expect(Set(PolicyFinding.Code.allCases.map { $0.rawValue[...] }) == covered)
  }

  @Test func `the own account is no stranger, another is`() {
    let trust = Self.policy(
      "\"Action\": \"sts:AssumeRole\", "
        + "\"Principal\": {\"AWS\": [\"arn:aws:iam::111122223333:root\",\n\"arn:aws:iam::999988887777:root\"]}"
    )
    #expect(
      Self.found(trust, account: "111122223333")
        == ["3:principal-whole-account", "3:external-id-missing"])
  }

  @Test func `a column counts characters and not bytes`() throws {
    let text = "{\"Version\": \"2012-10-17\", \"Ä\": \"é\", \"Statement\": [] # x\n}"
    let finding = try #require(PolicyLint.findings(in: Array(text.utf8), file: "p").first)
    #expect(finding.description.hasPrefix("p:1:53: "))
  }

  @Test func `bytes that are no text, and huge files, are told and not read`() {
    #expect(
      PolicyLint.findings(in: [0x7B, 0xFF, 0x7D], file: "p").map(\.code) == [.jsonMalformed])
    let huge = [UInt8](repeating: UInt8(ascii: " "), count: 2 << 20)
    #expect(PolicyLint.findings(in: huge, file: "p").map(\.code) == [.jsonMalformed])
  }
}
