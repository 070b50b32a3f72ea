internal import Parquet
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A file mapped into memory, for reading.
///
/// It stays open as long as this object: on POSIX systems, closing a file drops all locks that the
/// process has on it, those of a SQLite connection too.
final class MappedFile: Sendable {
  private let descriptor: Int32
  /// Its bytes, valid as long as this object.
  let bytes: ByteView
  /// Readable bytes behind the last one: kernels look at several at once.
  static let padding = 64

  /// - Throws: `file`, `accessDenied`.
  init(path: String) throws(SQLiteError) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fileError("cannot open \(path)", errno) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw fileError("cannot read \(path)", errno)
    }
    let count = Int(status.st_size)
    guard count > 0 else {
      bytes = .empty
      return
    }
    // Room for both, so that what follows the file in memory is zeros and not somebody else's.
    let room = unsafe mmap(
      nil, count + MappedFile.padding, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let room = unsafe room, unsafe room != MAP_FAILED else {
      throw fileError("cannot map \(path)", errno)
    }
    let memory = unsafe mmap(room, count, PROT_READ, MAP_SHARED | MAP_FIXED, descriptor, 0)
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
      let number = errno
      unsafe _ = munmap(room, count + MappedFile.padding)
      throw fileError("cannot map \(path)", number)
    }
    bytes = unsafe ByteView(base: UnsafeRawPointer(memory), count: count)
  }

  private let lookCount = Atomic<Int>(0)

  /// Pages of a database whose memory counts as the process's own before it is given back.
  private static let keptPageCount = 1_024

  /// Counts pages that have been looked at.
  ///
  /// Now and then it lets the system count all of the memory as its own cache again; what is looked
  /// at later comes back.
  func look(at pageCount: Int) {
    let (before, after) = lookCount.add(pageCount, ordering: .relaxed)
    guard before / MappedFile.keptPageCount != after / MappedFile.keptPageCount else { return }
    unsafe _ = madvise(
      UnsafeMutableRawPointer(mutating: bytes.base), bytes.count, Int32(MADV_DONTNEED))
  }

  deinit {
    close(descriptor)
    if bytes.count > 0 {
      unsafe _ = munmap(
        UnsafeMutableRawPointer(mutating: bytes.base), bytes.count + MappedFile.padding)
    }
  }
}
