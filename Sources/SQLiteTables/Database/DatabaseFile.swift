#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// An open file that pages are written to; any number of threads write at once.
final class DatabaseFile: PageSink {
  let path: String
  private let pageSize: PageSize
  private let descriptor: Int32

  /// Opens a file that exists.
  init(path: String, pageSize: PageSize) throws(SQLiteError) {
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw fileError("cannot open \(path)", errno) }
    self.path = path
    self.pageSize = pageSize
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
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
          throw fileError("cannot write \(rest.count) bytes to \(path)", errno)
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
    guard read >= 0 else { throw fileError("cannot read \(path)", errno) }
    return [UInt8](bytes.prefix(read))
  }

  /// Waits until everything written is on the disk.
  func synchronize() throws(SQLiteError) {
    guard fsync(descriptor) == 0 else { throw fileError("cannot sync \(path)", errno) }
  }
}

/// Puts a finished file in the place of another, so that a crash leaves the one or the other.
///
/// Syncs the file, renames it, and syncs the directory. Both paths are in one file system.
///
/// - Throws: `file` with both paths and the reason; the target is then as it was, unless only the
///   directory could not be synced.
package func publishFile(at path: String, as target: String) throws(SQLiteError) {
  try synchronize(path, flags: O_RDONLY)
  guard unsafe rename(path, target) == 0 else {
    throw fileError("cannot rename \(path) to \(target)", errno)
  }
  let slash = target.lastIndex(of: "/")
  let directory = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
  try synchronize(directory, flags: O_RDONLY | O_DIRECTORY)
}

private func synchronize(_ path: String, flags: Int32) throws(SQLiteError) {
  let descriptor = unsafe open(path, flags | O_CLOEXEC)
  guard descriptor >= 0 else { throw fileError("cannot open \(path)", errno) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw fileError("cannot sync \(path)", errno) }
}

/// The error of a call of the operating system.
func fileError(_ what: String, _ number: Int32) -> SQLiteError {
  let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
  let message = "\(what): \(reason)"
  switch number {
  case ENOSPC, EDQUOT:
    return SQLiteError(
      .diskFull, message, hint: "Free some space, or choose a path on another disk.")
  case EACCES, EPERM, EROFS:
    return SQLiteError(
      .file, message, hint: "Check that you may write the file and the directory it is in.")
  default:
    return SQLiteError(.file, message)
  }
}
