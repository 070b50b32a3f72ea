import Glibc
import Synchronization

/// A file of a ``DirectoryStore`` that is being written under another name beside its own.
actor DirectoryUpload: ObjectUpload {
  private let folder: FolderDescriptor
  private let name: String
  private let temporaryName: String
  private let options: PutOptions
  /// The open file; -1 once it is closed.
  private var descriptor: Int32

  private static let counter = Atomic<Int>(0)

  /// Makes the folders and the temporary file.
  init(_ key: FileKey, in root: String, options: PutOptions) throws(StorageError) {
    var folder = try FolderDescriptor(path: root)
    for name in key.names.dropLast() {
      guard let next = try folder.folder(name, creates: true) else { continue }
      folder = next
    }
    self.name = key.names.last ?? ""
    self.options = options
    let count = DirectoryUpload.counter.add(1, ordering: .relaxed).newValue
    temporaryName = "\(FileKey.temporaryPrefix)\(getpid())-\(count)"
    descriptor = unsafe openat(
      folder.number, temporaryName, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    let path = folder.path + "/" + temporaryName
    self.folder = folder
    guard descriptor >= 0 else { throw systemError("write", path) }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unsafe _ = unlinkat(folder.number, temporaryName, 0)
    }
  }

  private var path: String { folder.path + "/" + name }

  func append(_ bytes: [UInt8]) async throws {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        uninterrupted {
          unsafe write(
            descriptor, buffer.baseAddress.map { unsafe $0 + done }, bytes.count - done)
        }
      }
      guard count >= 0 else { throw systemError("write", path) }
      done += count
    }
  }

  func finish() async throws -> EntityTag {
    guard fsync(descriptor) == 0 else { throw systemError("sync", path) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw systemError("write", path) }
    try place()
    try folder.sync()
    close(descriptor)
    descriptor = -1
    // Moving a file changes neither its inode nor its times.
    return EntityTag(status)
  }

  /// Gives the file its name, if the condition holds.
  private func place() throws(StorageError) {
    switch options.condition {
    case .none:
      try move()
    case .absent:
      // A link fails if the name is taken, whoever took it.
      guard unsafe linkat(folder.number, temporaryName, folder.number, name, 0) == 0 else {
        if errno == EEXIST {
          throw StorageError.conflict(path, options.condition, there: try folder.tag(of: name))
        }
        throw systemError("write", path)
      }
      unsafe _ = unlinkat(folder.number, temporaryName, 0)
    case .matches:
      // Comparing and moving are two steps, so that writers of this program take turns.
      let turn = try FolderDescriptor(path: folder.path)
      try turn.lock()
      let there = try folder.tag(of: name)
      guard options.condition.holds(for: there) else {
        throw StorageError.conflict(path, options.condition, there: there)
      }
      try move()
    }
  }

  private func move() throws(StorageError) {
    guard unsafe renameat(folder.number, temporaryName, folder.number, name) == 0 else {
      throw systemError("write", path)
    }
  }

  func abort() async {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unsafe _ = unlinkat(folder.number, temporaryName, 0)
  }
}
