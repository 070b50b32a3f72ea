/// What a bucket needs to receive dumps, and to have them loaded and pruned: roles, policies, events,
/// lifecycle rules.
///
/// All values are checked; what follows from them is computed, and the same settings give the same
/// texts.
public struct DumpSetup: Sendable, Hashable {
  /// How the news of a receipt gets into the queue.
  public enum Events: String, Sendable, Hashable, CaseIterable {
    /// From the bucket into the queue.
    case sqs
    /// By a topic, for several queues or endpoints.
    case sns
    /// By a rule of EventBridge.
    case eventbridge
  }

  /// A part that may be left out.
  public enum Part: String, Sendable, Hashable, CaseIterable {
    /// The role that the exporter assumes.
    case exporter
    /// The role that reads dumps, and the queue.
    case consumer
    /// The role that deletes old dumps.
    case pruner
    /// The queue, the dead-letter queue, and what fills them.
    case events
    /// The rules by which old dumps go.
    case lifecycle
    /// The policy that demands TLS, the ownership of objects, and no public access.
    case bucketPolicy = "bucket-policy"
  }

  /// A warehouse that reads the bucket itself.
  public enum Warehouse: Sendable, Hashable {
    /// Amazon Redshift.
    case redshift
    /// Snowflake, with the user and the external id of `DESC INTEGRATION` once they are known.
    case snowflake(userARN: String?, externalID: String?)
  }

  /// The bucket's name.
  public let bucket: String
  /// The prefix of the location in it: empty, or names with a `/` behind each.
  public let prefix: String
  /// The account that has the bucket.
  public let account: String
  /// The region that the bucket and the queue are in.
  public let region: String
  /// The role that the exporter uses by itself.
  public let vendorRole: String
  /// What the exporter says when it assumes the bucket's role, so that nobody else makes it do so.
  public let externalID: String
  /// How all names begin.
  public let name: String
  /// How the news of a receipt gets into the queue.
  public var events = Events.sqs
  /// What is left out.
  public var omitted: Set<Part> = []
  /// The warehouse that reads the bucket, if one does.
  public var warehouse: Warehouse?
  /// The key that encrypts the bucket, if it is one of KMS.
  public var encryptionKey: String?
  /// Whether the exporter may read what it has written, as `receipt export` does to check it.
  public var exporterReads = false
  /// The age in days at which dumps go.
  public var dumpDays = 7

  /// Settings from their texts.
  ///
  /// - Parameters:
  ///   - bucket: The bucket's name.
  ///   - prefix: The prefix of the location in it.
  ///   - account: The account's number.
  ///   - region: The region.
  ///   - vendorRole: The ARN of the exporter's role.
  ///   - externalID: The exporter's name for this customer.
  ///   - name: How all names begin; `nil` for one made of bucket and prefix.
  /// - Throws: ``SetupError`` that says which value cannot be used, and why.
  public init(
    bucket: String, prefix: String, account: String, region: String, vendorRole: String,
    externalID: String, name: String? = nil
  ) throws(SetupError) {
    let made = "\(bucket)/\(prefix)".split(whereSeparator: { $0 == "/" || $0 == "." })
      .joined(separator: "-")
    let name = name ?? made.replacing(/[^A-Za-z0-9_\-]/, with: "-")
    for (setting, text, isGood, shape) in [
      (
        "bucket", bucket, bucket.wholeMatch(of: /[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]/) != nil,
        "3 to 63 lower-case letters, digits, dots and hyphens"
      ),
      (
        "sub-folder", prefix, prefix.wholeMatch(of: /[^*?$"\\\p{Cc}]*/) != nil,
        "a path without the characters * ? $ \" and \\, which mean something in policies"
      ),
      ("account", account, account.wholeMatch(of: /\d{12}/) != nil, "12 digits"),
      (
        "region", region, region.wholeMatch(of: /[a-z]{2}(-[a-z]+)+-\d/) != nil,
        "a region like eu-west-1"
      ),
      (
        "vendor role", vendorRole,
        vendorRole.wholeMatch(of: /arn:[a-z\-]+:iam::\d{12}:role\/[\w+=,.@\/\-]+/) != nil,
        "the ARN of a role, like arn:aws:iam::123456789012:role/exporter"
      ),
      (
        "external id", externalID, externalID.wholeMatch(of: /[\w+=,.@:\/\-]{2,1224}/) != nil,
        "2 to 1,224 letters, digits and characters of +=,.@:/-"
      ),
      (
        "name", name, name.wholeMatch(of: /[A-Za-z0-9_\-]{1,54}/) != nil,
        "1 to 54 letters, digits, - and _, as the names of roles begin with it; choose one by --name"
      ),
    ] where !isGood {
      throw SetupError(setting: setting, text: text, shape: shape)
    }
    self.bucket = bucket
    self.prefix = prefix
    self.account = account
    self.region = region
    self.vendorRole = vendorRole
    self.externalID = externalID
    self.name = name
  }

  /// Whether a part is wanted.
  public func has(_ part: Part) -> Bool { !omitted.contains(part) }

  // MARK: Names

  /// `aws`, or `aws-cn` in China.
  var partition: String {
    region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
  }

  /// The bucket's ARN.
  package var bucketARN: String { "arn:\(partition):s3:::\(bucket)" }

  /// The ARN of a role by what stands behind the common name.
  public func roleARN(_ suffix: String) -> String {
    "arn:\(partition):iam::\(account):role/\(name)-\(suffix)"
  }

  /// The queue's name.
  package var queueName: String { "\(name)-dumps" }

  /// The name of the queue for what could not be handled.
  package var deadQueueName: String { "\(name)-dumps-dead" }

  /// The name of the topic, the rule and the notification.
  package var eventName: String { "\(name)-dumps" }

  package var queueARN: String { "arn:\(partition):sqs:\(region):\(account):\(queueName)" }

  package var deadQueueARN: String { "arn:\(partition):sqs:\(region):\(account):\(deadQueueName)" }

  package var topicARN: String { "arn:\(partition):sns:\(region):\(account):\(eventName)" }

  package var ruleARN: String { "arn:\(partition):events:\(region):\(account):rule/\(eventName)" }

  /// The key of the receipt in the bucket.
  package var receiptKey: String { prefix + DumpKeys.receipt }

  /// The lifecycle rules of the location.
  public var lifecycle: DumpLifecycle {
    var lifecycle = DumpLifecycle(locationPrefix: prefix)
    lifecycle.dumpDays = dumpDays
    return lifecycle
  }
}

/// A setting that cannot be used.
public struct SetupError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Which one.
  public let setting: String
  /// What was given.
  public let text: String
  /// What it has to be.
  public let shape: String

  /// What is wrong, as a sentence.
  public var description: String {
    "the \(setting) \(Wording.quoted(text)) cannot be used: it has to be \(shape)"
  }
}
