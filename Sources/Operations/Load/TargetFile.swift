import Dump
import Glibc

/// The place of a database file that is to be made or changed.
enum TargetFile {
  /// The path as SQLite takes it for a path, or where it leads if it is a symbolic link: the link
  /// stays, and what it points at is replaced.
  static func resolved(_ path: String) -> String {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
      let resolved = unsafe realpath(path, nil)
    else { return path == ":memory:" ? "./" + path : path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Whether there is a file, and refuses a place where none can or must be put.
  ///
  /// - Throws: ``OperationError`` if it is a folder or device, or its folder does not exist or may
  ///   not be looked into.
  static func exists(
    _ path: String, to verb: String = "write"
  ) throws(OperationError) -> Bool {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard !path.hasSuffix("/"), try kind(of: folder, to: verb) == S_IFDIR else {
      throw OperationError(.failed, "cannot \(verb) \(path): there is no folder \(folder)")
    }
    let kind = try kind(of: path, to: verb)
    if kind == S_IFDIR {
      throw OperationError(
        .failed, "cannot \(verb) \(path): it is a folder",
        hint: "name a file in it, such as \(path)/dump.sqlite")
    }
    if let kind, kind != S_IFREG {
      throw OperationError(.failed, "cannot \(verb) \(path): it is a pipe or device, not a file")
    }
    if kind == nil, isLink(path) {
      throw OperationError(
        .failed, "cannot \(verb) \(path): it is a symbolic link to a file that is not there",
        hint: "name that file, or remove the link")
    }
    return kind != nil
  }

  /// Which file it is that has a name, so that another one in its place can be told.
  struct Identity: Equatable {
    let device: dev_t
    let inode: ino_t

    /// `nil` if there is no file.
    init?(of path: String) {
      var status = stat()
      guard unsafe stat(path, &status) == 0 else { return nil }
      device = status.st_dev
      inode = status.st_ino
    }
  }

  /// Refuses files beside the target that SQLite would take for the new file's own.
  ///
  /// It would roll back a journal, and apply a log; even an empty log is what a program that has
  /// the old file open will write to.
  static func checkCompanions(of path: String, exists: Bool) throws(OperationError) {
    for companion in [path + "-journal", path + "-wal"] where try holdsChanges(companion) {
      if !exists {
        throw OperationError(
          .locked, "cannot write \(path): \(companion) belongs to another file of that name",
          hint: "move it away together with the file it belongs to, or remove it")
      }
      throw OperationError(
        .locked,
        "cannot replace \(path): \(companion) is there, so a program has the file open or ended "
          + "without closing it",
        hint: "close the programs that have it open, or open and close it once with sqlite3")
    }
  }

  /// Whether a log is there, or a journal whose header has not been wiped.
  private static func holdsChanges(_ path: String) throws(OperationError) -> Bool {
    guard try kind(of: path) == S_IFREG else { return false }
    if path.hasSuffix("-wal") { return true }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    // What cannot be read may hold anything.
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    var first: UInt8 = 0
    return unsafe read(descriptor, &first, 1) == 1 && first != 0
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// What is at a path, links followed: `S_IFREG`, `S_IFDIR` and so on; `nil` if there is nothing.
  private static func kind(
    of path: String, to verb: String = "write"
  ) throws(OperationError) -> mode_t? {
    var status = stat()
    if unsafe stat(path, &status) == 0 { return status.st_mode & S_IFMT }
    let code = errno
    if code == ENOENT || code == ENOTDIR { return nil }
    let reason = unsafe String(cString: strerror(code))
    throw OperationError(
      code == EACCES ? .accessDenied : .failed, "cannot \(verb) \(path): \(reason)",
      hint: code == EACCES ? "check that you may write into its folder" : nil)
  }
}
