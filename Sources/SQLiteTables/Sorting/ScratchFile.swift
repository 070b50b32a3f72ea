internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A file without a name in the folder of another one, gone with its last reference.
final class ScratchFile: ScratchSpace {
  /// A path of the folder that it is in, for messages.
  private let place: String
  private let descriptor = Mutex<Int32>(-1)
  private let end = Atomic<Int>(0)

  /// No file is made before something is written.
  init(beside path: String) { place = path }

  deinit {
    let number = descriptor.withLock { $0 }
    if number >= 0 { close(number) }
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(SQLiteError) -> Int {
    let descriptor = try opened()
    let start = end.add(bytes.count, ordering: .relaxed).oldValue
    var done = 0
    while done < bytes.count {
      let written = unsafe pwrite(
        descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done,
        off_t(start + done))
      if written < 0 {
        guard errno == EINTR else {
          throw fileError("cannot write keys to a file beside \(place)", errno)
        }
      } else {
        done += written
      }
    }
    return start
  }

  func read(at offset: Int, into memory: UnsafeMutableRawBufferPointer) throws(SQLiteError) {
    let descriptor = try opened()
    var done = 0
    while done < memory.count {
      let count = unsafe pread(
        descriptor, memory.baseAddress.map { unsafe $0 + done }, memory.count - done,
        off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw fileError("cannot read keys from a file beside \(place)", count < 0 ? errno : EIO)
      }
      done += count
    }
  }

  private func opened() throws(SQLiteError) -> Int32 {
    try descriptor.withLock { descriptor throws(SQLiteError) in
      if descriptor < 0 { descriptor = try ScratchFile.make(beside: place) }
      return descriptor
    }
  }

  private static func make(beside place: String) throws(SQLiteError) -> Int32 {
    #if os(Linux)
    let unnamed = unsafe open(directory(of: place), withoutName | O_RDWR | O_CLOEXEC, 0o600)
    if unnamed >= 0 { return unnamed }
    #endif
    let path = HiddenName.make(for: place)
    let named = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard named >= 0 else { throw fileError("cannot make a file beside \(place)", errno) }
    unsafe _ = unlink(path)
    return named
  }
}
