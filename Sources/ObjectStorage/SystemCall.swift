import Glibc

/// The one place where a failed system call becomes an error.
func systemError(_ verb: String, _ path: String, _ code: Int32 = errno) -> StorageError {
  let reason = unsafe String(cString: strerror(code))
  switch code {
  case ENOENT, ENOTDIR:
    return StorageError(.notFound, path, "cannot \(verb) \(path): there is no such file or folder")
  case EACCES, EPERM:
    return StorageError(
      .accessDenied, path, "cannot \(verb) \(path): access is denied",
      hint: "check the owner and mode of the file and of the folders above it")
  case ENOSPC, EDQUOT:
    return StorageError(.full, path, "cannot \(verb) \(path): \(reason)", hint: "free some space")
  default:
    return StorageError(.system, path, "cannot \(verb) \(path): \(reason) (errno \(code))")
  }
}

extension EntityTag {
  /// The version of a file: another content has another inode, time or size.
  init(_ status: stat) {
    let parts = [
      UInt64(status.st_ino), UInt64(bitPattern: Int64(status.st_mtim.tv_sec)),
      UInt64(status.st_mtim.tv_nsec), UInt64(status.st_size),
    ]
    self.init(rawValue: "\"" + parts.map { String($0, radix: 16) }.joined(separator: "-") + "\"")
  }
}

/// Calls until it is not interrupted by a signal.
func uninterrupted(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
