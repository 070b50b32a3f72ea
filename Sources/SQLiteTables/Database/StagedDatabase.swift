internal import CReceiptSQLite

/// A new database file whose tables are filled page by page and which nobody opens before the end.
///
/// The SQLite library makes the file with its tables and lets go of it; workers then append rows
/// through `LeafRunWriter`s on `tables`; `finish` completes the file, which is an ordinary database
/// from then on. If anything fails in between, remove the file.
///
///     let staged = try StagedDatabase(creating: path, tables: [definition])
///     var writer = LeafRunWriter(staged.tables[0])
///     try writer.append(columns: columns, rowCount: count, firstRowID: 1)
///     try writer.finish()
///     let rowCounts = try staged.finish()
///     try publishFile(at: path, as: target)
package final class StagedDatabase: Sendable {
  /// The tables, in the order of their definitions.
  package let tables: [TablePages]
  private let file: DatabaseFile
  private let pages: PageFile

  package var path: String { file.path }

  /// The size of the file with all pages that have a number by now.
  package var byteCount: Int { Int(pages.allocator.pageCount) * pages.pageSize.byteCount }

  /// Makes a file with empty tables.
  ///
  /// - Parameters:
  ///   - path: Where to make the file. It must not exist, or be empty.
  ///   - pageSize: The size of its pages.
  ///   - definitions: Its tables.
  /// - Throws: `library` if SQLite refuses a table; `file` if the file cannot be made;
  ///   `unsupported` if there is a database already.
  package init(
    creating path: String, pageSize: PageSize = .standard, tables definitions: [TableDefinition]
  ) throws(SQLiteError) {
    let rootPages = try StagedDatabase.create(path, pageSize, definitions)
    file = try DatabaseFile(path: path, pageSize: pageSize)
    let header = try DatabaseHeader(
      file.readPrefix(DatabaseHeader.byteCount), pageSize: pageSize)
    let pages = PageFile(pageSize: pageSize, pageCount: header.pageCount, sink: file)
    var tables: [TablePages] = []
    for (definition, rootPage) in zip(definitions, rootPages) {
      tables.append(
        try TablePages(
          name: definition.name, columnCount: definition.columns.count, rootPage: rootPage,
          file: pages))
    }
    self.tables = tables
    self.pages = pages
  }

  /// Completes the file: interior pages of every table, the header, and all of it on the disk.
  ///
  /// Call it once, after every writer has finished.
  ///
  /// - Returns: How many rows each table has, in the order of `tables`.
  /// - Throws: What `TablePages.finish` throws, and `file` or `diskFull` when writing fails.
  package func finish() throws(SQLiteError) -> [Int] {
    var rowCounts: [Int] = []
    for table in tables {
      rowCounts.append(try table.finish())
    }
    var header = try DatabaseHeader(
      file.readPrefix(DatabaseHeader.byteCount), pageSize: pages.pageSize)
    header.setPageCount(pages.allocator.pageCount)
    try file.write(header.bytes.span, offset: 0)
    try file.synchronize()
    return rowCounts
  }

  /// Makes the file with the SQLite library and returns the root page of each table.
  private static func create(
    _ path: String, _ pageSize: PageSize, _ definitions: [TableDefinition]
  ) throws(SQLiteError) -> [UInt32] {
    let database = try Database(path: path, mode: .create)
    // Nobody reads this file before it is complete, and after a crash it is made again: neither a
    // journal nor waiting for the disk is of use.
    try database.execute(
      """
      PRAGMA page_size = \(pageSize.byteCount);
      PRAGMA auto_vacuum = NONE;
      PRAGMA encoding = 'UTF-8';
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      """)
    let count = try database.prepare("SELECT count(*) FROM sqlite_schema")
    guard try count.step(), count.int64(0) == 0 else {
      throw SQLiteError(
        .unsupported, "cannot build a database at \(path): there is one already",
        hint: "Choose another path, or remove the file.")
    }
    count.reset()
    try database.execute("BEGIN")
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
          "cannot build a database at \(path): SQLite has no table "
            + quotedIdentifier(definition.name) + " after creating it")
      }
      rootPages.append(UInt32(truncatingIfNeeded: find.int64(0)))
      find.reset()
    }
    return rootPages
  }
}
