import Testing

@testable import Dump

/// What roles are tried for, and what is read in policies of others.
@Suite struct RoleRightsTests {
  private static let file = "2026-11-20T04:03/events/000000000000.parquet"

  private static func trials(_ role: DumpRole, partition: String = "aws") -> [RoleTrial] {
    var rights = RoleRights(bucketARN: "arn:\(partition):s3:::b", prefix: "sub/")
    rights.queueARN = "arn:aws:sqs:eu-west-1:123456789012:q"
    rights.encryptionKey = "arn:aws:kms:eu-west-1:123456789012:key/0a"
    return rights.trials(of: role, file: file)
  }

  /// Actions on a key, with a `!` before those that must not be.
  private static func on(_ key: String, _ role: DumpRole) -> Set<String> {
    Set(
      trials(role).filter { $0.key == key }.map {
        ($0.isNeeded ? "" : "!") + $0.action.dropFirst("s3:".count)
      })
  }

  @Test func `the receipt is written by the exporter, and deleted by nobody`() {
    #expect(
      Self.on("receipt.json", .exporter) == [
        "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts", "GetObject",
        "!DeleteObject", "!DeleteObjectVersion",
      ])
    let reader: Set = [
      "GetObject", "!PutObject", "!AbortMultipartUpload", "!DeleteObject", "!DeleteObjectVersion",
    ]
    #expect(Self.on("receipt.json", .consumer) == reader)
    #expect(Self.on("receipt.json", .pruner) == reader)
    #expect(Self.on("receipt.json", .warehouse) == reader.union(["GetObjectVersion"]))
  }

  @Test func `files are deleted by the pruner alone, which writes marks and pins alone`() {
    let deleting: Set = ["DeleteObject", "DeleteObjectVersion", "AbortMultipartUpload"]
    #expect(Self.on(Self.file, .pruner) == deleting.union(["GetObject", "!PutObject"]))
    for key in ["2026-11-20T04:03/_pruning.json", "pins/2026-11-20T04:03"] {
      #expect(Self.on(key, .pruner) == deleting.union(["GetObject", "PutObject"]))
    }
    #expect(Self.on(Self.file, .exporter).isSuperset(of: ["!DeleteObject", "PutObject"]))
    // Whether it may read dumps back is left to the setup.
    #expect(Self.on(Self.file, .exporter).allSatisfy { !$0.hasSuffix("GetObject") })
  }

  @Test func `messages are the consumer's, and no key is forbidden`() {
    func queue(_ role: DumpRole) -> [Bool] {
      Self.trials(role).filter { $0.action.hasPrefix("sqs:") }.map(\.isNeeded)
    }
    #expect(queue(.consumer) == [true, true, true, true, true])
    #expect(queue(.pruner) == [false, false, false])
    #expect(Self.trials(.consumer).allSatisfy { $0.isNeeded || !$0.action.hasPrefix("kms:") })
    #expect(Self.trials(.consumer).contains { $0.action == "kms:Decrypt" && $0.isNeeded })
  }

  @Test func `a bucket in China has an ARN of China`() {
    #expect(
      Self.trials(.consumer, partition: "aws-cn").filter { $0.action.hasPrefix("s3:") }
        .allSatisfy { $0.resource.hasPrefix("arn:aws-cn:s3:::b") })
  }

  /// Whatever a setup allows a role, a doctor tries.
  @Test(arguments: DumpRole.allCases)
  func `no statement of a role is left untried`(_ role: DumpRole) {
    var rights = RoleRights(bucketARN: "arn:aws:s3:::b", prefix: "")
    rights.queueARN = "arn:aws:sqs:eu-west-1:123456789012:q"
    rights.encryptionKey = "arn:aws:kms:eu-west-1:123456789012:key/0a"
    let needed = rights.trials(of: role, file: Self.file).filter(\.isNeeded)
    for statement in rights.statements(of: role) where statement.effect == .allow {
      for action in statement.actions {
        #expect(needed.contains { $0.action == action }, "\(action)")
      }
    }
  }

  // MARK: Patterns

  static let patterns: [Case<(String, String), Bool>] = [
    Case("a star for nothing", ("a*", "a"), true),
    Case("a star in between", ("a*c/*d", "abbc/x/yd"), true),
    Case("a star that has to be tried again", ("*ab", "aab"), true),
    Case("too little", ("a?c", "ac"), false), Case("too much", ("abc", "abcd"), false),
    Case("one character", ("a?c", "abc"), true), Case("nothing at all", ("", ""), true),
  ]

  @Test(arguments: patterns)
  func `a pattern means`(_ example: Case<(String, String), Bool>) {
    #expect(Wildcard.matches(example.input.0, example.input.1) == example.expected)
  }

  static let rules: [Case<String, Bool?>] = [
    Case("all of S3", #"{"source":["aws.s3"]}"#, true),
    Case("another service", #"{"source":["aws.ec2"]}"#, false),
    Case(
      "the receipt itself",
      #"{"detail":{"bucket":{"name":["x","b"]},"object":{"key":["sub/receipt.json"]}}}"#, true),
    Case("another bucket", #"{"detail":{"bucket":{"name":["x"]}}}"#, false),
    Case("a prefix", #"{"detail":{"object":{"key":[{"prefix":"sub/"}]}}}"#, true),
    Case("a suffix that it has not", #"{"detail":{"object":{"key":[{"suffix":".csv"}]}}}"#, false),
    Case("a wildcard", #"{"detail":{"object":{"key":[{"wildcard":"*/receipt*"}]}}}"#, true),
    Case("an operator of other days", #"{"detail":{"object":{"key":[{"cidr":"x"}]}}}"#, nil),
    Case("one that is known beside it", #"{"source":[{"cidr":"x"},"aws.s3"]}"#, true),
    Case("something that no event here has", #"{"account":["1"],"source":["aws.s3"]}"#, nil),
  ]

  @Test(arguments: rules)
  func `a rule means the receipt`(_ example: Case<String, Bool?>) throws {
    let pattern = try #require(EventPattern(parsing: example.input))
    #expect(pattern.matches(bucket: "b", key: "sub/receipt.json") == example.expected)
  }

  // MARK: Policies

  private static func policy(_ statement: String) -> PolicyReading? {
    PolicyReading(#"{"Version":"2012-10-17","Statement":[\#(statement)]}"#)
  }

  static let denials: [Case<String, Bool>] = [
    Case(
      "as a setup writes it",
      #""Principal":"*","Action":["s3:*"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"#
        + #""Condition":{"Bool":{"aws:SecureTransport":"false"}}"#, true),
    Case(
      "a truth value, and one star for all",
      #""Principal":{"AWS":"*"},"Action":"*","Resource":"*","#
        + #""Condition":{"Bool":{"aws:secureTransport":false}}"#, true),
    Case(
      "a folder only",
      #""Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/secure/*","#
        + #""Condition":{"Bool":{"aws:SecureTransport":"false"}}"#, false),
    Case(
      "objects, and not the bucket",
      #""Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*","#
        + #""Condition":{"Bool":{"aws:SecureTransport":"false"}}"#, false),
    Case(
      "one action",
      #""Principal":"*","Action":"s3:GetObject","Resource":"*","#
        + #""Condition":{"Bool":{"aws:SecureTransport":"false"}}"#, false),
    Case(
      "somebody",
      #""Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*","#
        + #""Condition":{"Bool":{"aws:SecureTransport":"false"}}"#, false),
    Case(
      "whoever comes with it",
      #""Principal":"*","Action":"s3:*","Resource":"*","#
        + #""Condition":{"Bool":{"aws:SecureTransport":"true"}}"#, false),
  ]

  @Test(arguments: denials)
  func `requests without TLS are refused`(_ example: Case<String, Bool>) throws {
    let policy = try #require(Self.policy(#"{"Effect":"Deny",\#(example.input)}"#))
    #expect(
      policy.refusesPlainRequests(to: "arn:aws:s3:::b", prefix: "sub/") == example.expected)
  }

  static let deliveries: [Case<String, Bool>] = [
    Case(
      "as a setup writes it",
      #""Principal":{"Service":"s3.amazonaws.com"},"Action":["sqs:SendMessage"],"Resource":["q"],"#
        + #""Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::b"}}"#, true),
    Case(
      "by a pattern, in other capitals",
      #""Principal":{"Service":["sns.amazonaws.com","s3.amazonaws.com"]},"Action":"SQS:*","#
        + #""Resource":"*","Condition":{"ArnLike":{"AWS:SourceArn":["x","arn:aws:s3:::*"]}}"#, true),
    Case(
      "for another bucket",
      #""Principal":{"Service":"s3.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"q","#
        + #""Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::other"}}"#, false),
    Case(
      "for another service",
      #""Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"q""#,
      false),
    Case(
      "another action",
      #""Principal":"*","Action":"sqs:ReceiveMessage","Resource":"q""#, false),
  ]

  @Test(arguments: deliveries)
  func `a bucket may put messages in`(_ example: Case<String, Bool>) throws {
    let policy = try #require(Self.policy(#"{"Effect":"Allow",\#(example.input)}"#))
    #expect(
      policy.allows("s3.amazonaws.com", "sqs:SendMessage", on: "q", from: "arn:aws:s3:::b")
        == example.expected)
    let denial = try #require(Self.policy(#"{"Effect":"Deny",\#(example.input)}"#))
    #expect(
      !denial.allows("s3.amazonaws.com", "sqs:SendMessage", on: "q", from: "arn:aws:s3:::b"))
  }

  @Test func `a key is left to its account, or to a role by name`() throws {
    let account = try #require(
      Self.policy(
        #"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*"}"#
      ))
    #expect(account.leavesKey(toAccount: "123456789012", orRole: nil))
    #expect(!account.leavesKey(toAccount: "999999999999", orRole: nil))
    let role = try #require(
      Self.policy(#"{"Effect":"Allow","Principal":{"AWS":["r"]},"Action":["kms:Decrypt"]}"#))
    #expect(role.leavesKey(toAccount: "1", orRole: "r"))
    #expect(!role.leavesKey(toAccount: "1", orRole: nil))
  }
}
