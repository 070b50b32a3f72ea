import Foundation
import ObjectStorage
import TestSupport
import Testing

/// The doctor at a location that is well, and with each thing broken.
@Suite(.serialized, .enabled(if: Peer.miniStack.url != nil)) struct DoctorTests {
  /// What it says, by the name of the check.
  struct Report: Decodable {
    struct Check: Decodable {
      let name: String
      let status: String
      let message: String
      let fix: String?
    }
    let checks: [Check]

    func named(_ status: String) -> [String] {
      checks.filter { $0.status == status }.map(\.name)
    }
  }

  /// A bucket with everything that a setup makes, and a dump; the server has no TLS, and a policy that
  /// demands it, which shuts out all but its root.
  private func healthy(
    _ scratch: Scratch, events: String = "sqs"
  ) async throws -> SetupBucket {
    let place = SetupBucket()
    #expect(try place.apply("--events", events, in: scratch).status == 0)
    try await place.put(
      "ownershipControls",
      "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>"
        + "</OwnershipControls>")
    let blocks = [
      "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets",
    ].map { "<\($0)>true</\($0)>" }.joined()
    try await place.put(
      "publicAccessBlock",
      "<PublicAccessBlockConfiguration>\(blocks)</PublicAccessBlockConfiguration>")
    try await place.put(
      "policy",
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",\
      "Resource":["arn:aws:s3:::\(place.bucket)","arn:aws:s3:::\(place.bucket)/*"],\
      "Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}
      """)
    let exported = try place.run(["export", SampleDump.example, place.location], in: scratch)
    #expect(exported.status == 0, "\(exported.errors)")
    return place
  }

  /// The same without that policy, so that roles can use it.
  private func open(_ scratch: Scratch, events: String = "sqs") async throws -> SetupBucket {
    let place = try await healthy(scratch, events: events)
    try await place.remove("policy")
    return place
  }

  private static let withoutPolicy = ["--without", "bucket-policy"]

  private func look(
    _ place: SetupBucket, _ arguments: [String] = [], status: Int32? = nil, in scratch: Scratch
  ) throws -> Report {
    let result = try place.run(["doctor", place.location, "--json"] + arguments, in: scratch)
    if let status { #expect(result.status == status, "\(result.output)\(result.errors)") }
    return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
  }

  private func roleArguments(_ place: SetupBucket) -> [String] {
    ["--assume-role", place.exporterRole, "--external-id", SetupBucket.externalID]
      + Self.withoutPolicy
  }

  @Test func `where all is well it says so, and changes nothing`() async throws {
    let scratch = try Scratch()
    let place = try await healthy(scratch)
    let keys = try await place.store().list(prefix: "").map(\.key)
    let report = try look(place, ["--into", "x.sqlite"], status: 0, in: scratch)
    #expect(report.named("failed") == [])
    for name in [
      "bucket", "clock", "receipt", "ownership", "public-access", "tls", "lifecycle",
      "notification", "queue", "queue-policy", "dead-letters", "sqlite", "disk",
    ] { #expect(report.named("ok").contains(name), "\(name)") }
    #expect(try await place.store().list(prefix: "").map(\.key) == keys)
    let text = try place.run(["doctor", place.location], in: scratch)
    #expect(text.status == 0)
    #expect(text.output.contains("0 failed"))
  }

  /// What is broken, and the check that has to say so.
  static let breakages = [
    ("ownershipControls", "ownership"), ("publicAccessBlock", "public-access"), ("policy", "tls"),
    ("lifecycle", "lifecycle"),
  ]

  @Test(arguments: breakages)
  func `a setting that is missing is the one that fails`(
    _ setting: String, _ name: String
  ) async throws {
    let scratch = try Scratch()
    let place = try await healthy(scratch)
    try await place.remove(setting)
    let report = try look(place, status: 22, in: scratch)
    #expect(report.named("failed") == [name])
    #expect(report.checks.first { $0.name == name }?.fix?.isEmpty == false)
  }

  @Test func `a rule that takes the receipt, and events that nobody hears of, are told`()
    async throws
  {
    let scratch = try Scratch()
    let place = try await healthy(scratch)
    try await place.put(
      "lifecycle",
      "<LifecycleConfiguration><Rule><ID>all</ID><Filter><Prefix></Prefix></Filter>"
        + "<Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule>"
        + "</LifecycleConfiguration>")
    try await place.put("notification", "<NotificationConfiguration/>")
    let report = try look(place, status: 22, in: scratch)
    #expect(report.named("failed") == ["lifecycle", "notification"])
    #expect(
      report.checks.first { $0.name == "lifecycle" }?.message.contains("takes receipt.json") == true
    )
  }

  @Test func `the exporter's role is tried, and its event comes`() async throws {
    let scratch = try Scratch()
    let place = try await open(scratch)
    // Only the vendor's role is trusted, and the doctor is somebody else.
    try await trust(place, "arn:aws:iam::\(SetupBucket.account):root", id: SetupBucket.externalID)
    let well = try look(place, roleArguments(place) + ["--probe"], status: 0, in: scratch)
    #expect(well.named("failed") == [])
    for name in [
      "assume-role", "assume-without-external-id", "assume-with-other-id", "may-PutObject",
      "must-not-DeleteObject", "may-ListBucket", "role-reads-receipt", "probe-write", "probe-event",
      "probe-delete",
    ] { #expect(well.named("ok").contains(name), "\(name)") }
    #expect(try await place.store().list(prefix: "receipt.json").map(\.key) == ["receipt.json"])
  }

  @Test func `a role that needs no external id, and one that may delete, are told`() async throws {
    let scratch = try Scratch()
    let place = try await open(scratch)
    try await trust(place, "*", id: nil)
    try await SetupBucket.iam(
      "PutRolePolicy",
      [
        "RoleName": "\(place.bucket)-sub-exporter", "PolicyName": "more",
        "PolicyDocument": """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:DeleteObject",\
        "Resource":"*"}]}
        """,
      ])
    let report = try look(place, roleArguments(place) + ["--probe"], status: 22, in: scratch)
    #expect(
      Set(report.named("failed")) == [
        "assume-without-external-id", "assume-with-other-id", "must-not-DeleteObject",
        "probe-delete",
      ])
  }

  @Test func `a permission that is missing ends with 30, and is named`() async throws {
    let scratch = try Scratch()
    let place = try await open(scratch)
    try await trust(place, "*", id: SetupBucket.externalID)
    try await SetupBucket.iam(
      "DeleteRolePolicy",
      ["RoleName": "\(place.bucket)-sub-exporter", "PolicyName": "dumps"])
    let report = try look(place, roleArguments(place), status: 30, in: scratch)
    #expect(
      Set(report.named("failed"))
        == [
          "may-PutObject", "may-AbortMultipartUpload", "may-ListMultipartUploadParts",
          "may-GetObject", "may-ListBucket", "may-GetBucketLocation",
          "may-ListBucketMultipartUploads", "role-reads-receipt",
        ])
  }

  @Test func `the queue and the key are tried for the role that needs them`() async throws {
    let scratch = try Scratch()
    let place = try await open(scratch)
    let key = try await SetupBucket.makeKey()
    try await place.put(
      "encryption",
      "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
        + "<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>\(key)</KMSMasterKeyID>"
        + "</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>")
    let consumer =
      ["--as", "consumer", "--assume-role", place.role("consumer")] + Self.withoutPolicy
    // The setup knew nothing of a key.
    let without = try look(place, consumer, status: 30, in: scratch)
    #expect(without.named("failed").contains("may-Decrypt"))
    for name in [
      "may-ReceiveMessage", "may-DeleteMessage", "may-ChangeMessageVisibility",
      "may-GetQueueAttributes", "may-GetQueueUrl", "key-policy",
    ] {
      #expect(without.named("ok").contains(name), "\(name)")
    }
    let encryption = try #require(without.checks.first { $0.name == "encryption" })
    #expect(encryption.fix?.contains("--kms-key \(key)") == true)
    #expect(try place.apply("--kms-key", key, in: scratch).status == 0)
    let with = try look(place, consumer, in: scratch)
    #expect(with.named("ok").contains("may-Decrypt"))
    #expect(!with.named("failed").contains { $0.hasPrefix("may-") })
    // A key that names others only, whatever the role's policy says.
    try await SetupBucket.call(
      "kms", "TrentService.PutKeyPolicy",
      [
        "KeyId": key, "PolicyName": "default",
        "Policy": """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",\
        "Principal":{"AWS":"arn:aws:iam::123456789012:root"}}]}
        """,
      ])
    let shut = try look(place, Self.withoutPolicy, status: 22, in: scratch)
    #expect(shut.named("failed") == ["key-policy"])
  }

  @Test func `an external id that is wrong is told`() async throws {
    let scratch = try Scratch()
    let place = try await open(scratch)
    try await trust(place, "*", id: SetupBucket.externalID)
    let report = try look(
      place,
      ["--assume-role", place.exporterRole, "--external-id", "other"] + Self.withoutPolicy,
      status: 30,
      in: scratch)
    #expect(report.named("failed") == ["assume-role"])
  }

  @Test func `the pruner and the warehouse are tried for what setup gives them`() async throws {
    let scratch = try Scratch()
    let place = try await open(scratch)
    let pruner = ["--as", "pruner", "--assume-role", place.role("pruner")] + Self.withoutPolicy
    let well = try look(place, pruner, status: 0, in: scratch)
    #expect(well.named("unknown") == [])
    for name in [
      "may-DeleteObjectVersion", "may-ListBucketVersions", "may-GetBucketVersioning",
      "may-PutObject", "must-not-PutObject", "must-not-DeleteObject", "must-not-ReceiveMessage",
    ] { #expect(well.named("ok").contains(name), "\(name)") }
    #expect(
      try place.apply("--warehouse", "redshift", in: scratch).status == 0)
    let warehouse = try look(
      place, ["--as", "warehouse", "--assume-role", place.role("redshift")] + Self.withoutPolicy,
      status: 0, in: scratch)
    #expect(warehouse.named("ok").contains("may-GetObjectVersion"))
    #expect(Set(warehouse.named("unknown")) == ["assume-role", "may-ListBucket"])
    // The wrong work for a role: what it needs is missing, what it has it must not have.
    let wrong = try look(
      place, ["--as", "consumer", "--assume-role", place.role("pruner")] + Self.withoutPolicy,
      status: 30, in: scratch)
    #expect(
      Set(wrong.named("failed")) == [
        "may-ReceiveMessage", "may-DeleteMessage", "may-ChangeMessageVisibility",
        "may-GetQueueAttributes", "may-GetQueueUrl", "must-not-PutObject",
        "must-not-AbortMultipartUpload", "must-not-DeleteObject", "must-not-DeleteObjectVersion",
      ])
  }

  @Test func `a bucket that is not there, and a directory, are looked at too`() throws {
    let scratch = try Scratch()
    let none = try look(SetupBucket(), status: 22, in: scratch)
    #expect(none.named("failed") == ["bucket"])
    let local = try Command.run("doctor", SampleDump.example, in: scratch)
    #expect(local.status == 0, "\(local.output)\(local.errors)")
    #expect(local.output.contains("names dump"))
  }

  private func trust(_ place: SetupBucket, _ principal: String, id: String?) async throws {
    let condition =
      id.map { ",\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":\"\($0)\"}}" } ?? ""
    try await SetupBucket.iam(
      "UpdateAssumeRolePolicy",
      [
        "RoleName": "\(place.bucket)-sub-exporter",
        "PolicyDocument": """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"\(principal)"},\
        "Action":"sts:AssumeRole"\(condition)}]}
        """,
      ])
  }
}
