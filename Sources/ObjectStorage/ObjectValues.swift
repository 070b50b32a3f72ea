/// The name of one version of an object's content: two contents under a key have different ones.
public struct EntityTag: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
  /// The text, with the quotes that S3 writes around it.
  public let rawValue: String

  /// A tag from its text.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A tag as a server writes it; some leave the quotes out in listings and then want them.
  init(header text: String) {
    let isQuoted = text.hasPrefix("\"") || text.hasPrefix("W/") || text.isEmpty
    rawValue = isQuoted ? text : "\"\(text)\""
  }

  /// The text.
  public var description: String { rawValue }
}

/// What a listing says of an object.
public struct ObjectSummary: Sendable, Hashable {
  /// The key, relative to the store's location.
  public let key: String
  /// The size in bytes.
  public let byteCount: Int64
  /// The version, if it is known; reading by it fails once there is another.
  public let tag: EntityTag?
  /// When it was written, in seconds since 1970-01-01T00:00:00Z; `nil` where the store does not say.
  public let modifiedAt: Int64?

  /// A summary from its parts.
  public init(key: String, byteCount: Int64, tag: EntityTag? = nil, modifiedAt: Int64? = nil) {
    self.key = key
    self.byteCount = byteCount
    self.tag = tag
    self.modifiedAt = modifiedAt
  }
}

/// Bytes of an object and the version they are of.
public struct ObjectContent: Sendable, Hashable {
  /// The bytes.
  public var bytes: [UInt8]
  /// The version.
  public var tag: EntityTag
  /// Whether the bytes were held against a checksum that the store keeps.
  public var isChecked: Bool

  /// Content from its parts.
  public init(bytes: [UInt8], tag: EntityTag, isChecked: Bool = false) {
    self.bytes = bytes
    self.tag = tag
    self.isChecked = isChecked
  }
}

/// How an object is written.
public struct PutOptions: Sendable, Hashable {
  /// What must hold of the object that is there.
  public enum Condition: Sendable, Hashable {
    /// Anything.
    case none
    /// There is none.
    case absent
    /// It is this version.
    case matches(EntityTag)
  }

  /// How S3 encrypts the object.
  public enum Encryption: Sendable, Hashable {
    /// As the bucket is set up.
    case bucketDefault
    /// With a key of S3.
    case s3
    /// With a key of the Key Management Service: the given one, or the account's own for S3.
    case kms(keyID: String?)
  }

  /// What must hold of the object that is there.
  public var condition = Condition.none
  /// The media type.
  public var contentType: String?
  /// The storage class of S3, such as `STANDARD_IA`; `nil` for the usual one.
  public var storageClass: String?
  /// How S3 encrypts the object.
  public var encryption = Encryption.bucketDefault

  /// The defaults, with a condition.
  public init(condition: Condition = .none, contentType: String? = nil) {
    self.condition = condition
    self.contentType = contentType
  }
}

/// An object that could not be deleted.
public struct DeletionFailure: Sendable, Hashable {
  /// The object's key.
  public let key: String
  /// Why.
  public let error: StorageError

  /// A failure from its parts.
  public init(key: String, error: StorageError) {
    self.key = key
    self.error = error
  }
}

/// What went over the network.
public struct StorageTraffic: Sendable, Hashable, Codable {
  /// Requests made, those that were made again included.
  public var requests: Int64
  /// How many of them were made again.
  public var retries: Int64
  /// Bytes of objects and answers that were received.
  public var bytesReceived: Int64
  /// Bytes of objects and requests that were sent.
  public var bytesSent: Int64

  /// Traffic from its parts.
  public init(requests: Int64, retries: Int64, bytesReceived: Int64, bytesSent: Int64) {
    self.requests = requests
    self.retries = retries
    self.bytesReceived = bytesReceived
    self.bytesSent = bytesSent
  }

  private enum CodingKeys: String, CodingKey {
    case requests, retries
    case bytesReceived = "bytes_received"
    case bytesSent = "bytes_sent"
  }
}
