import Glibc
import Synchronization

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
  /// The target's directory, opened before the file so that syncing it cannot fail for want of it.
  let folder: FolderDescriptor
  /// The target's name in it.
  private let name: String
  /// The name until then, where a file without one is not to be had.
  private let hiddenName: String?

  private static let counter = Atomic<Int>(0)

  /// Makes an empty file in the target's directory.
  ///
  /// - Throws: ``StorageError`` if the directory is not there or may not be written.
  public convenience init(for target: String) throws(StorageError) {
    let slash = target.lastIndex(of: "/")
    let directory = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
    try self.init(
      target, named: name, in: try FolderDescriptor(path: directory, for: target), mode: 0o644)
  }

  /// Makes an empty file in a folder.
  ///
  /// - Parameters:
  ///   - target: the path that it will get, for messages.
  ///   - name: the name that it will get.
  ///   - folder: the folder.
  ///   - mode: who may do what with it, before the mask of the process.
  /// - Throws: ``StorageError`` if the folder may not be written.
  init(
    _ target: String, named name: String, in folder: consuming FolderDescriptor, mode: mode_t
  ) throws(StorageError) {
    self.target = target
    self.name = name
    let number = folder.number
    self.folder = folder
    let unnamed = unsafe openat(number, ".", withoutName | O_RDWR | O_CLOEXEC, mode)
    if unnamed >= 0 {
      descriptor = unnamed
      hiddenName = nil
      return
    }
    let hidden = StagedFile.nextHiddenName()
    hiddenName = hidden
    descriptor = unsafe openat(
      number, hidden, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw systemError("make a file beside", target) }
  }

  deinit {
    if descriptor < 0 { return }
    if let hiddenName { unsafe _ = unlinkat(folder.number, hiddenName, 0) }
    close(descriptor)
  }

  /// A name that listings pass over and no key can have.
  private static func nextHiddenName() -> String {
    let count = counter.add(1, ordering: .relaxed).newValue
    return "\(FileKey.temporaryPrefix)\(getpid())-\(count)"
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

  // MARK: Naming

  /// Syncs the file and gives it its name in one step, so that a crash leaves the one or the other.
  ///
  /// - Parameter replaces: whether a file of that name gives way. Its permissions are kept.
  /// - Throws: ``StorageError``; the name is then as it was, unless only the directory could not be
  ///   synced.
  public func publish(replacing replaces: Bool) throws(StorageError) {
    if replaces { keepPermissions() }
    _ = try sync()
    if replaces {
      try replace()
    } else if try !link() {
      throw StorageError(
        .system, target, "cannot write \(target): something of that name exists",
        hint: "--replace swaps it for the new file once that is complete")
    }
    try folder.sync()
  }

  /// Brings the bytes to the disk.
  ///
  /// - Returns: the version that the file is; getting a name changes neither its inode nor its time.
  func sync() throws(StorageError) -> EntityTag {
    guard fsync(descriptor) == 0 else { throw systemError("sync", target) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw systemError("write", target) }
    return EntityTag(status)
  }

  /// Gives the file its name, whoever has it.
  func replace() throws(StorageError) {
    let hidden = hiddenName ?? StagedFile.nextHiddenName()
    if hiddenName == nil, !(try link(as: hidden)) { throw systemError("write", target, EEXIST) }
    guard unsafe renameat(folder.number, hidden, folder.number, name) == 0 else {
      let code = errno
      unsafe _ = unlinkat(folder.number, hidden, 0)
      throw systemError("replace", target, code)
    }
  }

  /// Gives the file its name if nobody has it.
  ///
  /// - Returns: whether nobody had it.
  func link() throws(StorageError) -> Bool { try link(as: name) }

  private func link(as name: String) throws(StorageError) -> Bool {
    let result =
      if let hiddenName {
        unsafe linkat(folder.number, hiddenName, folder.number, name, 0)
      } else {
        unsafe linkat(
          AT_FDCWD, "/proc/self/fd/\(descriptor)", folder.number, name, AT_SYMLINK_FOLLOW)
      }
    if result == 0 { return true }
    guard errno == EEXIST else { throw systemError("write", target) }
    return false
  }

  private func keepPermissions() {
    var status = stat()
    if unsafe fstatat(folder.number, name, &status, 0) == 0 {
      fchmod(descriptor, status.st_mode & 0o7777)
    }
  }
}

/// O_TMPFILE, which the C library's header shows to GNU sources only.
private let withoutName: Int32 = 0o20_000_000 | O_DIRECTORY
