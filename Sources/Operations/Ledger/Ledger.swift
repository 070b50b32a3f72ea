import Dump
import FoundationEssentials
import SQLiteTables

/// The tables in which a database says what was loaded into it, and who is loading now.
///
/// - `receipt_loads`: one row for each dump loaded, with its receipt.
/// - `receipt_tables`: one row for each of its tables.
/// - `receipt_lease`: at most one row, for the load that is going on (``Lease``).
///
/// The first two are written in the same transaction, or the same file, as the tables themselves.
enum Ledger {
  static let loads = "receipt_loads"
  static let tables = "receipt_tables"

  /// The names of all its tables.
  static let names = [loads, tables, Lease.tableName]

  /// Whether a table may not have this name, since the ledger has or may come to have it.
  static func isReserved(_ name: String) -> Bool {
    isSameName(String(name.prefix(8)), "receipt_")
  }

  static func loadsDefinition() throws(SQLiteError) -> TableDefinition {
    try TableDefinition(
      name: loads,
      columns: [
        .init("load_id", .integer), .init("timestamp", .text), .init("location", .text),
        .init("publishing", .text), .init("conversion", .text), .init("row_count", .integer),
        .init("byte_count", .integer), .init("database_byte_count", .integer),
        .init("tool_version", .text), .init("started_at", .text), .init("finished_at", .text),
        .init("seconds", .real), .init("receipt", .text),
      ])
  }

  static func tablesDefinition() throws(SQLiteError) -> TableDefinition {
    try TableDefinition(
      name: tables,
      columns: [
        .init("load_id", .integer), .init("table_name", .text), .init("row_count", .integer),
        .init("file_count", .integer), .init("byte_count", .integer), .init("columns", .text),
      ])
  }

  /// A load with the text of its receipt, as it stands in the tables.
  struct Entry {
    var record: LoadRecord
    var receipt: String

    /// The row of `receipt_loads`.
    var row: [RowValue] {
      [
        .integer(record.id), .text(record.timestamp.description), .text(record.location),
        .text(record.publishing.rawValue), .text(record.conversion), .integer(record.rows),
        .integer(record.bytes), .integer(record.databaseBytes), .text(record.toolVersion),
        .text(record.startedAt.description), .text(record.finishedAt.description),
        .real(record.seconds), .text(receipt),
      ]
    }

    /// The rows of `receipt_tables`.
    func tableRows() throws -> [[RowValue]] {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return try record.tables.map { table in
        [
          .integer(record.id), .text(table.name), .integer(table.rows),
          .integer(Int64(table.files)), .integer(table.bytes),
          .text(String(decoding: try encoder.encode(table.columns), as: UTF8.self)),
        ]
      }
    }
  }

  /// Makes the tables where they are missing.
  static func create(in database: borrowing Database) throws {
    for definition in try missingTables(in: database) {
      try database.execute(definition.createStatement)
    }
  }

  /// The tables that a database lacks.
  ///
  /// - Throws: ``OperationError`` if a table has the name but not the columns.
  static func missingTables(in database: borrowing Database) throws -> [TableDefinition] {
    var missing: [TableDefinition] = []
    for definition in [try loadsDefinition(), try tablesDefinition(), try Lease.definition()] {
      let present = try database.columnNames(of: definition.name)
      if present.isEmpty {
        missing.append(definition)
      } else if !definition.columns.allSatisfy({ present.contains($0.name) }) {
        throw OperationError(
          .failed,
          "cannot use \(database.path): its table \(definition.name) is not a ledger of this tool",
          hint: "rename that table, or choose another file")
      }
    }
    return missing
  }

  /// Writes a load, in the caller's transaction.
  static func append(_ entry: Entry, to database: borrowing Database) throws {
    try insert([entry.row], as: try loadsDefinition(), in: database)
    try insert(try entry.tableRows(), as: try tablesDefinition(), in: database)
  }

  private static func insert(
    _ rows: [[RowValue]], as definition: TableDefinition, in database: borrowing Database
  ) throws {
    let names = definition.columns.map(\.name).joined(separator: ", ")
    let marks = definition.columns.map { _ in "?" }.joined(separator: ", ")
    let statement = try database.prepare(
      "INSERT INTO main.\(definition.name) (\(names)) VALUES (\(marks))")
    for row in rows {
      for (index, value) in row.enumerated() {
        switch value {
        case .null: try statement.bindNull(at: index + 1)
        case .integer(let value): try statement.bind(value, at: index + 1)
        case .real(let value): try statement.bind(value, at: index + 1)
        case .text(let value): try statement.bind(value, at: index + 1)
        }
      }
      try statement.run()
    }
  }
}
