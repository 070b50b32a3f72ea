import Glibc

/// A directory of the file system as an object store.
///
/// Files are written under another name beside their own, synced and then moved, so that a reader
/// never sees half of one. Symbolic links inside the directory are read through but not written
/// through.
public struct DirectoryStore: ObjectStore {
  /// The path as it was given.
  public let description: String
  /// The absolute path, without symbolic links.
  public let locationPath: String
  /// How its files are named.
  let names: FileNames

  /// A store on an existing directory.
  ///
  /// - Throws: ``StorageError`` with code `notFound` if there is no such directory.
  public init(path: String) throws(StorageError) {
    description = path
    guard let resolved = unsafe realpath(path, nil) else {
      var error = systemError("open", path)
      if error.code == .notFound {
        error.hint = "a location is the directory or the s3:// URL that holds receipt.json"
      }
      throw error
    }
    defer { unsafe free(resolved) }
    locationPath = unsafe String(cString: resolved)
    var status = stat()
    guard unsafe stat(locationPath, &status) == 0 else { throw systemError("open", path) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw StorageError(
        .notFound, path, "cannot open \(path): it is a file, and a location is a directory",
        hint: "name the directory that holds receipt.json")
    }
    let marker = locationPath + "/" + FileNames.markerName
    names = unsafe access(marker, F_OK) == 0 ? .portable : .plain
  }

  /// A store on an existing directory whose names are made fit for any file system.
  ///
  /// - Parameters:
  ///   - path: the directory.
  ///   - portableNames: whether they are; a directory that is not empty keeps to what it has.
  /// - Throws: ``StorageError``, with code `configuration` if the directory has other names already.
  public init(path: String, portableNames: Bool) throws(StorageError) {
    let store = try DirectoryStore(path: path)
    guard portableNames, store.names == .plain else {
      self = store
      return
    }
    var found: [ObjectSummary] = []
    try store.walk("", prefix: "", into: &found)
    guard found.isEmpty else {
      throw StorageError(
        .configuration, path, "cannot use portable names in \(path): it has files with plain ones",
        hint: "name an empty directory")
    }
    let marker = store.locationPath + "/" + FileNames.markerName
    let descriptor = unsafe Glibc.open(marker, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw systemError("write", marker) }
    let text = Array(FileNames.markerText.utf8)
    let count = unsafe write(descriptor, text, text.count)
    close(descriptor)
    guard count == text.count else { throw systemError("write", marker) }
    try self.init(path: path)
  }

  /// A store on a directory that is made, with those on the way to it, if it is not there.
  ///
  /// - Throws: ``StorageError`` if it cannot be made.
  public init(creating path: String) throws(StorageError) {
    var end = path.startIndex
    while end < path.endIndex {
      let next = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
      let folder = String(path[..<next])
      guard unsafe mkdir(folder, 0o777) == 0 || errno == EEXIST || errno == EISDIR else {
        throw systemError("make", folder)
      }
      end = next
    }
    try self.init(path: path)
  }

  /// All files below the directory whose relative path begins with the prefix.
  ///
  /// Symbolic links are followed to files, but not to directories, so that a listing always ends.
  public func list(prefix: String) async throws -> [ObjectSummary] {
    let folder = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
    var found: [ObjectSummary] = []
    try walk(folder, prefix: prefix, into: &found)
    return found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  /// What is directly below a prefix; of other folders only whether they have a file is looked at.
  public func list(prefix: String, delimiter: String) async throws -> FolderListing {
    guard delimiter == "/" else {
      return FolderListing(try await list(prefix: prefix), below: prefix, delimiter: delimiter)
    }
    let folder = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
    var listing = FolderListing()
    for entry in try entries(of: folder) where entry.key.utf8.starts(with: prefix.utf8) {
      if !entry.isFolder {
        listing.objects.append(entry.summary)
      } else if try hasFile(entry.key) {
        listing.folders.append(entry.key + "/")
      }
    }
    listing.objects.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    listing.folders.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return listing
  }

  private func hasFile(_ folder: String) throws(StorageError) -> Bool {
    let entries = try entries(of: folder)
    if entries.contains(where: { !$0.isFolder }) { return true }
    for entry in entries where try hasFile(entry.key) { return true }
    return false
  }

  /// What is known of a file without reading it.
  public func head(_ key: String) async throws -> ObjectSummary {
    let file = try LocalFile(path: path(ofKey: key))
    return ObjectSummary(key: key, byteCount: file.byteCount, tag: file.tag)
  }

  /// The bytes of a file, or of a range of it.
  public func read(
    _ key: String, range: Range<Int64>?, ifMatch tag: EntityTag?, limit: Int
  ) async throws -> ObjectContent {
    let file = try LocalFile(path: path(ofKey: key))
    try StorageError.check(file.tag, is: tag, file.path)
    let range = try StorageError.check(range, of: file.byteCount, limit: limit, file.path)
    var bytes = [UInt8](repeating: 0, count: range.count)
    var span = bytes.mutableSpan
    var destination = unsafe span.mutableBytes
    try file.read(at: range.lowerBound, into: &destination)
    return ObjectContent(bytes: bytes, tag: file.tag)
  }

  /// Opens a file.
  public func open(_ object: ObjectSummary) throws -> any ObjectReader {
    try LocalFile(path: path(ofKey: object.key))
  }

  /// The path of an object.
  ///
  /// - Throws: ``StorageError`` if the key does not name a file below the directory.
  private func path(ofKey key: String) throws(StorageError) -> String {
    path(of: try fileKey(key).text)
  }

  /// A key, checked both as it is and as it is named here.
  func fileKey(_ key: String) throws(StorageError) -> FileKey {
    let checked = try FileKey(key, in: description)
    return names == .plain ? checked : try checked.named(by: names, in: description)
  }

  private func path(of key: String) -> String {
    key.isEmpty ? description : description + "/" + names.path(ofKey: key)
  }

  private func walk(
    _ folder: String, prefix: String, into found: inout [ObjectSummary]
  ) throws(StorageError) {
    for entry in try entries(of: folder) {
      if entry.isFolder {
        let below = entry.key + "/"
        if below.utf8.starts(with: prefix.utf8) || prefix.utf8.starts(with: below.utf8) {
          try walk(entry.key, prefix: prefix, into: &found)
        }
      } else if entry.key.utf8.starts(with: prefix.utf8) {
        found.append(entry.summary)
      }
    }
  }

  /// A file or folder in a folder.
  private struct Entry {
    let key: String
    let status: stat

    var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    var summary: ObjectSummary {
      ObjectSummary(
        key: key, byteCount: Int64(status.st_size), tag: EntityTag(status),
        modifiedAt: Int64(status.st_mtim.tv_sec))
    }
  }

  /// What is in a folder, in any order; nothing if there is none.
  private func entries(of folder: String) throws(StorageError) -> [Entry] {
    var entries: [Entry] = []
    let path = path(of: folder)
    guard let directory = unsafe opendir(path) else {
      if errno == ENOENT || errno == ENOTDIR { return entries }
      throw systemError("list", path)
    }
    defer { unsafe _ = closedir(directory) }
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else {
        if errno != 0 { throw systemError("list", path) }
        return entries
      }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name == "." || name == ".." || name.hasPrefix(FileKey.temporaryPrefix) { continue }
      let key = (folder.isEmpty ? "" : folder + "/") + names.key(ofPath: name)
      var status = stat()
      // A name that has gone since is no part of the listing.
      guard unsafe lstat(self.path(of: key), &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFLNK {
        guard unsafe stat(self.path(of: key), &status) == 0,
          status.st_mode & S_IFMT != S_IFDIR
        else { continue }
      }
      entries.append(Entry(key: key, status: status))
    }
  }
}
