import Glibc

/// A local file that is written from beginning to end and gets its name only once it is complete.
///
/// Where the file system can, the file has no name at all until then, so that nothing is left of it
/// whatever happens: a crash, a kill, a full disk. Elsewhere it has a hidden name beside the target
/// that goes with the last reference.
public final class StagedFile {
  /// The name it will get.
  public let target: String
  /// The bytes written so far.
  public private(set) var byteCount: Int64 = 0
  private let descriptor: Int32
  /// The target's directory, which must be synced for the name to last.
  private let folder: Int32
  /// The name until then, where a file without one is not to be had.
  private let hiddenPath: String?

  /// Makes an empty file in the target's directory.
  ///
  /// - Throws: ``StorageError`` if the directory is not there or may not be written.
  public init(for target: String) throws(StorageError) {
    self.target = target
    let directory = directory(of: target)
    // Opened now, so that it cannot fail when the file has got its name.
    folder = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw systemError("make a file beside", target) }
    let unnamed = unsafe open(directory, withoutName | O_RDWR | O_CLOEXEC, 0o644)
    if unnamed >= 0 {
      descriptor = unnamed
      hiddenPath = nil
      return
    }
    let path = hiddenName(for: target)
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let code = errno
      close(folder)
      throw systemError("make a file beside", target, code)
    }
    hiddenPath = path
  }

  deinit {
    if let hiddenPath { unsafe _ = unlink(hiddenPath) }
    close(descriptor)
    close(folder)
  }

  /// Appends bytes, all of them.
  ///
  /// - Throws: ``StorageError``; with code `full` if the disk is.
  public func write(_ bytes: [UInt8]) throws(StorageError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        uninterrupted {
          unsafe Glibc.write(
            descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
        }
      }
      guard count >= 0 else { throw systemError("write", target) }
      done += count
    }
    byteCount += Int64(done)
  }

  /// Syncs the file and gives it its name in one step, so that a crash leaves the one or the other.
  ///
  /// - Parameter replaces: whether a file of that name gives way. Its permissions are kept.
  /// - Throws: ``StorageError``; the name is then as it was, unless only the directory could not be
  ///   synced.
  public func publish(replacing replaces: Bool) throws(StorageError) {
    if replaces { keepPermissions() }
    guard fsync(descriptor) == 0 else { throw systemError("sync", target) }
    if replaces {
      let path = hiddenPath ?? hiddenName(for: target)
      if hiddenPath == nil { try link(to: path) }
      guard unsafe rename(path, target) == 0 else {
        let code = errno
        unsafe _ = unlink(path)
        throw systemError("replace", target, code)
      }
    } else {
      try link(to: target)
    }
    // Some file systems have nothing to sync for a directory, and say so.
    guard fsync(folder) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw systemError("sync the directory of", target)
    }
  }

  /// Gives the file a name that nobody has.
  private func link(to path: String) throws(StorageError) {
    let source = hiddenPath ?? "/proc/self/fd/\(descriptor)"
    guard unsafe linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 else {
      let code = errno
      guard code == EEXIST else { throw systemError("write", target, code) }
      throw StorageError(
        .system, target, "cannot write \(target): something of that name exists",
        hint: "--replace swaps it for the new file once that is complete")
    }
  }

  private func keepPermissions() {
    var status = stat()
    if unsafe stat(target, &status) == 0 { fchmod(descriptor, status.st_mode & 0o7777) }
  }
}

/// O_TMPFILE, which the C library's header shows to GNU sources only.
private let withoutName: Int32 = 0o20_000_000 | O_DIRECTORY

private func directory(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

private func hiddenName(for target: String) -> String {
  let name = target.lastIndex(of: "/").map { String(target[target.index(after: $0)...]) } ?? target
  return "\(directory(of: target))/.\(name).receipt-\(getpid())"
}
