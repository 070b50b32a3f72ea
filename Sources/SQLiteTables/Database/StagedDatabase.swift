/// A new database file whose tables are filled page by page and which nobody sees before the end.
///
/// The SQLite library makes the empty tables in memory; workers then append rows through
/// `LeafRunWriter`s on `tables`; `finish` completes the file, and `publish` gives it its name. From
/// then on it is an ordinary database. If anything fails in between, nothing is left.
///
///     let staged = try StagedDatabase(for: target, tables: [definition])
///     var writer = LeafRunWriter(staged.tables[0])
///     try writer.append(columns: columns, rowCount: count, firstRowID: 1)
///     try writer.finish()
///     let rowCounts = try staged.finish()
///     try staged.publish(replacing: false)
package final class StagedDatabase: Sendable {
  /// The tables, in the order of their definitions.
  package let tables: [TablePages]
  /// The indexes, in the order of their definitions.
  package let indexes: [StagedIndex]
  /// The table in which ANALYZE keeps what it finds out, if there is one.
  package let statistics: TablePages?
  let file: StagedFile
  private let pages: PageFile

  /// The name that the file will get.
  package var target: String { file.target }

  /// The size of the file with all pages that have a number by now.
  package var byteCount: Int { Int(pages.allocator.pageCount) * pages.pageSize.byteCount }

  /// Makes a file with empty tables.
  ///
  /// - Parameters:
  ///   - target: The name that the file will get; its directory must exist.
  ///   - pageSize: The size of its pages.
  ///   - definitions: Its tables.
  ///   - indexDefinitions: Indexes on them.
  ///   - keepsStatistics: Whether it has the table in which ANALYZE keeps what it finds out.
  ///   - keyByteLimit: Bytes of sorted keys that stay in memory; the others go to a file.
  /// - Throws: `library` if SQLite refuses a table; `file` if the file cannot be made.
  package init(
    for target: String, pageSize: PageSize = .standard, tables definitions: [TableDefinition],
    indexes indexDefinitions: [IndexDefinition] = [], keepsStatistics: Bool = false,
    keyByteLimit: Int = 64 << 20
  ) throws(SQLiteError) {
    let empty = try EmptyDatabase(
      pageSize: pageSize, tables: definitions, indexes: indexDefinitions,
      keepsStatistics: keepsStatistics)
    file = try StagedFile(for: target, pageSize: pageSize)
    try file.write(empty.bytes.span, offset: 0)
    let header = try DatabaseHeader(
      Array(empty.bytes.prefix(DatabaseHeader.byteCount)), pageSize: pageSize)
    let pages = PageFile(pageSize: pageSize, pageCount: header.pageCount, sink: file)
    var tables: [TablePages] = []
    for (definition, rootPage) in zip(definitions, empty.rootPages) {
      tables.append(
        try TablePages(
          name: definition.name, columnCount: definition.columns.count, rootPage: rootPage,
          file: pages))
    }
    self.tables = tables
    self.pages = pages
    statistics = try empty.statisticsRootPage.map { root throws(SQLiteError) in
      try TablePages(name: "sqlite_stat1", columnCount: 3, rootPage: root, file: pages)
    }
    let memory = KeyMemory(byteLimit: keyByteLimit, besides: target)
    var indexes: [StagedIndex] = []
    for (index, rootPage) in zip(indexDefinitions, empty.indexRootPages) {
      guard let table = definitions.firstIndex(where: { isSameName($0.name, index.table) }),
        let columns = index.positions(in: definitions[table])
      else {
        throw SQLiteError(
          .unsupported, "cannot build index \(quotedIdentifier(index.name)): it is not on a table")
      }
      indexes.append(
        StagedIndex(
          index, table: table, columns: columns, rootPage: rootPage, file: pages, memory: memory))
    }
    self.indexes = indexes
  }

  /// Completes the file: interior pages of every table, and the header.
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
    if let statistics { _ = try statistics.finish() }
    var header = try DatabaseHeader(
      file.readPrefix(DatabaseHeader.byteCount), pageSize: pages.pageSize)
    header.setPageCount(pages.allocator.pageCount)
    try file.write(header.bytes.span, offset: 0)
    return rowCounts
  }

  /// Takes away the name that the file may have until `publish`; call it when all is done or failed.
  package func discardHiddenName() { file.discardHiddenName() }

  /// Puts the finished file on the disk and under its name.
  ///
  /// - Parameter replaces: Whether a file of that name gives way, in one step.
  /// - Throws: `file` or `diskFull`; what was at the name is then still there.
  package func publish(replacing replaces: Bool) throws(SQLiteError) {
    try file.publish(replacing: replaces)
  }
}
