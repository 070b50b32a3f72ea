import Glibc

/// The program's data, on file descriptor 1.
enum StandardOutput {
  /// Writes all bytes. A reader that has gone away is no error: the program ends quietly.
  static func write(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(1, buffer.baseAddress.map { unsafe $0 + done }, bytes.count - done)
      }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { exit(0) }
        throw OutputError(code: errno)
      }
      done += count
    }
  }
}

struct OutputError: Error, CustomStringConvertible {
  let code: Int32
  var description: String { unsafe "cannot write the output: \(String(cString: strerror(code)))" }
}
