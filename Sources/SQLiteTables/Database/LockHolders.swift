#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Who holds the locks of a database file, as far as the system tells.
///
/// Linux lists all POSIX locks in `/proc/locks`, one a line:
/// `1: POSIX  ADVISORY  READ 4711 fe:00:1234567 1073741826 1073742335`, with the process and the
/// file as major:minor:inode. Processes of other containers have no number there.
enum LockHolders {
  /// The programs with locks on a database or its shared memory, this one excepted: `python3
  /// (pid 4711)`.
  ///
  /// In WAL mode every program that has the database open holds read locks, which keep nobody from
  /// writing; there those that write are named, if there are any.
  static func named(of path: String) -> [String] {
    let text = contents(of: "/proc/locks")
    let shared = lockKey(of: path + "-shm")
    let files = [lockKey(of: path), shared].compactMap { $0 }
    let holders = files.flatMap { parse(text, file: $0) }
    let writers = shared == nil ? [] : files.flatMap { parse(text, file: $0, writing: true) }
    var processes: [Int32] = []
    for process in writers.isEmpty ? holders : writers
    where process != getpid() && !processes.contains(process) {
      processes.append(process)
    }
    return processes.map(name)
  }

  /// A program by its process: `python3 (pid 4711)`.
  static func name(of process: Int32) -> String {
    let name = contents(of: "/proc/\(process)/comm").prefix { !$0.isNewline }
    return name.isEmpty ? "the process \(process)" : "\(name) (pid \(process))"
  }

  /// The processes with locks on a file, or with locks to write it, in the lines of `/proc/locks`.
  static func parse(_ text: String, file: String, writing: Bool = false) -> [Int32] {
    text.split(separator: "\n").compactMap { line in
      // Waiting requests have an arrow behind the number: `1: -> POSIX …`.
      let words = line.split(separator: " ").filter { $0 != "->" }
      guard words.count >= 6, words[5] == file, let process = Int32(words[4]), process > 0 else {
        return nil
      }
      return !writing || words[3] == "WRITE" ? process : nil
    }
  }

  private static func lockKey(of path: String) -> String? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    let device = UInt64(status.st_dev)
    // As glibc's `major` and `minor` take a device number apart.
    let major = (device >> 8) & 0xFFF | (device >> 32) & 0xFFFF_F000
    let minor = device & 0xFF | (device >> 12) & 0xFFFF_FF00
    func hex(_ number: UInt64) -> String {
      let digits = String(number, radix: 16)
      return digits.count < 2 ? "0" + digits : digits
    }
    return "\(hex(major)):\(hex(minor)):\(status.st_ino)"
  }

  /// A small file of the system; empty if it cannot be read.
  private static func contents(of path: String) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(descriptor, &block, block.count)
      guard count > 0 else { break }
      bytes += block.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
