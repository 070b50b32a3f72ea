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
  /// Threads that fit into the memory that may be used.
  let threadCount: Int
  let options: LoadOptions

  var rowCount: Int64 { tables.reduce(0) { $0 + $1.rowCount } }

  /// Lays out a load.
  ///
  /// Rowids keep the dump's order: files by name, rows as they stand.
  ///
  /// - Parameters:
  ///   - chosen: the tables, each with its table in the database.
  ///   - readings: the footers of all their files.
  ///   - options: how it is loaded.
  /// - Throws: ``OperationError`` if two tables have one name for SQLite, or a footer is missing;
  ///   `SQLiteError` for a table that SQLite cannot hold.
  init(
    tables chosen: [(TableInventory, TableDefinition)], readings: [FileReading],
    options: LoadOptions
  ) throws {
    self.options = options
    let byTable = Dictionary(grouping: readings, by: \.table)
    var tables: [Table] = []
    var parts: [Part] = []
    var workingByteCount: Int64 = 1
    for (index, (inventory, definition)) in chosen.enumerated() {
      var rowID: Int64 = 1
      for reading in byTable[inventory.name] ?? [] {
        let facts = try reading.facts.get()
        for (rowGroup, group) in facts.rowGroups.enumerated() where group.rowCount > 0 {
          parts.append(
            Part(
              table: index, file: reading.file, rowGroup: rowGroup, firstRowID: rowID,
              rowCount: group.rowCount, ranges: [group.range, facts.tailRange],
              columnCount: group.columnCount))
          rowID += group.rowCount
          workingByteCount = max(workingByteCount, group.workingByteCount)
        }
      }
      tables.append(
        Table(
          inventory: inventory, definition: definition, rowCount: rowID - 1,
          columns: try byTable[inventory.name]?.first?.facts.get().columns ?? []))
    }
    try LoadPlan.checkNames(tables.map(\.inventory.name))
    self.tables = tables
    self.parts = parts
    threadCount = max(
      1, min(options.threadCount, Int(clamping: options.maxMemoryByteCount / workingByteCount)))
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
