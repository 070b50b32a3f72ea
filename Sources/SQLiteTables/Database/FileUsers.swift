#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Who has a file open, as far as the system tells: Linux shows the open files of all processes of
/// the same user, or of all users to root.
package enum FileUsers {
  /// The programs that have a file open, this one excepted: `python3 (pid 4711)`.
  package static func named(of path: String) -> [String] {
    var file = stat()
    guard unsafe stat(path, &file) == 0 else { return [] }
    return names(in: "/proc").compactMap { name in
      guard let process = Int32(name), process != getpid() else { return nil }
      let folder = "/proc/\(name)/fd"
      let isUser = names(in: folder).contains { descriptor in
        var open = stat()
        return unsafe stat("\(folder)/\(descriptor)", &open) == 0
          && open.st_ino == file.st_ino && open.st_dev == file.st_dev
      }
      return isUser ? LockHolders.name(of: process) : nil
    }
  }

  private static func names(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe _ = closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      names.append(
        unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
          unsafe String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
        })
    }
    return names
  }
}
