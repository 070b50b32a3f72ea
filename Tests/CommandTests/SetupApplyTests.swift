import Foundation
import ObjectStorage
import TestSupport
import Testing

/// A setup that is made by the interface of AWS, and then used with nothing else.
@Suite(.serialized, .enabled(if: Peer.miniStack.url != nil)) struct SetupApplyTests {
  private static let python = ProcessInfo.processInfo.environment["RECEIPT_PYTHON"]

  @Test(arguments: ["sqs", "sns", "eventbridge"])
  func `a dump is exported, told, loaded and pruned with nothing but what was set up`(
    _ events: String
  ) async throws {
    let scratch = try Scratch()
    let place = SetupBucket()
    let vendor = try await place.vendorEnvironment()
    let applied = try place.apply("--events", events, "--exporter-reads", in: scratch)
    #expect(applied.status == 0, "\(applied.output)\(applied.errors)")
    #expect(applied.output.contains("create: bucket \(place.bucket)"))

    let again = try place.apply("--events", events, "--exporter-reads", in: scratch)
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.output.hasSuffix("everything is as it should be\n"), "\(again.output)")
    #expect(!again.output.contains("create:") && !again.output.contains("update:"))

    let export = [
      "export", SampleDump.example, place.location, "--assume-role", place.exporterRole,
    ]
    let refused = try Command.run(under: vendor, export, in: scratch)
    #expect(refused.status == 30, "\(refused.output)\(refused.errors)")
    let daemon = try Daemon(
      [
        "watch", place.location, "--into", "crm.sqlite", "--every", "1h", "--queue",
        try await place.queueURL() ?? "", "--assume-role", place.role("consumer"),
      ], environment: SetupBucket.peer.environment, in: scratch)
    _ = try daemon.line(with: "no receipt yet")
    let exported = try Command.run(
      under: vendor, export + ["--external-id", SetupBucket.externalID], in: scratch)
    #expect(exported.status == 0, "\(exported.output)\(exported.errors)")

    _ = try daemon.line(with: " loaded ")
    #expect(daemon.end() == 143)
    let tables = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try tables.value("SELECT count(*) FROM events") != "0")

    try await place.store().put("2020-01-01T00:00/a/000000000000.parquet", [1])
    let pruned = try place.run(
      [
        "prune", place.location, "--apply", "--orphan-grace", "0s", "--assume-role",
        place.role("pruner"),
      ], in: scratch)
    #expect(pruned.status == 0, "\(pruned.output)\(pruned.errors)")
    #expect(try await place.store().list(prefix: "2020").isEmpty)
    let verified = try place.run(
      ["verify", place.location, "--assume-role", place.role("consumer")], in: scratch)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let rules = try await place.store().lifecycle().rules
    #expect(rules.count == 3)
  }

  @Test
  func `the exporter cannot delete, the consumer cannot write, the pruner spares the receipt`()
    async throws
  {
    let scratch = try Scratch()
    let place = SetupBucket()
    #expect(try place.apply(in: scratch).status == 0)
    let admin = try place.store()
    let file = "2026-11-20T04:03/events/000000000000.parquet"
    try await admin.put(file, [1])
    try await admin.put("receipt.json", [1])

    func store(_ role: String, _ id: String? = nil) throws -> S3Store {
      var options = SetupBucket.peer.options
      options.roleARN = place.role(role)
      options.externalID = id
      return S3Store(try S3Location(place.location), try S3Connection(options))
    }
    let vendor = try await place.vendorEnvironment()
    var options = SetupBucket.peer.options
    for assignment in vendor {
      let parts = assignment.split(separator: "=", maxSplits: 1)
      options.environment[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
    options.roleARN = place.exporterRole
    options.externalID = SetupBucket.externalID
    let exporter = S3Store(try S3Location(place.location), try S3Connection(options))
    try await exporter.put(file, [2])
    await #expect(throws: StorageError.self) { try await exporter.delete(file) }
    await #expect(throws: StorageError.self) { try await exporter.get(file, limit: 10) }
    let beside = S3Store(try S3Location("s3://\(place.bucket)/other"), try S3Connection(options))
    await #expect(throws: StorageError.self) { try await beside.put("x", [1]) }

    let consumer = try store("consumer")
    #expect(try await consumer.get(file, limit: 10) == [2])
    await #expect(throws: StorageError.self) { try await consumer.put(file, [3]) }

    let pruner = try store("pruner")
    await #expect(throws: StorageError.self) { try await pruner.delete("receipt.json") }
    try await pruner.delete(file)
    #expect(try await admin.list(prefix: "").map(\.key) == ["receipt.json"])
  }

  @Test func `what others have set up stays, and a dry run changes nothing`() async throws {
    let scratch = try Scratch()
    let place = SetupBucket()
    try await SetupBucket.peer.makeBucket(place.bucket)
    try await place.put(
      "notification",
      "<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>")
    try await place.put(
      "lifecycle",
      """
      <LifecycleConfiguration><Rule><ID>theirs</ID><Filter><Prefix>logs/</Prefix></Filter>\
      <Status>Enabled</Status><Expiration><Days>9</Days></Expiration></Rule></LifecycleConfiguration>
      """)
    let store = try place.store()
    let before = try await store.setting(.notification)
    let dry = try place.run(["setup"] + place.arguments + ["--dry-run"], in: scratch)
    #expect(dry.status == 0, "\(dry.errors)")
    #expect(dry.output.contains("update: notifications of \(place.bucket)"))
    #expect(dry.output.hasSuffix("nothing was changed; --apply does it\n"))
    #expect(try await store.setting(.notification) == before)
    #expect(try await place.queueURL() == nil)

    #expect(try !scratch.names().contains { $0.hasPrefix("receipt-setup-") })
    let applied = try place.apply(in: scratch)
    #expect(applied.status == 0)
    // What was there before is in one folder, in the form in which the rules can be put back.
    let folder = try #require(try scratch.names().first { $0.hasPrefix("receipt-setup-") })
    #expect(applied.output.contains("what was replaced is in \(folder)\n"))
    #expect(try scratch.text("\(folder)/notification.xml").contains("EventBridgeConfiguration"))
    #expect(try scratch.text("\(folder)/lifecycle.xml").contains("<ID>theirs</ID>"))
    let after = try await store.setting(.notification)
    #expect(after.count == 2)
    #expect(after.contains { $0.name == "EventBridgeConfiguration" })
    #expect(try await store.lifecycle().rules.count == 4)
    let restored = try place.run(
      ["lifecycle", place.location, "--restore", "\(folder)/lifecycle.xml", "--apply"],
      in: scratch)
    #expect(restored.status == 0, "\(restored.errors)")
    #expect(try await store.lifecycle().rules.count == 1)
  }

  @Test func `what was changed by hand is put right, and shown`() async throws {
    let scratch = try Scratch()
    let place = SetupBucket()
    #expect(try place.apply(in: scratch).status == 0)
    let everybody = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},\
      "Action":"sts:AssumeRole"}]}
      """
    let name = "\(place.bucket)-sub-exporter"
    try await SetupBucket.iam(
      "UpdateAssumeRolePolicy", ["RoleName": name, "PolicyDocument": everybody])
    let result = try place.apply(in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("update: role \(name)"))
    #expect(result.output.contains("sts:ExternalId"))
    let folder = try #require(try scratch.names().first { $0.hasPrefix("receipt-setup-") })
    #expect(try scratch.text("\(folder)/role-\(name).json").contains("\"AWS\":\"*\""))
    #expect(try place.apply(in: scratch).output.hasSuffix("everything is as it should be\n"))
  }

  @Test func `a policy that would shut this command out is refused before anything is made`()
    async throws
  {
    let scratch = try Scratch()
    let place = SetupBucket()
    let result = try place.run(["setup"] + place.arguments + ["--apply"], in: scratch)
    #expect(result.status == 22, "\(result.output)\(result.errors)")
    #expect(result.errors.contains("--without bucket-policy"))
    #expect(try await place.store().bucketFacts() == nil)
  }

  @Test(.enabled(if: SecureGateway.isAvailable, "there is no nginx"))
  func `over TLS the bucket's policy, ownership and block of public access are made too`()
    async throws
  {
    let scratch = try Scratch()
    let place = SetupBucket()
    let folder = scratch.url.appending(path: "nginx")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let gateway = try SecureGateway(before: SetupBucket.peer.url ?? "", in: folder)
    defer { gateway.stop() }
    try await SetupBucket.peer.makeBucket(place.bucket)
    let theirs = """
      {"Version":"2012-10-17","Statement":[{"Sid":"Theirs","Effect":"Allow",\
      "Principal":{"AWS":"arn:aws:iam::\(SetupBucket.account):root"},"Action":"s3:GetObject",\
      "Resource":"arn:aws:s3:::\(place.bucket)/theirs/*"}]}
      """
    try await place.put("policy", theirs)
    func apply() throws -> Command.Result {
      try Command.run(
        under: SetupBucket.peer.assignments + [
          "AWS_ENDPOINT_URL=\(gateway.url)", "AWS_CA_BUNDLE=\(gateway.certificateFile)",
        ], ["setup"] + place.arguments + ["--apply"], in: scratch)
    }
    let result = try apply()
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("update: policy of \(place.bucket)"))
    #expect(result.output.contains("aws:SecureTransport"))
    // (The server behind the gateway does not hold the policy against the account's own keys.)
    let store = try place.store()
    let policy = try #require(try await store.bucketPolicy())
    #expect(policy.contains("aws:SecureTransport") && policy.contains("Theirs"))
    #expect(
      try await store.setting(.ownership).first?.children.first?.text == "BucketOwnerEnforced")
    #expect(try await store.setting(.publicAccess).count { $0.text == "true" } == 4)
    let again = try apply()
    #expect(again.output.hasSuffix("everything is as it should be\n"), "\(again.output)")
  }

  @Test func `--json says what was made`() throws {
    let scratch = try Scratch()
    let result = try SetupBucket().apply("--json", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("\"applied\":true"))
    #expect(result.output.contains("\"change\":\"create\""))
  }

  // MARK: The script

  @Test(
    .enabled(
      if: python.map { Tool.works($0, "-m", "awscli", "--version") } ?? false,
      "awscli is not installed"), arguments: ["sqs", "sns", "eventbridge"])
  func `the script makes the same with AWS's own command`(_ events: String) async throws {
    let scratch = try Scratch()
    let place = SetupBucket()
    // For queues the command passes over AWS_ENDPOINT_URL.
    try scratch.write(
      "#!/bin/sh\nexec '\(Self.python ?? "")' -m awscli --endpoint-url \"$AWS_ENDPOINT_URL\" \"$@\"\n",
      to: "bin/aws")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: scratch.path("bin/aws"))
    let script = try place.run(
      ["setup"] + place.arguments + ["--events", events, "--without", "bucket-policy"], in: scratch)
    #expect(script.status == 0, "\(script.errors)")
    try scratch.write(script.output, to: "setup.sh")
    // A second run changes nothing; each takes a while, since AWS's command does.
    for _ in 0..<(events == "sqs" ? 2 : 1) {
      let made = try Tool.run(
        "/usr/bin/env",
        SetupBucket.peer.assignments
          + [
            "PATH=\(scratch.path("bin")):/usr/bin:/bin", "sh",
            "setup.sh",
          ], in: scratch)
      #expect(made.status == 0, "\(made.output)\(made.errors)")
    }
    let applied = try place.apply("--events", events, in: scratch)
    #expect(applied.output.hasSuffix("everything is as it should be\n"), "\(applied.output)")
  }
}
