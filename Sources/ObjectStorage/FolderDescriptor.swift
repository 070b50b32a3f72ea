import Glibc

/// An open folder, below which names are looked up without following symbolic links.
struct FolderDescriptor: ~Copyable {
  let number: Int32
  /// The path, for messages.
  let path: String

  /// Opens a directory by its path, links followed: it is the one that the user has named.
  init(path: String) throws(StorageError) {
    number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    self.path = path
    guard number >= 0 else { throw systemError("open", path) }
  }

  /// Opens the directory that a file is to be made in.
  init(path: String, for target: String) throws(StorageError) {
    number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    self.path = path
    guard number >= 0 else { throw systemError("make a file beside", target) }
  }

  private init(number: Int32, path: String) {
    self.number = number
    self.path = path
  }

  deinit { close(number) }

  /// A folder in this one.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - creates: whether it is made if it is not there.
  /// - Returns: the folder; `nil` if it is not there and is not made.
  /// - Throws: ``StorageError``; also where the name is a link.
  func folder(_ name: String, creates: Bool) throws(StorageError) -> FolderDescriptor? {
    let below = path + "/" + name
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW
    var descriptor = unsafe openat(number, name, flags)
    if descriptor < 0, errno == ENOENT {
      if !creates { return nil }
      guard unsafe mkdirat(number, name, 0o777) == 0 || errno == EEXIST else {
        throw systemError("make", below)
      }
      // The folder's own entry must be on the disk before what is in it counts.
      try sync()
      descriptor = unsafe openat(number, name, flags)
    }
    guard descriptor >= 0 else {
      if errno == ELOOP || errno == ENOTDIR {
        throw StorageError(
          .system, below, "cannot write below \(below): it is a link or a file, not a folder",
          hint: "what is written through a link would land elsewhere; replace it by a folder")
      }
      throw systemError("open", below)
    }
    return FolderDescriptor(number: descriptor, path: below)
  }

  /// The version of a file; `nil` if there is none.
  func tag(of name: String) throws(StorageError) -> EntityTag? {
    var status = stat()
    guard unsafe fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return nil }
      throw systemError("read", path + "/" + name)
    }
    return EntityTag(status)
  }

  /// Brings the folder's entries to the disk.
  func sync() throws(StorageError) {
    // Some file systems have nothing to sync for folders and say so.
    guard fsync(number) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw systemError("sync", path)
    }
  }

  /// Keeps other writers with conditions out until the descriptor is closed.
  func lock() throws(StorageError) {
    while flock(number, LOCK_EX) != 0 {
      guard errno == EINTR else { throw systemError("lock", path) }
    }
  }
}
