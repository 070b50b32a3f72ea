#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A file that is written in full before it gets its name; any number of threads write at once.
///
/// Where the file system can, the file has no name at all until then, so that nothing is left of it
/// whatever happens: a crash, a kill, a full disk. Elsewhere it has a hidden name beside the target
/// that goes with the last reference.
final class StagedFile: PageSink {
  /// The name it will get.
  let target: String
  private let pageSize: PageSize
  private let descriptor: Int32
  /// The target's directory, which must be synced for the name to last.
  private let folder: Int32
  /// The name until then, where a file without one is not to be had.
  private let hiddenPath: String?

  /// Makes an empty file in the target's directory.
  ///
  /// - Throws: `file` if the directory is not there, `accessDenied` if it may not be written.
  init(for target: String, pageSize: PageSize) throws(SQLiteError) {
    self.target = target
    self.pageSize = pageSize
    // Opened now, so that it cannot fail when the file has got its name.
    folder = unsafe open(directory(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw fileError("cannot make a file beside \(target)", errno) }
    #if os(Linux)
    let unnamed = unsafe open(directory(of: target), withoutName | O_RDWR | O_CLOEXEC, 0o644)
    if unnamed >= 0 {
      descriptor = unnamed
      hiddenPath = nil
      return
    }
    #endif
    let path = hiddenName(for: target)
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let number = errno
      close(folder)
      throw fileError("cannot make a file beside \(target)", number)
    }
    hiddenPath = path
  }

  /// Takes the hidden name away, if there is one; a published file keeps its own.
  ///
  /// The last reference does so too, but threads may hold one until the program has ended.
  func discardHiddenName() {
    if let hiddenPath { unsafe _ = unlink(hiddenPath) }
  }

  deinit {
    discardHiddenName()
    close(descriptor)
    close(folder)
  }

  func write(_ pages: Span<UInt8>, firstPage: UInt32) throws(SQLiteError) {
    try write(pages, offset: (Int(firstPage) - 1) * pageSize.byteCount)
  }

  /// Writes bytes at an offset, all of them.
  func write(_ bytes: Span<UInt8>, offset: Int) throws(SQLiteError) {
    var done = 0
    while done < bytes.count {
      let rest = bytes.extracting(done..<bytes.count)
      let written = unsafe rest.withUnsafeBytes { rest in
        unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      }
      if written < 0 {
        guard errno == EINTR else {
          throw fileError("cannot write \(rest.count) bytes to \(target)", errno)
        }
      } else {
        done += written
      }
    }
  }

  /// Reads up to `count` bytes from the file's beginning; fewer if the file ends.
  func readPrefix(_ count: Int) throws(SQLiteError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let read = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe pread(descriptor, bytes.baseAddress, count, 0)
    }
    guard read >= 0 else { throw fileError("cannot read \(target)", errno) }
    return [UInt8](bytes.prefix(read))
  }

  /// Syncs the file and gives it its name in one step, so that a crash leaves the one or the other.
  ///
  /// - Parameter replaces: whether a file of that name gives way. Its permissions are kept.
  /// - Throws: `file`, `fileExists` or `diskFull`; the name is then as it was, unless only the
  ///   directory could not be synced.
  func publish(replacing replaces: Bool) throws(SQLiteError) {
    if replaces { keepPermissions() }
    guard fsync(descriptor) == 0 else { throw fileError("cannot sync \(target)", errno) }
    if replaces {
      let path = hiddenPath ?? hiddenName(for: target)
      if hiddenPath == nil { try link(to: path) }
      guard unsafe rename(path, target) == 0 else {
        let number = errno
        unsafe _ = unlink(path)
        throw fileError("cannot replace \(target)", number)
      }
    } else {
      try link(to: target)
    }
    // Some file systems have nothing to sync for a directory, and say so.
    guard fsync(folder) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw fileError("cannot sync the directory of \(target)", errno)
    }
  }

  /// Gives the file a name that nobody has.
  private func link(to path: String) throws(SQLiteError) {
    let source = hiddenPath ?? "/proc/self/fd/\(descriptor)"
    guard unsafe linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 else {
      throw fileError("cannot write \(path)", errno)
    }
  }

  private func keepPermissions() {
    var status = stat()
    if unsafe stat(target, &status) == 0 { fchmod(descriptor, status.st_mode & 0o7777) }
  }
}

#if os(Linux)
/// O_TMPFILE, which the C library's header shows to GNU sources only.
private let withoutName: Int32 = 0o20_000_000 | O_DIRECTORY
#endif

private func directory(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

private func hiddenName(for target: String) -> String {
  let name = target.lastIndex(of: "/").map { String(target[target.index(after: $0)...]) } ?? target
  return "\(directory(of: target))/.\(name).receipt-\(getpid())"
}

/// The error of a call of the operating system.
func fileError(_ what: String, _ number: Int32) -> SQLiteError {
  let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
  let message = "\(what): \(reason)"
  switch number {
  case ENOSPC, EDQUOT:
    return SQLiteError(
      .diskFull, message, hint: "Free some space, or choose a path on another disk.")
  case EACCES, EPERM:
    return SQLiteError(
      .accessDenied, message,
      hint: "Check that you may write the file and the directory it is in.")
  case EROFS:
    return SQLiteError(.file, message, hint: "Choose a path on another disk.")
  case EEXIST:
    return SQLiteError(
      .fileExists, message,
      hint: "Something has made it meanwhile; look at it, then run this again.")
  default:
    return SQLiteError(.file, message)
  }
}
