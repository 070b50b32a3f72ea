/// A key that names a file below a directory.
///
/// - Its names are not empty, `.` or `..`, so that it cannot lead out of the directory.
/// - None is longer than file systems take, has a NUL, or begins like the store's own temporary
///   files.
struct FileKey: Sendable, Hashable {
  /// How the names of files begin that are not complete yet; listings leave them out.
  static let temporaryPrefix = ".receipt-part-"

  /// The key.
  let text: String
  /// The folders and, last, the file.
  let names: [String]

  /// The same key with the names of its files.
  func named(by names: FileNames, in directory: String) throws(StorageError) -> FileKey {
    try FileKey(key: text, path: names.path(ofKey: text), in: directory)
  }

  /// Checks a key.
  ///
  /// - Throws: ``StorageError`` with code `system` that names what is wrong with it.
  init(_ key: String, in directory: String) throws(StorageError) {
    try self.init(key: key, path: key, in: directory)
  }

  private init(key: String, path: String, in directory: String) throws(StorageError) {
    text = key
    names = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    for name in names {
      let reason: String? =
        if name.isEmpty {
          "it has an empty name between its slashes"
        } else if name == "." || name == ".." {
          "it leads out of the directory"
        } else if name.utf8.count > 255 {
          "a name in it is longer than 255 bytes"
        } else if name.utf8.contains(0) {
          "it has a NUL"
        } else if name.hasPrefix(FileKey.temporaryPrefix) {
          "names that begin with \(FileKey.temporaryPrefix) are the store's own"
        } else {
          nil
        }
      if let reason {
        throw StorageError(
          .system, "\(directory)/\(key)", "cannot use the key \(key) in \(directory): \(reason)")
      }
    }
  }
}
