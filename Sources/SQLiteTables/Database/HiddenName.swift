internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Names of files that are not complete: `.crm.sqlite.receipt-4711-1` beside `crm.sqlite`.
///
/// A file that is being written is locked by its writer, so one without a lock is what a crash has
/// left, whoever it was.
package enum HiddenName {
  private static let count = Atomic<Int>(0)

  /// A new name beside a target.
  static func make(for target: String) -> String {
    let number = count.add(1, ordering: .relaxed).newValue
    return "\(directory(of: target))/\(prefix(of: target))\(getpid())-\(number)"
  }

  /// Says that the file is being written, for as long as it is open.
  static func claim(_ descriptor: Int32) {
    // Where files cannot be locked nothing is taken for abandoned either: see below.
    flock(descriptor, LOCK_EX | LOCK_NB)
  }

  /// Removes the files beside a target that a crash has left.
  package static func removeAbandoned(for target: String) {
    let folder = directory(of: target)
    guard let stream = unsafe opendir(folder) else { return }
    defer { unsafe _ = closedir(stream) }
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
      }
      guard name.hasPrefix(prefix(of: target)) else { continue }
      let path = "\(folder)/\(name)"
      let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unsafe _ = unlink(path) }
      close(descriptor)
    }
  }

  private static func prefix(of target: String) -> String {
    let name =
      target.lastIndex(of: "/").map { String(target[target.index(after: $0)...]) } ?? target
    return ".\(name).receipt-"
  }
}

/// The directory that a path is in.
func directory(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
