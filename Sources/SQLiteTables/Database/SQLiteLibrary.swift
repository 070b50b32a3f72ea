internal import CReceiptSQLite

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The SQLite library as a whole: its settings, and its result codes.
enum SQLiteLibrary {
  /// Settles what must be settled before the library starts; every connection calls it.
  ///
  /// Another user of the library in this process may have started it already. Then the memory
  /// statistics stay on, which costs time on several threads and nothing else, so the result code
  /// is of no interest.
  static func configureOnce() {
    _ = isConfigured
  }

  private static let isConfigured = receipt_sqlite_disable_memory_statistics() == SQLITE_OK

  /// The library's version, as it says it: `3.46.1`.
  static var version: String {
    unsafe sqlite3_libversion().map { unsafe String(cString: $0) } ?? ""
  }

  /// Turns every result code but success into an error.
  static func check(
    _ code: Int32, _ connection: OpaquePointer?, _ what: @autoclosure () -> String,
    sql: String? = nil
  ) throws(SQLiteError) {
    guard code != SQLITE_OK else { return }
    throw unsafe error(code, connection: connection, doing: what(), sql: sql)
  }

  /// The error of a result code, in the words that the connection has for it.
  ///
  /// The message begins with `what`, which reads `cannot <verb> <thing>`.
  static func error(
    _ code: Int32, connection: OpaquePointer?, doing what: String, sql: String? = nil
  ) -> SQLiteError {
    let text = unsafe connection.flatMap { unsafe sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
    let reason = unsafe text.map { unsafe String(cString: $0) } ?? "no reason given"
    let primary = code & 0xFF
    // A file that may not be opened has the same code as one that is not there.
    let isDenied =
      unsafe primary == SQLITE_CANTOPEN
      && [EACCES, EPERM].contains(sqlite3_system_errno(connection))
    return SQLiteError(
      isDenied ? .accessDenied : code == moved ? .locked : kind(primary),
      "\(what): \(reason) (SQLite code \(code))", reason: reason,
      resultCode: code, sql: sql, hint: hint(code))
  }

  /// SQLITE_READONLY_DBMOVED: the open file has not got its name any more.
  private static let moved = SQLITE_READONLY | 4 << 8

  private static func kind(_ primary: Int32) -> SQLiteError.Code {
    switch primary {
    case SQLITE_BUSY, SQLITE_LOCKED: .locked
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .accessDenied
    case SQLITE_FULL: .diskFull
    case SQLITE_NOTADB: .notADatabase
    case SQLITE_INTERRUPT: .interrupted
    default: .library
    }
  }

  private static func hint(_ code: Int32) -> String? {
    switch code & 0xFF {
    case _ where code == moved:
      "Another program has put another file in its place meanwhile. Run this again."
    case SQLITE_BUSY, SQLITE_LOCKED:
      "Another program is using the database. Wait for it, or close it, and run this again."
    case SQLITE_READONLY, SQLITE_PERM:
      "Check that you may write the file and the directory it is in."
    case SQLITE_CANTOPEN:
      "Check that the directory exists and that you may read and write it."
    case SQLITE_NOTADB:
      "The path holds a file of another kind. Choose another path."
    case SQLITE_CORRUPT:
      "Check the file with: sqlite3 FILE 'PRAGMA integrity_check'"
    case SQLITE_FULL:
      "Free some space, or choose a path on another disk."
    default:
      nil
    }
  }

  /// Whether a statement was refused for what it says or for the rows that are there, and not for
  /// want of a disk, a lock or time.
  static func isRefusal(_ code: Int32) -> Bool {
    let primary = code & 0xFF
    return primary == SQLITE_ERROR || primary == SQLITE_CONSTRAINT
  }
}
