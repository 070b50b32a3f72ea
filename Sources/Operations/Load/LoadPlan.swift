import Dump
import Parquet
import SQLiteTables

/// What a load will do: tables, files and the rowids of each row group, before a value is decoded.
struct LoadPlan: Sendable {
  /// A table of the dump with its table in the database.
  struct Table: Sendable {
    let inventory: TableInventory
    let definition: TableDefinition
    let rowCount: Int64
    /// The columns of its first file; none if it has no file.
    let columns: [Column]
  }

  /// A row group: the unit that one thread loads.
  struct Part: Sendable {
    /// The table's position in ``LoadPlan/tables``.
    let table: Int
    let file: FileEntry
    let rowGroup: Int
    /// The rowid of its first row.
    let firstRowID: Int64
    let rowCount: Int64
    /// What of the file is read for it.
    let ranges: [Range<Int64>]
    /// The column chunks, which are read side by side.
    let columnCount: Int
  }

  let tables: [Table]
  let parts: [Part]
  /// The indexes that are built with the tables.
  let indexes: [IndexDefinition]
  /// Threads that fit into the memory that may be used.
  let threadCount: Int
  let options: LoadOptions

  /// Bytes of keys that a thread sorts at once; as many more may wait in memory, sorted.
  var keyRunByteCount: Int {
    max(1 << 20, Int(clamping: options.maxMemoryByteCount) / 8 / threadCount)
  }

  var rowCount: Int64 { tables.reduce(0) { $0 + $1.rowCount } }

  /// Lays out a load.
  ///
  /// Rowids keep the dump's order: files by name, rows as they stand.
  ///
  /// - Parameters:
  ///   - chosen: the tables, each with its table in the database.
  ///   - indexes: the indexes that are built with them.
  ///   - readings: the footers of all their files.
  ///   - options: how it is loaded.
  /// - Throws: ``OperationError`` if two tables have one name for SQLite, or a footer is missing;
  ///   `SQLiteError` for a table that SQLite cannot hold.
  init(
    tables chosen: [(TableInventory, TableDefinition)], indexes: [IndexDefinition] = [],
    readings: [FileReading], options: LoadOptions
  ) throws {
    self.options = options
    let byTable = Dictionary(grouping: readings, by: \.table)
    var tables: [Table] = []
    var parts: [Part] = []
    var workingByteCount: Int64 = 1
    for (index, (inventory, definition)) in chosen.enumerated() {
      let files = byTable[inventory.name] ?? []
      parts += try LoadPlan.parts(of: files, table: index)
      var rowCount: Int64 = 0
      for facts in try files.map({ try $0.facts.get() }) {
        rowCount += facts.rowCount
        workingByteCount =
          facts.rowGroups.map(\.workingByteCount).max()
          .map { max($0, workingByteCount) } ?? workingByteCount
      }
      tables.append(
        Table(
          inventory: inventory, definition: definition, rowCount: rowCount,
          columns: try byTable[inventory.name]?.first?.facts.get().columns ?? []))
    }
    try LoadPlan.checkNames(tables.map(\.inventory.name))
    self.tables = tables
    self.parts = parts
    self.indexes = indexes
    threadCount = max(
      1, min(options.threadCount, Int(clamping: options.maxMemoryByteCount / workingByteCount)))
  }

  /// The row groups of a table's files, in their order.
  ///
  /// - Throws: ``OperationError`` if a footer is missing.
  static func parts(of readings: [FileReading], table: Int = 0) throws -> [Part] {
    var parts: [Part] = []
    var rowID: Int64 = 1
    for reading in readings {
      let facts = try reading.facts.get()
      for (rowGroup, group) in facts.rowGroups.enumerated() where group.rowCount > 0 {
        parts.append(
          Part(
            table: table, file: reading.file, rowGroup: rowGroup, firstRowID: rowID,
            rowCount: group.rowCount, ranges: [group.range, facts.tailRange],
            columnCount: group.columnCount))
        rowID += group.rowCount
      }
    }
    return parts
  }

  private static func checkNames(_ names: [String]) throws(OperationError) {
    for (index, name) in names.enumerated() {
      if Ledger.isReserved(name) {
        throw OperationError(
          .failed, "cannot load table \(name): the ledger has that name",
          hint: "choose the tables to load with --tables")
      }
      if let other = names[..<index].first(where: { isSameName($0, name) }) {
        throw OperationError(
          .failed, "cannot load table \(name): SQLite takes its name and \(other) for the same",
          hint: "choose the tables to load with --tables")
      }
    }
  }
}
