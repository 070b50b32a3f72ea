/// A place that holds objects under keys: a bucket, a directory, or memory.
///
/// Keys are relative to the store's location and use `/` between names. An object is there as a
/// whole or not at all; who reads sees one version of it or the next. A store has no state that an
/// operation could leave half-done; all methods may be called at once from any thread.
public protocol ObjectStore: Sendable {
  /// The location as it is shown to people.
  var description: String { get }

  /// The key prefix of a location in a bucket, or the absolute path of a directory.
  ///
  /// Receipts may spell folders with or without the end of it.
  var locationPath: String { get }

  /// What went over the network so far; `nil` for stores that use none.
  var traffic: StorageTraffic? { get }

  /// How many reads at once the store serves best; `nil` where a read is no more than a system call.
  var parallelReadCount: Int? { get }

  /// All objects whose key begins with a prefix, in the order of their keys' bytes.
  ///
  /// A prefix that nothing begins with gives an empty list; this is not an error.
  ///
  /// - Throws: ``StorageError``.
  func list(prefix: String) async throws -> [ObjectSummary]

  /// What is directly below a prefix: objects, and the folders that further objects are in.
  ///
  /// Objects that are only counted by their folder cost nothing, however many they are. Where a
  /// server lists a folder for a while after its last object is gone, so does this.
  ///
  /// - Parameters:
  ///   - prefix: what keys begin with.
  ///   - delimiter: what ends a folder's name, such as `/`.
  /// - Returns: both, in the order of their bytes.
  /// - Throws: ``StorageError``.
  func list(prefix: String, delimiter: String) async throws -> FolderListing

  /// What is known of an object without reading it.
  ///
  /// - Throws: ``StorageError``, with code `notFound` where there is none.
  func head(_ key: String) async throws -> ObjectSummary

  /// An object, or a range of it, in memory.
  ///
  /// A whole object is held against the checksum that the store keeps of it, if there is one.
  ///
  /// - Parameters:
  ///   - key: the object's key.
  ///   - range: the bytes wanted, which the object must have; `nil` for all.
  ///   - tag: the version wanted; `nil` for the one that is there.
  ///   - limit: the size in bytes beyond which the answer is refused.
  /// - Returns: the bytes and their version.
  /// - Throws: ``StorageError``: with code `notFound` where there is none, `changed` where there is
  ///   another version than the one wanted or the range reaches beyond the end.
  func read(
    _ key: String, range: Range<Int64>?, ifMatch tag: EntityTag?, limit: Int
  ) async throws -> ObjectContent

  /// A whole small object, unless it is a version that the caller has.
  ///
  /// - Parameters:
  ///   - key: the object's key.
  ///   - tag: the version that the caller has; `nil` for none.
  ///   - limit: the size in bytes beyond which the answer is refused.
  /// - Returns: the bytes and their version; `nil` if it is the one that the caller has.
  /// - Throws: ``StorageError``, with code `notFound` where there is none.
  func read(_ key: String, unless tag: EntityTag?, limit: Int) async throws -> ObjectContent?

  /// Opens an object to read ranges of it.
  ///
  /// - Throws: ``StorageError``, with code `notFound` where there is none; over a network only the
  ///   first read learns that.
  func open(_ object: ObjectSummary) throws -> any ObjectReader

  /// Writes an object from memory.
  ///
  /// - Parameters:
  ///   - key: the object's key.
  ///   - bytes: its content.
  ///   - options: what must hold of the object that is there, and how it is kept.
  /// - Returns: the version that was written.
  /// - Throws: ``StorageError``, with code `conflict` if the condition does not hold.
  @discardableResult
  func put(_ key: String, _ bytes: [UInt8], options: PutOptions) async throws -> EntityTag

  /// Begins to write an object piece by piece.
  ///
  /// Nothing is at the key until the upload is finished.
  ///
  /// - Throws: ``StorageError``.
  func upload(_ key: String, options: PutOptions) async throws -> any ObjectUpload

  /// Deletes objects; one that is not there counts as deleted.
  ///
  /// - Returns: what could not be deleted, with the reason for each.
  /// - Throws: ``StorageError`` if a whole request fails.
  func delete(_ keys: [String]) async throws -> [DeletionFailure]
}

extension ObjectStore {
  /// No network.
  public var traffic: StorageTraffic? { nil }

  /// Reads need not be begun ahead.
  public var parallelReadCount: Int? { nil }

  /// What is directly below a prefix, made from a listing of everything below it.
  ///
  /// - Throws: ``StorageError``.
  public func list(prefix: String, delimiter: String) async throws -> FolderListing {
    FolderListing(try await list(prefix: prefix), below: prefix, delimiter: delimiter)
  }

  /// Asks for the version first.
  public func read(
    _ key: String, unless tag: EntityTag?, limit: Int
  ) async throws -> ObjectContent? {
    if let tag, try await head(key).tag == tag { return nil }
    return try await read(key, range: nil, ifMatch: nil, limit: limit)
  }

  /// A whole small object.
  ///
  /// - Parameters:
  ///   - key: the object's key.
  ///   - limit: the size in bytes beyond which the object is refused.
  /// - Returns: its bytes.
  /// - Throws: ``StorageError``, with code `notFound` where there is none.
  public func get(_ key: String, limit: Int) async throws -> [UInt8] {
    try await read(key, range: nil, ifMatch: nil, limit: limit).bytes
  }

  /// Writes an object whatever is there.
  ///
  /// - Returns: the version that was written.
  /// - Throws: ``StorageError``.
  @discardableResult
  public func put(_ key: String, _ bytes: [UInt8]) async throws -> EntityTag {
    try await put(key, bytes, options: PutOptions())
  }

  /// Deletes one object; if it is not there, it counts as deleted.
  ///
  /// - Throws: ``StorageError``.
  public func delete(_ key: String) async throws {
    if let failure = try await delete([key]).first { throw failure.error }
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

/// An object that is being written piece by piece, by one writer.
///
/// One of ``finish()`` and ``abort()`` must be called; until then parts of it take up room.
public protocol ObjectUpload: Sendable {
  /// Adds bytes behind those before; waits while too many are still on their way.
  ///
  /// - Throws: ``StorageError``; the upload can only be aborted then.
  func append(_ bytes: [UInt8]) async throws

  /// Puts the object in its place.
  ///
  /// - Returns: the version that was written.
  /// - Throws: ``StorageError``, with code `conflict` if the condition does not hold; the upload
  ///   must be aborted then.
  func finish() async throws -> EntityTag

  /// Forgets what was written; failures of it are of no use to anybody.
  func abort() async
}
