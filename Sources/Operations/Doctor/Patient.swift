import AWS
import Dump
import ObjectStorage

/// A bucket that is looked at, with what it takes to do so.
struct Patient: Sendable {
  let store: S3Store
  let account: Account
  let connection: S3Connection
  let region: String
  let options: DoctorOptions
  /// The key of a file of the dump that is in force, if there is one.
  let file: String?

  var bucket: String { store.location.bucket }
  var location: String { store.description }
  var receiptKey: String { store.location.prefix + DumpKeys.receipt }

  /// The bucket's ARN, in the partition of its region.
  var bucketARN: String {
    let partition =
      region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
    return "arn:\(partition):s3:::\(bucket)"
  }

  /// What makes all that a location needs, with the words in capitals to be filled in.
  var setup: String { setup(.nobody) }

  /// The same, with events going the way that they go now.
  func setup(_ target: NotificationTarget) -> String {
    var words = "receipt setup \(location) --region \(region) --vendor-role VENDOR-ROLE-ARN "
    words += "--vendor-external-id EXTERNAL-ID --apply"
    switch target {
    case .topic: return words + " --events sns"
    case .eventBridge: return words + " --events eventbridge"
    case .queue, .function, .narrow, .nobody: return words
    }
  }

  // MARK: Settings of the bucket

  /// All settings of the bucket; one that may not be read, or that the server does not know, is
  /// unknown.
  func settings() async -> [DoctorCheck] {
    var checks: [DoctorCheck] = []
    if !options.omitted.contains(.bucketPolicy) {
      checks.append(await check("ownership", ownership))
      checks.append(await check("public-access", publicAccess))
      checks.append(await check("tls", tls))
    }
    checks.append(await check("encryption", encryption))
    if let key = await encryptionKey() {
      checks.append(await check("key-policy") { try await keyPolicy(key) })
    }
    if !options.omitted.contains(.lifecycle) {
      checks.append(await check("lifecycle", lifecycle))
    }
    return checks
  }

  func check(
    _ name: String, _ look: () async throws -> DoctorCheck
  ) async -> DoctorCheck {
    do {
      return try await look()
    } catch {
      return Doctor.failure(name, error, denied: .unknown)
    }
  }

  private func ownership() async throws -> DoctorCheck {
    let rule = try await store.setting(.ownership).first?.children
      .first { $0.name == "ObjectOwnership" }?.text
    if rule == "BucketOwnerEnforced" {
      return DoctorCheck("ownership", .ok, "objects belong to the bucket's owner")
    }
    return DoctorCheck(
      "ownership", .failed,
      "objects may belong to whoever writes them (\(rule ?? "nothing is set"))",
      fix: "aws s3api put-bucket-ownership-controls --bucket \(bucket) "
        + "--ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'")
  }

  private func publicAccess() async throws -> DoctorCheck {
    let blocks = try await store.setting(.publicAccess)
    let open = [
      "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets",
    ].filter { name in !blocks.contains { $0.name == name && $0.text == "true" } }
    if open.isEmpty { return DoctorCheck("public-access", .ok, "nothing can be made public") }
    return DoctorCheck(
      "public-access", .failed, "\(open.joined(separator: ", ")) is not set",
      fix: "aws s3api put-public-access-block --bucket \(bucket) "
        + "--public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,"
        + "BlockPublicPolicy=true,RestrictPublicBuckets=true")
  }

  private func tls() async throws -> DoctorCheck {
    let policy = try await store.bucketPolicy().flatMap(PolicyReading.init)
    if policy?.refusesPlainRequests(to: bucketARN, prefix: store.location.prefix) == true {
      return DoctorCheck("tls", .ok, "the bucket's policy refuses requests without TLS")
    }
    return DoctorCheck(
      "tls", .failed, "requests without TLS are not refused", fix: setup)
  }

  /// How objects are encrypted unless their writer says otherwise.
  private func defaultEncryption() async throws -> (algorithm: String?, key: String?) {
    let rule = try await store.setting(.encryption).first?.children
      .first { $0.name == "ApplyServerSideEncryptionByDefault" }?.children
    return (
      rule?.first { $0.name == "SSEAlgorithm" }?.text,
      rule?.first { $0.name == "KMSMasterKeyID" }?.text
    )
  }

  /// The ARN of the account's own key that objects are encrypted with, where that is known.
  func encryptionKey() async -> String? {
    guard let (algorithm, key) = try? await defaultEncryption(),
      algorithm?.hasPrefix("aws:kms") == true, let key, key.contains(":kms:"), key.contains(":key/")
    else { return nil }
    return key
  }

  private func encryption() async throws -> DoctorCheck {
    let (algorithm, key) = try await defaultEncryption()
    guard algorithm?.hasPrefix("aws:kms") == true else {
      return DoctorCheck("encryption", .ok, algorithm ?? "by S3's own keys")
    }
    return DoctorCheck(
      "encryption", .unknown,
      "KMS key \(key ?? "aws/s3"): roles need kms:Decrypt, those that write kms:GenerateDataKey too",
      fix: "receipt setup \(location) --kms-key \(key ?? "ARN") --dry-run")
  }

  /// Whether roles can be given the key by their own policies, or this one by the key's.
  private func keyPolicy(_ key: String) async throws -> DoctorCheck {
    let parts = key.split(separator: ":")
    let owner = parts.count > 4 ? String(parts[4]) : ""
    let policy = PolicyReading(try await account.keys.policy(ofKey: key))
    if policy?.leavesKey(toAccount: owner, orRole: options.roleARN) == true {
      return DoctorCheck("key-policy", .ok, "the key's policy lets policies of roles decide")
    }
    return DoctorCheck(
      "key-policy", .failed,
      "the policy of \(key) names neither account \(owner) nor the role, so "
        + "that no policy of a role can allow its use",
      fix: "aws kms get-key-policy --key-id \(key) --policy-name default --query Policy "
        + "--output text > key.json   # add arn:aws:iam::\(owner):root, then put-key-policy")
  }

  private func lifecycle() async throws -> DoctorCheck {
    let own = DumpLifecycle(locationPrefix: store.location.prefix)
    let rules = try await store.lifecycle().rules.map(LifecycleRule.init)
    let fix = "receipt lifecycle \(location) --merge --apply"
    let warnings = LifecycleMerge([], into: rules).warnings(for: own)
      .filter { $0.contains(DumpKeys.receipt) }
    if !warnings.isEmpty {
      return DoctorCheck(
        "lifecycle", .failed, warnings.joined(separator: "; "),
        fix: "aws s3api get-bucket-lifecycle-configuration --bucket \(bucket) > rules.json   "
          + "# take the rule out, put-bucket-lifecycle-configuration, then \(fix)")
    }
    let expires = rules.contains {
      $0.isEnabled && $0.expiresObjects && own.dumpPrefix.hasPrefix($0.prefix)
    }
    return expires
      ? DoctorCheck("lifecycle", .ok, "old dumps go, and receipt.json stays")
      : DoctorCheck(
        "lifecycle", .failed, "no rule takes old dumps, which then stay for ever", fix: fix)
  }
}
