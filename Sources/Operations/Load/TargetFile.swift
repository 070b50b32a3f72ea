import Dump
import Glibc

/// Where a database file is built, and where it goes.
struct TargetFile {
  let path: String
  /// Beside the target, so that the move is within one file system.
  let stagedPath: String

  /// - Throws: ``OperationError`` if the target exists and may not be replaced, or its folder does
  ///   not.
  init(_ path: String, replaces: Bool) throws(OperationError) {
    self.path = path
    let (folder, name) = TargetFile.split(path)
    guard !name.isEmpty, unsafe access(folder, F_OK) == 0 else {
      throw OperationError(.failed, "cannot write \(path): there is no folder \(folder)")
    }
    if !replaces, unsafe access(path, F_OK) == 0 {
      throw OperationError(
        .failed, "cannot write \(path): the file exists",
        hint: "--replace swaps the whole file for the new one once that is complete")
    }
    stagedPath = "\(folder)/.\(name).receipt-\(getpid())"
  }

  func removeStaged() { unsafe _ = unlink(stagedPath) }

  var byteCount: Int64 {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = String(path[..<slash])
    return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
  }
}
