internal import Synchronization

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
  /// A name beside the target that nobody else uses: where the file must have one until then, and
  /// for moments.
  private let hiddenPath: String
  /// Whether the file has its hidden name: all along, for want of files without one, or now.
  private let hasHiddenName: Mutex<Bool>

  /// Makes an empty file in the target's directory.
  ///
  /// - Throws: `file` if the directory is not there, `accessDenied` if it may not be written.
  init(for target: String, pageSize: PageSize) throws(SQLiteError) {
    self.target = target
    self.pageSize = pageSize
    hiddenPath = HiddenName.make(for: target)
    // Opened now, so that it cannot fail when the file has got its name.
    folder = unsafe open(directory(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw fileError("cannot make a file beside \(target)", errno) }
    #if os(Linux)
    let unnamed = unsafe open(directory(of: target), withoutName | O_RDWR | O_CLOEXEC, 0o644)
    if unnamed >= 0 {
      descriptor = unnamed
      hasHiddenName = Mutex(false)
      HiddenName.claim(descriptor)
      return
    }
    #endif
    descriptor = unsafe open(hiddenPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let number = errno
      close(folder)
      throw fileError("cannot make a file beside \(target)", number)
    }
    hasHiddenName = Mutex(true)
    HiddenName.claim(descriptor)
  }

  /// Takes the hidden name away, if there is one; a published file keeps its own.
  ///
  /// The last reference does so too, but threads may hold one until the program has ended.
  func discardHiddenName() {
    hasHiddenName.withLock { hasName in
      unsafe _ = unlink(hiddenPath)
      hasName = false
    }
  }

  /// Gives the file its hidden name, if it has not got it, so that it can be opened once more.
  ///
  /// - Returns: The name as an absolute path.
  /// - Throws: `file` or `accessDenied`.
  func makeHiddenName() throws(SQLiteError) -> String {
    // A file that has lost its last name never gets another one.
    try hasHiddenName.withLock { hasName throws(SQLiteError) in
      if !hasName { try link(to: hiddenPath, from: "/proc/self/fd/\(descriptor)") }
      hasName = true
    }
    guard let path = unsafe realpath(hiddenPath, nil) else {
      throw fileError("cannot find \(hiddenPath)", errno)
    }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
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
      _ = try makeHiddenName()
      guard unsafe rename(hiddenPath, target) == 0 else {
        let number = errno
        discardHiddenName()
        throw fileError("cannot replace \(target)", number)
      }
    } else {
      let isNamed = hasHiddenName.withLock { $0 }
      try link(to: target, from: isNamed ? hiddenPath : "/proc/self/fd/\(descriptor)")
    }
    // Some file systems have nothing to sync for a directory, and say so.
    guard fsync(folder) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw fileError("cannot sync the directory of \(target)", errno)
    }
  }

  /// Gives the file a name that nobody has.
  private func link(to path: String, from source: String) throws(SQLiteError) {
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
let withoutName: Int32 = 0o20_000_000 | O_DIRECTORY
#endif

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
