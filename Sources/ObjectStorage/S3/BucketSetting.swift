/// A setting of a bucket that is one document.
public enum BucketSetting: String, Sendable, Hashable, CaseIterable {
  /// Who may do what, beside the policies of roles.
  case policy
  /// What it tells whom.
  case notification
  /// Whom the objects belong to.
  case ownership = "ownershipControls"
  /// Whether anything in it may be public.
  case publicAccess = "publicAccessBlock"
  /// With which key objects are encrypted.
  case encryption

  /// How it is called in messages.
  var title: String {
    switch self {
    case .policy: "policy"
    case .notification: "notifications"
    case .ownership: "ownership of objects"
    case .publicAccess: "block of public access"
    case .encryption: "encryption"
    }
  }

  /// What the permission for it is called behind its verb.
  var permission: String {
    switch self {
    case .policy: "BucketPolicy"
    case .notification: "BucketNotification"
    case .ownership: "BucketOwnershipControls"
    case .publicAccess: "BucketPublicAccessBlock"
    case .encryption: "EncryptionConfiguration"
    }
  }

  /// What S3 says where there is none.
  var absence: String {
    switch self {
    case .policy: "NoSuchBucketPolicy"
    case .notification: "NoSuchNotificationConfiguration"
    case .ownership: "OwnershipControlsNotFoundError"
    case .publicAccess: "NoSuchPublicAccessBlockConfiguration"
    case .encryption: "ServerSideEncryptionConfigurationNotFoundError"
    }
  }

  /// The document's outermost element; a policy is JSON.
  package var root: String {
    switch self {
    case .policy: ""
    case .notification: "NotificationConfiguration"
    case .ownership: "OwnershipControls"
    case .publicAccess: "PublicAccessBlockConfiguration"
    case .encryption: "ServerSideEncryptionConfiguration"
    }
  }
}

/// What a bucket says of itself to whoever may list it.
public struct BucketFacts: Sendable, Hashable {
  /// The region that it is in, if it says so.
  public let region: String?
  /// How many seconds its clock is before ours, if it says so; less than 0 if it is behind.
  public let clockDifference: Int64?
}
