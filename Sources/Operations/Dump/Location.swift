import Dump
import FoundationEssentials
public import ObjectStorage

/// Where a dump or a file is, as it is written on a command line.
public enum Location {
  /// The store of a location: a directory's path or an `s3://` URL.
  ///
  /// - Parameters:
  ///   - text: the location.
  ///   - options: how S3 is reached.
  ///   - other: a store of the same options, whose connections are used too.
  /// - Returns: the store; S3 is asked nothing yet.
  /// - Throws: `StorageError` if there is no such directory or a setting of S3 cannot be used;
  ///   ``OperationError`` for a URL of a kind that is not supported.
  public static func store(
    _ text: String, _ options: S3Options, beside other: (any ObjectStore)? = nil
  ) throws -> any ObjectStore {
    guard let scheme = text.firstRange(of: "://") else { return try DirectoryStore(path: text) }
    guard text[..<scheme.lowerBound] == "s3" else {
      throw OperationError(
        .usage, "cannot open \(text): \(text[..<scheme.lowerBound]) locations are not supported",
        hint: "name a directory or an s3:// URL that holds receipt.json")
    }
    let location = try S3Location(text)
    if let other = other as? S3Store { return S3Store(location, beside: other) }
    return S3Store(location, try S3Connection(options))
  }

  /// The store of a place to write to.
  ///
  /// - Parameters:
  ///   - text: the location.
  ///   - options: how S3 is reached.
  ///   - creating: whether a directory is made if it is not there; else the store is then empty.
  /// - Returns: the store.
  /// - Throws: as ``store(_:_:)``.
  public static func destination(
    _ text: String, _ options: S3Options, creating: Bool = true
  ) throws -> any ObjectStore {
    if text.contains("://") { return try store(text, options) }
    if creating { return try DirectoryStore(creating: text) }
    return FileManager.default.fileExists(atPath: text)
      ? try DirectoryStore(path: text) : MemoryStore(description: text, locationPath: text)
  }

  /// A file: of the file system, or an object of S3.
  ///
  /// - Parameters:
  ///   - text: the path or the `s3://` URL.
  ///   - options: how S3 is reached.
  /// - Returns: the file, open for reading; reads block the thread.
  /// - Throws: `StorageError`, with code `notFound` if there is no such file.
  static func file(_ text: String, _ options: S3Options?) throws -> any ObjectReader {
    guard text.hasPrefix("s3://"), let options else { return try LocalFile(path: text) }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 3, let key = parts.last, !key.isEmpty else {
      throw OperationError(
        .usage, "cannot open \(text): it names a bucket or folder, not a file",
        hint: "a file looks like s3://bucket/folder/000000000000.parquet")
    }
    let location = try S3Location(parts.dropLast().joined(separator: "/"))
    let store = S3Store(location, try S3Connection(options))
    let object = try blocking { try await store.head(String(key)) }
    return ReadAhead(store, object, byteLimit: 64 << 20, placeCount: 16)
  }
}
