import Glibc

/// The program's data, on file descriptor 1.
enum StandardOutput {
  /// Writes all bytes.
  ///
  /// A reader that has gone away is no error: the program ends quietly.
  static func write(_ bytes: [UInt8]) throws { try writeAll(bytes, to: 1) }

  /// Writes a line.
  static func print(_ line: String) throws { try write(Array((line + "\n").utf8)) }
}

/// What is for people and not for programs, on file descriptor 2.
enum StandardError {
  /// Whether a person is looking.
  static var isTerminal: Bool {
    let kind = unsafe getenv("TERM").map { unsafe String(cString: $0) } ?? "dumb"
    return isatty(2) == 1 && kind != "dumb"
  }

  /// The columns of the terminal.
  static var width: Int {
    var size = winsize()
    guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes a text as it is.
  ///
  /// If even that fails there is nobody to tell.
  static func write(_ text: String) { try? writeAll(Array(text.utf8), to: 2) }

  /// Writes a line.
  static func print(_ line: String) { write(line + "\n") }
}

/// Why the output could not be written.
struct OutputError: Error, CustomStringConvertible {
  let code: Int32
  var description: String {
    unsafe "cannot write the output: \(String(cString: strerror(code)))"
  }
}

/// Writes all bytes to a file descriptor.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
  var done = 0
  while done < bytes.count {
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe Glibc.write(
        descriptor, buffer.baseAddress.map { unsafe $0 + done }, bytes.count - done)
    }
    if count < 0 {
      if errno == EINTR { continue }
      if errno == EPIPE { exit(0) }
      throw OutputError(code: errno)
    }
    done += count
  }
}
