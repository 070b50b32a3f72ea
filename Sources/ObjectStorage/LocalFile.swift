import Glibc

/// A file of the file system, open for reading by ranges.
///
/// Closed when the last reference goes away. Several threads may read at once.
public final class LocalFile: ObjectReader {
  /// The path, as it was given.
  public let path: String
  /// The size in bytes when the file was opened.
  public let byteCount: Int64
  /// The version that was opened.
  public let tag: EntityTag
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Throws: ``StorageError`` if there is no such file, it is a folder, a pipe or a device, or it
  ///   may not be read.
  public init(path: String) throws(StorageError) {
    // Without O_NONBLOCK a named pipe would keep the program until somebody writes into it.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw systemError("open", path) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw systemError("read", path, code)
    }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG else {
      close(descriptor)
      let name = kind == S_IFDIR ? "folder" : "pipe or device"
      throw StorageError(.system, path, "cannot read \(path): it is a \(name), not a file")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int64(status.st_size)
    tag = EntityTag(status)
  }

  deinit { close(descriptor) }

  /// Fills `destination` with the bytes from `offset` on.
  ///
  /// - Throws: ``StorageError``; with code `changed` if the file has become shorter.
  public func read(at offset: Int64, into destination: inout MutableRawSpan) throws {
    unsafe try destination.withUnsafeMutableBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = uninterrupted {
          unsafe pread(
            descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done,
            off_t(offset) + off_t(done))
        }
        guard count >= 0 else { throw systemError("read", path) }
        guard count > 0 else {
          throw StorageError(
            .changed, path,
            "cannot read \(path): it had \(byteCount) bytes when it was opened but ends at "
              + "\(offset + Int64(done)) now",
            hint: "something writes the file while it is read; wait until the dump is complete")
        }
        done += count
      }
    }
  }
}
