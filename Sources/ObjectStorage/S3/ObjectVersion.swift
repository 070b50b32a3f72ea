/// Whether a bucket keeps what is replaced and deleted.
public enum BucketVersioning: String, Sendable, Hashable, Codable {
  /// It never did.
  case off
  /// It does: what is deleted gets a delete marker before it, and stays.
  case enabled
  /// It did: old versions stay, and what is written now has none.
  case suspended
}

/// A version of an object, or the mark of its deletion, as a bucket lists it.
public struct ObjectVersion: Sendable, Hashable {
  /// The key, relative to the store's location.
  public let key: String
  /// The version's name; `null` for what was written without one.
  public let versionID: String
  /// The size in bytes; 0 for a delete marker.
  public let byteCount: Int64
  /// The version of the content; `nil` for a delete marker.
  public let tag: EntityTag?
  /// When it was written, in seconds since 1970-01-01T00:00:00Z.
  public let modifiedAt: Int64?
  /// Whether it is the one that reading by the key alone finds.
  public let isLatest: Bool
  /// Whether it says that the object was deleted.
  public let isDeleteMarker: Bool

  /// A version from its parts.
  public init(
    key: String, versionID: String, byteCount: Int64, tag: EntityTag?, modifiedAt: Int64?,
    isLatest: Bool, isDeleteMarker: Bool
  ) {
    self.key = key
    self.versionID = versionID
    self.byteCount = byteCount
    self.tag = tag
    self.modifiedAt = modifiedAt
    self.isLatest = isLatest
    self.isDeleteMarker = isDeleteMarker
  }
}

/// An upload in parts that was begun and neither finished nor aborted; its parts cost money.
public struct UnfinishedUpload: Sendable, Hashable {
  /// The key, relative to the store's location.
  public let key: String
  /// The upload's name.
  public let uploadID: String
  /// When it was begun, in seconds since 1970-01-01T00:00:00Z.
  public let initiatedAt: Int64?

  /// An upload from its parts.
  public init(key: String, uploadID: String, initiatedAt: Int64?) {
    self.key = key
    self.uploadID = uploadID
    self.initiatedAt = initiatedAt
  }
}
