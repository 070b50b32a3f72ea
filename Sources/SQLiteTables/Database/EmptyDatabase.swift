internal import CReceiptSQLite

/// The bytes of a database with empty tables, as the SQLite library makes it.
struct EmptyDatabase {
  let bytes: [UInt8]
  /// The root page of each table, in the order of the definitions.
  let rootPages: [UInt32]
  /// The root page of each index, in the order of the definitions.
  let indexRootPages: [UInt32]
  /// The root page of the table in which ANALYZE keeps what it finds out, if there is one.
  let statisticsRootPage: UInt32?

  /// - Throws: `library` if SQLite refuses a table or an index.
  init(
    pageSize: PageSize, tables definitions: [TableDefinition], indexes: [IndexDefinition] = [],
    keepsStatistics: Bool = false
  ) throws(SQLiteError) {
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
    for index in indexes { try database.execute(index.sql) }
    try database.execute("COMMIT")
    // Of SQLite's own tables nothing is found out, but the table for it is made.
    if keepsStatistics { try database.execute("ANALYZE sqlite_schema") }
    let find = try database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?")
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
    var indexRootPages: [UInt32] = []
    for index in indexes {
      try find.bind(index.name, at: 1)
      indexRootPages.append(try find.step() ? UInt32(truncatingIfNeeded: find.int64(0)) : 0)
      find.reset()
    }
    self.indexRootPages = indexRootPages
    try find.bind("sqlite_stat1", at: 1)
    statisticsRootPage = try find.step() ? UInt32(truncatingIfNeeded: find.int64(0)) : nil
    find.reset()
    bytes = try database.serialized()
  }
}
