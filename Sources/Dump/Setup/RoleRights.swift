// What each role is allowed follows from what the verbs ask for. Actions on the bucket and actions on
// objects stand in statements of their own: in a common one each would be tried on the other's
// resource, and never match. Only listing knows the condition key s3:prefix.

/// What a role is for.
public enum DumpRole: String, Sendable, Hashable, CaseIterable {
  /// It writes dumps.
  case exporter
  /// It reads them, and their events.
  case consumer
  /// It deletes old ones.
  case pruner
  /// It lets a warehouse read them.
  case warehouse
}

/// What roles may do with a location, its queue and its key: what a setup gives, and a doctor tries.
package struct RoleRights: Sendable, Hashable {
  /// The ARN of the bucket.
  package let bucketARN: String
  /// The prefix of the location in it.
  package let prefix: String
  /// The queue of the location's events, if there is one.
  package var queueARN: String?
  /// The account's own key that encrypts the bucket, if there is one.
  package var encryptionKey: String?
  /// Whether the exporter may read what it has written.
  package var exporterReads = false

  /// The rights on a location.
  package init(bucketARN: String, prefix: String) {
    self.bucketARN = bucketARN
    self.prefix = prefix
  }

  /// The ARN of objects of the location, by a pattern.
  package func objects(_ pattern: String) -> String { "\(bucketARN)/\(prefix)\(pattern)" }

  /// What a role may do.
  package func statements(of role: DumpRole) -> [PolicyStatement] {
    switch role {
    case .exporter: exporterStatements
    case .consumer: readStatements() + queueStatements
    case .pruner: prunerStatements
    case .warehouse: readStatements(with: ["s3:GetObjectVersion"])
    }
  }

  private var exporterStatements: [PolicyStatement] {
    [
      PolicyStatement(
        "WriteDumps",
        ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        on: [objects("*")]),
      // To replace the receipt only if it is still the one that was read.
      PolicyStatement(
        "ReadReceipt", ["s3:GetObject"],
        on: [objects(DumpKeys.receipt)] + (exporterReads ? [objects("20*")] : [])),
    ]
      + listStatements(
        ["s3:ListBucket"], ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"])
      + encryptionStatements(["kms:GenerateDataKey", "kms:Decrypt"])
  }

  private func readStatements(with more: [String] = []) -> [PolicyStatement] {
    [PolicyStatement("ReadDumps", ["s3:GetObject"] + more, on: [objects("*")])]
      + listStatements(["s3:ListBucket"], ["s3:GetBucketLocation"])
      + encryptionStatements(["kms:Decrypt"])
  }

  private var queueStatements: [PolicyStatement] {
    guard let queueARN else { return [] }
    return [
      PolicyStatement(
        "ReadQueue",
        [
          "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility",
          "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
        ], on: [queueARN])
    ]
  }

  private var prunerStatements: [PolicyStatement] {
    // Dumps begin with their year; receipt.json does not, and is denied as well.
    let removable = [objects("20*"), objects("\(DumpKeys.receiptFolder)*")]
    let pins = objects("\(DumpKeys.pinFolder)*")
    return [
      PolicyStatement("ReadLocation", ["s3:GetObject"], on: [objects("*")]),
      PolicyStatement(
        "DeleteDumps",
        ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"],
        on: removable + [pins]),
      PolicyStatement("MarkDumps", ["s3:PutObject"], on: [objects("20*/_pruning.json"), pins]),
      PolicyStatement(
        "KeepReceipt", effect: .deny, ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        on: [objects(DumpKeys.receipt)]),
    ]
      + listStatements(
        ["s3:ListBucket", "s3:ListBucketVersions"],
        [
          "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:GetLifecycleConfiguration",
          "s3:ListBucketMultipartUploads",
        ])
      + encryptionStatements(["kms:Decrypt", "kms:GenerateDataKey"])
  }

  /// Listing, which the prefix can be demanded of, and all else that is asked of the bucket.
  private func listStatements(_ listing: [String], _ others: [String]) -> [PolicyStatement] {
    let folder = String(prefix.dropLast())
    return [
      PolicyStatement(
        "ListLocation", listing, on: [bucketARN],
        condition: prefix.isEmpty
          ? nil : ["StringLike": ["s3:prefix": .texts([folder, "\(prefix)*"])]]),
      PolicyStatement("InspectBucket", others, on: [bucketARN]),
    ]
  }

  private func encryptionStatements(_ actions: [String]) -> [PolicyStatement] {
    guard let encryptionKey else { return [] }
    return [PolicyStatement("UseKey", actions, on: [encryptionKey])]
  }
}
