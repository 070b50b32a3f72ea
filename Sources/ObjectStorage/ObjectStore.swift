/// A place that holds objects under keys: a directory, and later buckets.
///
/// Keys are relative to the store's location and use `/` between names. A store has no state that
/// an operation could leave half-done; all methods may be called at once from any thread.
public protocol ObjectStore: Sendable {
  /// The location as it is shown to people.
  var description: String { get }

  /// The key prefix of a location in a bucket, or the absolute path of a directory.
  ///
  /// Receipts may spell folders with or without the end of it.
  var locationPath: String { get }

  /// All objects whose key begins with a prefix, in the order of their keys' bytes.
  ///
  /// A prefix that nothing begins with gives an empty list; this is not an error.
  ///
  /// - Throws: ``StorageError``.
  func list(prefix: String) async throws -> [ObjectSummary]

  /// A whole small object.
  ///
  /// - Parameters:
  ///   - key: the object's key.
  ///   - limit: the size in bytes beyond which the object is refused.
  /// - Returns: its bytes.
  /// - Throws: ``StorageError``, with code `notFound` where there is none.
  func get(_ key: String, limit: Int) async throws -> [UInt8]

  /// Opens an object to read ranges of it.
  ///
  /// - Throws: ``StorageError``, with code `notFound` where there is none.
  func open(_ object: ObjectSummary) throws -> any ObjectReader
}

/// What a listing says of an object.
public struct ObjectSummary: Sendable, Hashable {
  /// The key, relative to the store's location.
  public let key: String
  /// The size in bytes.
  public let byteCount: Int64

  /// A summary from its parts.
  public init(key: String, byteCount: Int64) {
    self.key = key
    self.byteCount = byteCount
  }
}

/// An object that is open for reading by ranges.
///
/// Calls block the thread until the bytes are there, so they belong on threads that are made for
/// it and not on those of Swift's tasks.
public protocol ObjectReader: AnyObject, Sendable {
  /// The size in bytes.
  var byteCount: Int64 { get }

  /// Fills `destination` with the bytes from `offset` on.
  ///
  /// - Throws: ``StorageError``; with code `changed` if the object is not the one that was opened.
  func read(at offset: Int64, into destination: inout MutableRawSpan) throws
}
