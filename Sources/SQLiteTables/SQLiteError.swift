/// Why a database could not be built, written or read.
///
/// The description reads `message`, then the SQL and a hint on lines of their own where there are
/// any. It never holds values of rows.
package struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A stable word for the kind of error.
  package struct Code: RawRepresentable, Sendable, Hashable {
    package let rawValue: String

    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The SQLite library answered with a result code; `resultCode` holds it.
    package static let library = Code(rawValue: "library")
    /// The operating system could not read, write, sync or rename a file.
    package static let file = Code(rawValue: "file")
    /// The operating system does not let this user write or read there.
    package static let accessDenied = Code(rawValue: "access-denied")
    /// Another connection holds a lock, and went on holding it.
    package static let locked = Code(rawValue: "locked")
    /// The file is not a SQLite database.
    package static let notADatabase = Code(rawValue: "not-a-database")
    /// The statement was stopped because its caller asked for it.
    package static let interrupted = Code(rawValue: "interrupted")
    /// There is a file of that name already.
    package static let fileExists = Code(rawValue: "file-exists")
    /// The disk or the user's quota is full.
    package static let diskFull = Code(rawValue: "disk-full")
    /// A row is longer than SQLite's limit of 1,000,000,000 bytes.
    package static let rowTooLong = Code(rawValue: "row-too-long")
    /// A value that SQLite has no type for.
    package static let valueTooLarge = Code(rawValue: "value-too-large")
    /// A table definition, a page size or a block of rows that no database can hold.
    package static let unsupported = Code(rawValue: "unsupported")
    /// Two blocks of rows claim the same rowids.
    package static let rowIDsOverlap = Code(rawValue: "rowids-overlap")
    /// The file would have more pages than SQLite accepts.
    package static let tooManyPages = Code(rawValue: "too-many-pages")
  }

  package let code: Code
  /// A sentence: what cannot be done, with what, and why.
  package let message: String
  /// SQLite's extended result code, when the library reported the error.
  package var resultCode: Int32?
  /// Why, as SQLite or the system put it; the whole message where nobody did.
  package var reason: String
  /// The SQL text in question.
  package var sql: String?
  /// What to do next.
  package var hint: String?

  package init(
    _ code: Code, _ message: String, reason: String? = nil, resultCode: Int32? = nil,
    sql: String? = nil, hint: String? = nil
  ) {
    self.code = code
    self.message = message
    self.reason = reason ?? message
    self.resultCode = resultCode
    self.sql = sql
    self.hint = hint
  }

  package var description: String {
    var text = message
    if let sql {
      text += "\nsql: " + (sql.count <= 500 ? sql : sql.prefix(500) + "…")
    }
    if let hint {
      text += "\nhint: " + hint
    }
    return text
  }
}
