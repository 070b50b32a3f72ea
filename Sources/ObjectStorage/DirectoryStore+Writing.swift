import Glibc

extension DirectoryStore {
  /// Writes a file.
  @discardableResult
  public func put(_ key: String, _ bytes: [UInt8], options: PutOptions) async throws -> EntityTag {
    let upload = try await upload(key, options: options)
    do {
      try await upload.append(bytes)
      return try await upload.finish()
    } catch {
      await upload.abort()
      throw error
    }
  }

  /// Begins to write a file piece by piece.
  public func upload(_ key: String, options: PutOptions) async throws -> any ObjectUpload {
    try DirectoryUpload(try fileKey(key), in: locationPath, options: options)
  }

  /// Deletes files, and the folders that are empty then: in a bucket there are none either.
  public func delete(_ keys: [String]) async throws -> [DeletionFailure] {
    var failures: [DeletionFailure] = []
    for key in keys {
      do throws(StorageError) {
        try remove(try fileKey(key))
      } catch {
        failures.append(DeletionFailure(key: key, error: error))
      }
    }
    return failures
  }

  private func remove(_ key: FileKey) throws(StorageError) {
    var folder = try FolderDescriptor(path: locationPath)
    for name in key.names.dropLast() {
      guard let next = try folder.folder(name, creates: false) else { return }
      folder = next
    }
    guard let name = key.names.last else { return }
    guard unsafe unlinkat(folder.number, name, 0) == 0 || errno == ENOENT else {
      throw systemError("delete", folder.path + "/" + name)
    }
    // A folder that is not empty stays; so does one in which somebody is just writing.
    var path = folder.path
    for name in key.names.dropLast().reversed() {
      guard unsafe rmdir(path) == 0 else { return }
      path = String(Substring(path.utf8.dropLast(name.utf8.count + 1)))
    }
  }
}
