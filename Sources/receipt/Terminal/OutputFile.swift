import Dump
import Glibc
import Operations

/// A file that the command line names for output.
enum OutputFile {
  /// Writes a text into a file, or into whatever device or pipe the path names.
  static func write(_ text: String, to path: String) throws {
    let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    do {
      try writeAll(Array(text.utf8), to: descriptor)
    } catch let error as OutputError {
      throw failure(path, error.code)
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> OperationError {
    let isDenied = code == EACCES || code == EPERM
    return unsafe OperationError(
      isDenied ? .accessDenied : .failed,
      "cannot write \(path): \(String(cString: strerror(code)))",
      hint: isDenied ? "check that you may write the file and the folder it is in" : nil)
  }
}
