// What each action works on, and which conditions it knows:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html

extension PolicyLint {
  /// Actions of S3 that a dump's roles use and that work on a bucket; all others work on objects.
  private static let bucketActions: Set<String> = [
    "s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads",
    "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:GetLifecycleConfiguration",
    "s3:PutLifecycleConfiguration", "s3:GetBucketNotification", "s3:PutBucketNotification",
    "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:GetBucketAcl", "s3:GetEncryptionConfiguration",
    "s3:GetBucketOwnershipControls", "s3:PutBucketOwnershipControls",
    "s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock", "s3:CreateBucket",
    "s3:DeleteBucket", "s3:PutBucketVersioning", "s3:GetBucketTagging", "s3:GetBucketCORS",
  ]
  private static let objectActions: Set<String> = [
    "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject",
    "s3:DeleteObjectVersion", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
    "s3:PutObjectAcl", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:PutObjectTagging",
    "s3:GetObjectAttributes", "s3:RestoreObject",
  ]
  private static let prefixActions: Set<String> = ["s3:ListBucket", "s3:ListBucketVersions"]
  /// Actions that no role for dumps needs, and that only a pattern which means too much means.
  private static let foreignActions: Set<String> = [
    "s3:DeleteBucket", "s3:PutBucketPolicy", "sqs:DeleteQueue", "iam:PassRole",
    "kms:ScheduleKeyDeletion",
  ]

  /// Whether an action, or a pattern for some, means one of a set; AWS does not tell capitals apart.
  private static func means(_ action: String, anyOf actions: Set<String>) -> Bool {
    actions.contains { Wildcard.matches(action.lowercased(), $0.lowercased()) }
  }
  /// Names of requests that are no actions, with the action that they need.
  private static let requests = [
    "s3:ListObjects": "s3:ListBucket", "s3:ListObjectsV2": "s3:ListBucket",
    "s3:HeadBucket": "s3:ListBucket", "s3:HeadObject": "s3:GetObject",
    "s3:DeleteObjects": "s3:DeleteObject", "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:CreateMultipartUpload": "s3:PutObject", "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject", "s3:CopyObject": "s3:PutObject",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  ]

  mutating func lookAtPolicy(_ root: PolicyNode, _ statements: PolicyNode) {
    if root["Version"]?.text != "2012-10-17" {
      add(
        .versionMissing, at: root["Version"]?.offset ?? root.offset,
        "the Version is not 2012-10-17", hint: "add \"Version\": \"2012-10-17\"")
    }
    for statement in statements.items {
      lookAtActions(statement)
      lookAtExceptions(statement)
      lookAtResources(statement)
      lookAtPrincipal(statement)
      lookAtPrefix(statement)
    }
  }

  private func isAllowing(_ statement: PolicyNode) -> Bool {
    statement["Effect"]?.text == "Allow"
  }

  private func actions(_ statement: PolicyNode) -> [(text: String, node: PolicyNode)] {
    statement["Action"]?.items.flatMap(\.texts) ?? []
  }

  // MARK: What

  private mutating func lookAtActions(_ statement: PolicyNode) {
    let known = Dictionary(
      Self.requests.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
    for (action, node) in actions(statement) {
      if let right = known[action.lowercased()] {
        add(
          .actionUnknown, at: node.offset,
          "\(action) is the name of a request, and allows nothing", hint: "use \(right)")
      }
      if action.contains("*"), Self.means(action, anyOf: Self.foreignActions),
        isAllowing(statement)
      {
        add(
          .actionTooWide, at: node.offset,
          "\(action) allows far more than dumps need, deleting them among it",
          hint: "name the actions; `receipt setup` prints those that each role needs")
      }
    }
  }

  /// What a statement allows by what it leaves out.
  private mutating func lookAtExceptions(_ statement: PolicyNode) {
    guard isAllowing(statement) else { return }
    for (name, rest) in [("NotAction", "every other action"), ("NotResource", "all else")] {
      guard let node = statement[name] else { continue }
      add(
        .actionTooWide, at: node.offset, "\(name) allows \(rest), of all services",
        hint: "name what is allowed; `receipt setup` prints what each role needs")
    }
    if let node = statement["NotPrincipal"] {
      add(
        .principalAnyone, at: node.offset, "NotPrincipal allows everybody else in the world this",
        hint: "name the role as the Principal")
    }
  }

  // MARK: With what

  private mutating func lookAtResources(_ statement: PolicyNode) {
    let resources = statement["Resource"]?.items.flatMap(\.texts) ?? []
    for (text, node) in resources where text != "*" {
      if !text.hasPrefix("arn:"), !text.hasPrefix("${"), !text.hasPrefix("<") {
        add(
          .resourceNotARN, at: node.offset, "the resource \(Wording.quoted(text)) is no ARN",
          hint: "a bucket is arn:aws:s3:::BUCKET, its objects are arn:aws:s3:::BUCKET/*")
      } else if text.contains(/:s3:::[^\/]+\/\//) {
        add(
          .resourceSlash, at: node.offset,
          "\(text) means keys that begin with a slash, and no key of a dump does",
          hint: "write one slash behind the bucket")
      }
    }
    let buckets = resources.filter { $0.text.contains(/:s3:::[^\/]*$/) }
    let objects = resources.filter { $0.text.contains(/:s3:::[^\/]+\//) }
    guard isAllowing(statement), !buckets.isEmpty || !objects.isEmpty,
      !resources.contains(where: { $0.text == "*" || $0.text.hasSuffix(":s3:::*") })
    else { return }
    for (action, node) in actions(statement) {
      let isOfObjects = Self.means(action, anyOf: Self.objectActions)
      let isOfBuckets = Self.means(action, anyOf: Self.bucketActions)
      if objects.isEmpty, isOfObjects, !isOfBuckets {
        add(
          .objectActionOnBucket, at: node.offset,
          "\(action) works on objects, but \(buckets[0].text) is the bucket itself",
          hint: "add \(buckets[0].text)/* as the resource, best in a statement of its own")
      } else if buckets.isEmpty, isOfBuckets, !isOfObjects {
        let bucket = objects[0].text.prefix { $0 != "/" }
        add(
          .bucketActionOnObjects, at: node.offset,
          "\(action) works on the bucket, but \(objects[0].text) means objects in it",
          hint: "use \(bucket) as the resource, best in a statement of its own")
      }
    }
  }

  // MARK: Who

  private mutating func lookAtPrincipal(_ statement: PolicyNode) {
    guard isAllowing(statement), let principal = statement["Principal"] else { return }
    let assumes = actions(statement).contains { $0.text.lowercased() == "sts:assumerole" }
    let conditions = (statement["Condition"]?.members ?? []).flatMap { test in
      test.node.members.map { (test: test.name, key: $0.name.lowercased(), node: $0.node) }
    }
    let externalID = conditions.first { $0.key == "sts:externalid" }
    if let externalID, externalID.test.contains("Like"),
      externalID.node.texts.contains(where: { $0.text.contains { "*?".contains($0) } })
    {
      add(
        .externalIDPattern, at: externalID.node.offset,
        "the external id is a pattern, which others' ids match too",
        hint: "use StringEquals with the one id that you were given")
    }
    let accounts = (principal["AWS"] ?? principal).items.flatMap(\.texts)
    for (text, node) in accounts {
      if text == "*" {
        if conditions.isEmpty || assumes && externalID == nil {
          add(
            .principalAnyone, at: node.offset, "everybody in the world is allowed this",
            hint: "name the role")
        }
        continue
      }
      guard principal["AWS"] != nil || principal.text != nil else { continue }
      let isWhole = text.hasSuffix(":root") || text.wholeMatch(of: /\d{12}/) != nil
      let isOwn = ownAccount.map { text.contains($0) } ?? (isWhole && externalID == nil)
      if isWhole, ownAccount.map({ !text.contains($0) }) ?? true {
        add(
          .principalWholeAccount, at: node.offset,
          severity: externalID != nil || ownAccount != nil ? .error : .warning,
          "\(text) means everybody whom that account allows it",
          hint: externalID == nil && ownAccount == nil
            ? "that is as it should be for your own account (--account); for another one name its "
              + "role" : "name the exporter's role: arn:aws:iam::ACCOUNT:role/NAME")
      }
      if assumes, externalID == nil, !isOwn {
        add(
          .externalIDMissing, at: node.offset,
          "\(text) may assume the role for whichever of its customers asks",
          hint: "add \"Condition\": {\"StringEquals\": {\"sts:ExternalId\": \"…\"}}")
      }
    }
    if let services = principal["Service"]?.items.flatMap(\.texts), !assumes {
      let hasSource = conditions.contains {
        ["aws:sourcearn", "aws:sourceaccount"].contains($0.key)
      }
      for (text, node) in services where !hasSource {
        add(
          .sourceMissing, at: node.offset,
          "\(text) is allowed this for the buckets of every account",
          hint: "add a condition on aws:SourceArn and aws:SourceAccount")
      }
    }
  }

  // MARK: Under which condition

  private mutating func lookAtPrefix(_ statement: PolicyNode) {
    for test in statement["Condition"]?.members ?? [] {
      for condition in test.node.members where condition.name.lowercased() == "s3:prefix" {
        let others = actions(statement).map(\.text).filter {
          !Self.means($0, anyOf: Self.prefixActions)
        }
        if !others.isEmpty {
          add(
            .prefixCondition, at: condition.node.offset,
            "\(others.joined(separator: ", ")) has no s3:prefix, so that the statement never "
              + "allows it", hint: "leave only s3:ListBucket in the statement with the condition")
        }
        for (text, node) in condition.node.texts where text.hasPrefix("/") {
          add(
            .prefixSlash, at: node.offset,
            "the prefix \(Wording.quoted(text)) begins with a slash, and no key of a dump does",
            hint: "write it without")
        }
      }
    }
  }
}
