import Dump
public import ObjectStorage

/// Where a dump is, as it is written on a command line.
public enum Location {
  /// The store of a location: the path of a directory.
  ///
  /// - Throws: `StorageError` if there is no such directory; ``OperationError`` for a URL of a
  ///   kind that is not supported.
  public static func store(_ text: String) throws -> any ObjectStore {
    if let scheme = text.firstRange(of: "://") {
      throw OperationError(
        .usage, "cannot open \(text): \(text[..<scheme.lowerBound]) locations are not supported",
        hint: "name a directory that holds receipt.json")
    }
    return try DirectoryStore(path: text)
  }
}
