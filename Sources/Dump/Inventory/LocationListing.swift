/// Everything that listings say of a location: what an inventory is made from.
public struct LocationListing: Sendable, Hashable {
  /// The objects, in any order.
  public var objects: [ListedObject]
  /// Old versions and delete markers; empty where none are kept.
  public var versions: [ListedVersion]
  /// Uploads that were begun and not finished.
  public var uploads: [PendingUpload]

  /// Makes a listing from its parts.
  public init(
    objects: [ListedObject], versions: [ListedVersion] = [], uploads: [PendingUpload] = []
  ) {
    self.objects = objects
    self.versions = versions
    self.uploads = uploads
  }
}

/// A version of an object that is not the object any more, or a mark that it was deleted.
public struct ListedVersion: Sendable, Hashable, Codable {
  /// The key relative to the location.
  public let key: String
  /// The version's name.
  public let versionID: String
  /// The size in bytes; 0 for a delete marker.
  public let byteCount: Int64
  /// Whether it is a delete marker.
  public let isDeleteMarker: Bool
  /// When it was written, where the store says so.
  public let modifiedAt: Timestamp?

  /// Makes a version from its parts.
  public init(
    key: String, versionID: String, byteCount: Int64, isDeleteMarker: Bool,
    modifiedAt: Timestamp? = nil
  ) {
    self.key = key
    self.versionID = versionID
    self.byteCount = byteCount
    self.isDeleteMarker = isDeleteMarker
    self.modifiedAt = modifiedAt
  }

  private enum CodingKeys: String, CodingKey {
    case key
    case versionID = "version_id"
    case byteCount = "byte_count"
    case isDeleteMarker = "delete_marker"
    case modifiedAt = "modified_at"
  }
}

/// An upload in parts that was begun and neither finished nor aborted.
public struct PendingUpload: Sendable, Hashable, Codable {
  /// The key relative to the location.
  public let key: String
  /// The upload's name.
  public let uploadID: String
  /// When it was begun, where the store says so.
  public let initiatedAt: Timestamp?

  /// Makes an upload from its parts.
  public init(key: String, uploadID: String, initiatedAt: Timestamp?) {
    self.key = key
    self.uploadID = uploadID
    self.initiatedAt = initiatedAt
  }

  private enum CodingKeys: String, CodingKey {
    case key
    case uploadID = "upload_id"
    case initiatedAt = "initiated_at"
  }
}

/// How much there is of something that is not looked at one by one.
public struct ObjectTotals: Sendable, Hashable, Codable {
  /// How many objects.
  public private(set) var count = 0
  /// Their size in bytes.
  public private(set) var byteCount: Int64 = 0
  /// One of them.
  public private(set) var example: String?

  /// Nothing.
  public init() {}

  /// Counts one more.
  mutating func add(_ key: String, _ byteCount: Int64) {
    count += 1
    let (sum, overflow) = self.byteCount.addingReportingOverflow(byteCount)
    self.byteCount = overflow ? .max : sum
    if example == nil { example = key }
  }

  private enum CodingKeys: String, CodingKey {
    case count, example
    case byteCount = "byte_count"
  }
}

extension Sequence<Int64> {
  /// The sum; the largest number if it is larger.
  func total() -> Int64 {
    reduce(0) { sum, next in
      let (sum, overflow) = sum.addingReportingOverflow(next)
      return overflow ? .max : sum
    }
  }
}
