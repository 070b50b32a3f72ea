import Dump
import Glibc

/// Room on the disk of a file.
enum DiskSpace {
  /// Bytes that may still be written beside a file; `nil` where the system does not tell.
  static func available(at path: String) -> Int64? {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    var status = statvfs()
    guard unsafe statvfs(folder, &status) == 0 else { return nil }
    let (bytes, overflow) = Int64(clamping: status.f_bavail)
      .multipliedReportingOverflow(by: Int64(clamping: status.f_frsize))
    return overflow ? .max : bytes
  }

  /// Refuses work that cannot fit.
  ///
  /// - Throws: ``OperationError`` with what is needed and what is there.
  static func check(for path: String, needs byteCount: Int64, what: String) throws {
    guard let available = available(at: path), available < byteCount else { return }
    throw OperationError(
      .failed,
      "cannot \(what) \(path): it needs \(megabytes(byteCount)) and its disk has "
        + "\(megabytes(available)) left",
      hint: "free some space, or choose a path on another disk; nothing was changed")
  }

  static func megabytes(_ byteCount: Int64) -> String {
    byteCount < 10_000_000
      ? "\(byteCount / 1_000) kB" : "\((byteCount + 500_000) / 1_000_000) MB"
  }
}
