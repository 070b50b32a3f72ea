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
    let path = try file.makeHiddenName()
    defer { file.discardHiddenName() }
    try database.attach(immutable: path, as: schema)
  }
}
