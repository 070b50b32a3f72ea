import Dump
import FoundationEssentials
import SQLiteTables

/// The table in which a database says what was loaded into it.
enum LoadLedger {
  static let tableName = "receipt_loads"

  static func definition() throws(SQLiteError) -> TableDefinition {
    try TableDefinition(
      name: tableName,
      columns: [
        .init("timestamp", .text), .init("receipt", .text), .init("tables", .text),
        .init("row_count", .integer), .init("byte_count", .integer),
        .init("tool_version", .text), .init("started_at", .text), .init("seconds", .real),
      ])
  }

  /// One load.
  struct Entry {
    var receipt: Receipt
    var tables: [LoadReport.Table]
    var toolVersion: String
    var startedAt: Timestamp
    var seconds: Double

    /// The row of the ledger, in the order of its columns.
    func row() throws -> [RowValue] {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return [
        .text(receipt.timestamp.description), .text(receipt.text),
        .text(String(decoding: try encoder.encode(tables), as: UTF8.self)),
        .integer(tables.reduce(0) { $0 + $1.rows }),
        .integer(tables.reduce(0) { $0 + $1.bytes }),
        .text(toolVersion), .text(startedAt.description), .real(seconds),
      ]
    }
  }
}
