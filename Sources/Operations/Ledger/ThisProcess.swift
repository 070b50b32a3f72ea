import Glibc

/// What tells this process from all others, also from a later one of the same number.
enum ThisProcess {
  static let hostName: String = {
    var name = utsname()
    guard unsafe uname(&name) == 0 else { return "unknown" }
    return unsafe withUnsafeBytes(of: &name.nodename) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }()

  /// The running system, the space that process numbers are of, and when the process began.
  ///
  /// `BOOT-ID/pid:[4026531836]/123456`; empty where the system does not tell.
  static let identity: String = {
    guard let space, let start = startTime(of: Int64(getpid())) else { return "" }
    return "\(space)/\(start)"
  }()

  /// Whether a process is certainly gone: it was one of this system and process space, and its number
  /// is free or another's.
  static func isGone(_ identity: String, pid: Int64) -> Bool {
    guard let space, identity.hasPrefix(space + "/") else { return false }
    guard let start = startTime(of: pid) else { return !isHidden(pid) }
    return identity != "\(space)/\(start)"
  }

  /// Whether there is a process of another user, which the system may be told to hide (`hidepid`).
  private static func isHidden(_ pid: Int64) -> Bool {
    guard let pid = pid_t(exactly: pid), pid > 0 else { return false }
    return kill(pid, 0) != 0 && errno == EPERM
  }

  private static let space: String? = {
    guard let boot = firstLine(of: "/proc/sys/kernel/random/boot_id") else { return nil }
    var link = [CChar](repeating: 0, count: 128)
    let count = unsafe readlink("/proc/self/ns/pid", &link, link.count)
    let name = link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
    return name.isEmpty ? nil : "\(boot)/\(String(decoding: name, as: UTF8.self))"
  }()

  /// In clock ticks since the system began: the 22nd field of `/proc/PID/stat`.
  private static func startTime(of pid: Int64) -> String? {
    guard let line = firstLine(of: "/proc/\(pid)/stat"),
      // The second field is the program's name in parentheses, which may hold anything.
      let end = line.lastIndex(of: ")")
    else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    // The first of these is the third; a zombie has done its work.
    guard fields.count > 19, fields[0] != "Z" else { return nil }
    return String(fields[19])
  }

  private static func firstLine(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(decoding: bytes.prefix(count).prefix { $0 != 0x0a }, as: UTF8.self)
  }
}
