import Dump
import Glibc

/// The place of a database file that is to be made.
enum TargetFile {
  /// Refuses a place where a file cannot or must not be put, before any work is done for it.
  ///
  /// - Throws: ``OperationError`` if the file exists and may not be replaced, is open in another
  ///   program, or its folder does not exist.
  static func check(_ path: String, replaces: Bool) throws(OperationError) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard !path.hasSuffix("/"), exists(folder) else {
      throw OperationError(.failed, "cannot write \(path): there is no folder \(folder)")
    }
    guard exists(path) else { return }
    if !replaces {
      throw OperationError(
        .failed, "cannot write \(path): the file exists",
        hint: "--replace swaps the whole file for the new one once that is complete")
    }
    // What stands in these belongs to the old file, and SQLite would apply it to the new one.
    for suffix in ["-journal", "-wal"] where byteCount(path + suffix) > 0 {
      throw OperationError(
        .locked, "cannot replace \(path): \(path + suffix) holds changes of it",
        hint: "close the programs that have it open, or open and close it once with sqlite3")
    }
  }

  private static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  private static func byteCount(_ path: String) -> Int64 {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }
}
