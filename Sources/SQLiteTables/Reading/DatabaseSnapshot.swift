package import Parquet

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A database as it is at one moment: all that is read from it comes from one read transaction.
///
/// Ordinary tables are read from the pages of the file, which is about three times as fast as
/// through the library and goes on several threads at once. The transaction keeps others from
/// changing them. The library reads what it alone understands: views, virtual tables, tables
/// WITHOUT ROWID, columns that are computed or have come later, texts that are not UTF-8, and
/// everything as long as changes wait in a write-ahead log.
package final class DatabaseSnapshot: Sendable {
  /// Its tables and views, by name; SQLite's own and those of virtual tables are not among them.
  package let tables: [SourceTable]
  let connection: SharedConnection
  let pages: (file: MappedFile, image: DatabaseImage)?

  /// Begins the transaction.
  ///
  /// - Parameters:
  ///   - path: the database file.
  ///   - busyTimeout: how long to wait for a writer.
  ///   - readsPages: whether tables may be read from the pages.
  ///   - countsRows: whether rows of tables that are read from pages are counted; without it, only
  ///     their keys can be read.
  /// - Throws: `library`, `locked`, `not-a-database`.
  package init(
    path: String, busyTimeout: Duration, readsPages: Bool = true, countsRows: Bool = true
  ) throws(SQLiteError) {
    let connection = SharedConnection(
      try Database(path: path, mode: .readWrite, isShared: true))
    try connection.database.begin(.read, waiting: busyTimeout)
    self.connection = connection
    var pages: (file: MappedFile, image: DatabaseImage)?
    if readsPages, try connection.database.isAllInFile() {
      let file = try MappedFile(path: path)
      if file.bytes.count > 0 { pages = (file, try DatabaseImage(file.bytes, name: path)) }
    }
    self.pages = pages
    var tables: [SourceTable] = []
    for table in try connection.database.listedTables() {
      tables.append(try connection.database.sourceTable(table, pages, countsRows: countsRows))
    }
    self.tables = tables
  }

  /// Whether a path is that of a SQLite database.
  package static func isDatabase(at path: String) throws(SQLiteError) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    let file = try MappedFile(path: path)
    return file.bytes.count >= DatabaseHeader.byteCount
      && file.bytes.slice(0, 16).array.elementsEqual("SQLite format 3\0".utf8)
  }

  /// Reads rows of a table.
  ///
  /// - Parameters:
  ///   - table: one of ``tables``.
  ///   - schema: what its columns become: one top-level field for each, in their order.
  ///   - rows: positions of the rows, from 0; `nil` for all.
  /// - Returns: the rows.
  /// - Throws: `library`.
  package func rows(
    of table: SourceTable, schema: Schema, _ rows: Range<Int64>? = nil
  ) throws(SQLiteError) -> TableRows {
    let rows = rows ?? 0..<table.rowCount
    let producer: any RowProducer
    if let (file, image) = pages, let leaves = table.leaves {
      let scan = try PageScan(
        image, leaves, rows: rows, columnCount: table.columns.count,
        rowIDColumn: table.rowIDColumn)
      producer = PageProducer(scan, file: file)
    } else {
      let names = table.columns.map { quotedIdentifier($0.name) }.joined(separator: ", ")
      producer = StatementProducer(
        try connection.database.prepare(
          "SELECT \(names) FROM main.\(quotedIdentifier(table.name)) "
            + "LIMIT \(rows.count) OFFSET \(rows.lowerBound)"))
    }
    return TableRows(producer, schema: schema, table: table.name, firstRow: rows.lowerBound)
  }

  /// Ends the transaction: nothing is read any more, and others may write.
  ///
  /// The file stays open as long as this object, since closing it drops the locks of the process's
  /// other connections.
  ///
  /// - Throws: `library`.
  package func endReading() throws(SQLiteError) { try connection.database.execute("COMMIT") }

  /// Whether the rows of a table can be taken from any position on without reading those before it.
  package func readsPages(of table: SourceTable) -> Bool { table.leaves != nil }

  /// Which storage classes occur in columns of a table, NULL not counted.
  ///
  /// - Parameters:
  ///   - table: one of ``tables``.
  ///   - columns: the columns' names.
  /// - Returns: for each column the classes, and its smallest and largest integer.
  /// - Throws: `library`.
  package func contents(
    of table: SourceTable, columns: [String]
  ) throws(SQLiteError) -> [ColumnContents] {
    if columns.isEmpty { return [] }
    let expressions = columns.map(quotedIdentifier).flatMap { name in
      ["integer", "real", "text", "blob"].map { "max(typeof(\(name)) = '\($0)')" }
        + ["max(\(name) NOT IN (0, 1))"]
    }
    let statement = try connection.database.prepare(
      "SELECT \(expressions.joined(separator: ", ")) FROM main.\(quotedIdentifier(table.name))")
    guard try statement.step() else { return [] }
    return columns.indices.map { index in
      func is1(_ place: Int) -> Bool { statement.int64(index * 5 + place) == 1 }
      return ColumnContents(
        hasIntegers: is1(0), hasReals: is1(1), hasTexts: is1(2), hasBlobs: is1(3),
        isTruthValues: is1(0) && !is1(1) && !is1(2) && !is1(3) && !is1(4))
    }
  }
}

/// What kinds of values a column holds.
package struct ColumnContents: Sendable, Hashable {
  package let hasIntegers: Bool
  package let hasReals: Bool
  package let hasTexts: Bool
  package let hasBlobs: Bool
  /// Whether there are integers, and all are 0 or 1.
  package let isTruthValues: Bool
}

/// A connection that threads share.
final class SharedConnection: @unchecked Sendable {  // SQLite lets one thread in at a time.
  let database: Database

  init(_ database: consuming Database) { self.database = database }
}

extension Database {
  fileprivate struct ListedTable {
    let name: String
    let isOrdinary: Bool
    let isView: Bool
  }

  /// Whether the file holds everything that the transaction sees, in UTF-8.
  ///
  /// A reader that finds no write-ahead log, or an empty one, is marked to read the file alone, and
  /// no checkpoint writes to that as long as it reads.
  /// <https://www.sqlite.org/walformat.html#locks>
  fileprivate func isAllInFile() throws(SQLiteError) -> Bool {
    var status = stat()
    let hasLog = unsafe stat(path + "-wal", &status) == 0 && status.st_size > 0
    if hasLog { return false }
    return try text("PRAGMA main.encoding") == "UTF-8"
  }

  fileprivate func listedTables() throws(SQLiteError) -> [ListedTable] {
    let statement = try prepare(
      """
      SELECT name, type = 'table' AND NOT wr, type = 'view' FROM pragma_table_list
      WHERE schema = 'main' AND type IN ('table', 'view', 'virtual')
        AND lower(substr(name, 1, 7)) <> 'sqlite_' ORDER BY name
      """)
    var tables: [ListedTable] = []
    while try statement.step() {
      tables.append(
        ListedTable(
          name: statement.text(0) ?? "", isOrdinary: statement.int64(1) == 1,
          isView: statement.int64(2) == 1))
    }
    return tables
  }

  fileprivate func sourceTable(
    _ table: ListedTable, _ pages: (file: MappedFile, image: DatabaseImage)?, countsRows: Bool
  ) throws(SQLiteError) -> SourceTable {
    let statement = try prepare(
      """
      SELECT name, type, pk, dflt_value IS NOT NULL, hidden
      FROM pragma_table_xinfo(?, 'main') WHERE hidden <> 1 ORDER BY cid
      """)
    try statement.bind(table.name, at: 1)
    var columns: [SourceTable.Column] = []
    var keys: [Int] = []
    var isPlain = table.isOrdinary
    while try statement.step() {
      let type = statement.text(1) ?? ""
      if statement.int64(2) > 0 { keys.append(columns.count) }
      // A row may be older than a column with a default; a computed column is in no row.
      if statement.int64(3) == 1 || statement.int64(4) > 1 { isPlain = false }
      columns.append(
        SourceTable.Column(
          name: statement.text(0) ?? "", declaredType: type,
          affinity: SourceTable.Affinity(declaredType: type)))
    }
    let isRowID = keys.count == 1 && columns[keys[0]].declaredType.uppercased() == "INTEGER"
    var leaves: LeafList?
    var rowCount: Int64
    if isPlain, let pages {
      let find = try prepare("SELECT rootpage FROM main.sqlite_schema WHERE name = ?")
      try find.bind(table.name, at: 1)
      let root = try find.step() ? UInt32(truncatingIfNeeded: find.int64(0)) : 0
      let list = try LeafList(pages.image, root: root, countsRows: countsRows) {
        pages.file.look(at: $0)
      }
      leaves = list
      rowCount = list.rowCount
    } else if !countsRows {
      rowCount = 0
    } else {
      rowCount = try integer("SELECT count(*) FROM main.\(quotedIdentifier(table.name))")
    }
    return SourceTable(
      name: table.name, columns: columns, isView: table.isView, rowCount: rowCount, leaves: leaves,
      rowIDColumn: isRowID ? keys[0] : nil)
  }
}
