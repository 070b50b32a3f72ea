import Dispatch
import Dump
import Glibc

/// Tells when a receipt is written into a directory, by inotify.
///
/// <https://man7.org/linux/man-pages/man7/inotify.7.html>
///
/// Network file systems do not tell of what other machines write; polling finds that.
final class DirectoryChanges: @unchecked Sendable {  // Sendable: Dispatch's sources are.
  private let descriptor: Int32
  private let source: any DispatchSourceRead

  /// Begins to listen; `nil` if the system does not tell, and polling must do.
  ///
  /// - Parameters:
  ///   - path: the directory.
  ///   - name: the file that matters.
  ///   - changed: called when it was written or moved there.
  init?(of path: String, name: String, _ changed: @escaping @Sendable () -> Void) {
    descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { return nil }
    let events = UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO)
    guard unsafe inotify_add_watch(descriptor, path, events) >= 0 else {
      close(descriptor)
      return nil
    }
    let source = DispatchSource.makeReadSource(
      fileDescriptor: descriptor, queue: .global())
    source.setEventHandler { [descriptor] in
      if DirectoryChanges.isNamed(name, in: descriptor) { changed() }
    }
    source.setCancelHandler { [descriptor] in close(descriptor) }
    source.resume()
    self.source = source
  }

  deinit { source.cancel() }

  /// Reads what has happened, and says whether it was about the file or something was missed.
  private static func isNamed(_ name: String, in descriptor: Int32) -> Bool {
    var isFound = false
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return isFound }
      // struct inotify_event { int wd; uint32_t mask, cookie, len; char name[]; }
      var position = 0
      while position + 16 <= count {
        func number(_ offset: Int) -> UInt32 {
          (0..<4).reduce(0) { $0 | UInt32(buffer[position + offset + $1]) << (8 * UInt32($1)) }
        }
        let length = Int(number(12))
        let end = min(count, position + 16 + length)
        let text = buffer[position + 16..<end].prefix { $0 != 0 }
        if number(4) & UInt32(IN_Q_OVERFLOW) != 0 || String(decoding: text, as: UTF8.self) == name {
          isFound = true
        }
        position = position + 16 + length
      }
    }
  }
}
