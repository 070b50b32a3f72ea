extension StagedDatabase {
  /// Attaches the finished file to a connection, for reading.
  ///
  /// A file without a name gets one for the moment of opening.
  ///
  /// - Parameters:
  ///   - database: the connection.
  ///   - schema: the name of its schema there.
  /// - Throws: `file` if the name cannot be made; `library`.
  package func attach(
    to database: borrowing Database, as schema: String
  ) throws(SQLiteError) {
    defer { file.discardHiddenName() }
    try database.attach(immutable: try file.makeHiddenName(), as: schema)
  }

  /// Has the library look through the finished file: `PRAGMA quick_check`.
  ///
  /// - Returns: what it complains of first; `nil` if all is well.
  /// - Throws: `file`, `library`.
  package func quickCheck() throws(SQLiteError) -> String? {
    let database = try Database(path: ":memory:", mode: .create)
    // The name stays: a file that has lost its last one never gets another.
    try database.attach(immutable: try file.makeHiddenName(), as: "staged")
    return Database.complaint(try database.text("PRAGMA staged.quick_check(1)"))
  }
}

extension Database {
  /// Has the library look through a table and its indexes: `PRAGMA quick_check`.
  ///
  /// - Returns: what it complains of first; `nil` if all is well.
  /// - Throws: `library`, `interrupted`.
  package func quickCheck(of table: String) throws(SQLiteError) -> String? {
    Database.complaint(try text("PRAGMA main.quick_check(\(quotedIdentifier(table)))"))
  }

  fileprivate static func complaint(_ answer: String?) -> String? {
    answer == "ok" ? nil : answer ?? "no answer"
  }
}
