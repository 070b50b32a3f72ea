import Glibc

/// Tells systemd that the service is ready, alive, or about to end.
///
/// <https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html>
struct SystemdNotifier: Sendable {
  private let socketPath: String?
  /// How often it wants to hear that the service is alive: at half of its patience.
  let watchdogInterval: Duration?

  /// Takes what systemd has put into the environment; without it nothing is told.
  init(environment: [String: String]) {
    socketPath = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    let isOurs = environment["WATCHDOG_PID"].flatMap { Int32($0) }.map { $0 == getpid() } ?? true
    watchdogInterval =
      isOurs
      ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { .microseconds(max(1_000, $0 / 2)) }
      : nil
  }

  /// Sends a line such as `READY=1`; there is nobody to tell if that fails.
  func send(_ text: String) {
    guard let socketPath else { return }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var name = Array(socketPath.utf8)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard name.count < capacity else { return }
    let length = MemoryLayout<sa_family_t>.size + name.count
    // An `@` stands for the zero byte with which abstract names begin.
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let bytes = Array(text.utf8)
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe _ = sendto(
          descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address,
          socklen_t(length))
      }
    }
  }
}
