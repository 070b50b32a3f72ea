internal import CReceiptSQLite

/// The bytes of a database with empty tables, as the SQLite library makes it.
struct EmptyDatabase {
  let bytes: [UInt8]
  /// The root page of each table, in the order of the definitions.
  let rootPages: [UInt32]

  /// - Throws: `library` if SQLite refuses a table.
  init(pageSize: PageSize, tables definitions: [TableDefinition]) throws(SQLiteError) {
    let database = try Database(path: ":memory:", mode: .create)
    try database.execute(
      """
      PRAGMA page_size = \(pageSize.byteCount);
      PRAGMA auto_vacuum = NONE;
      PRAGMA encoding = 'UTF-8';
      BEGIN;
      """)
    for definition in definitions {
      try database.execute(definition.createStatement)
    }
    try database.execute("COMMIT")
    let find = try database.prepare(
      "SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?")
    var rootPages: [UInt32] = []
    for definition in definitions {
      try find.bind(definition.name, at: 1)
      guard try find.step() else {
        throw SQLiteError(
          .unsupported,
          "cannot make table \(quotedIdentifier(definition.name)): SQLite has none of that name "
            + "after creating it")
      }
      rootPages.append(UInt32(truncatingIfNeeded: find.int64(0)))
      find.reset()
    }
    self.rootPages = rootPages
    bytes = try database.serialized()
  }
}
