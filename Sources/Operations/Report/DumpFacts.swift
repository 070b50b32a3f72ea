import Dump

/// What is known of a table, with the columns, of which a report tells the changes only.
struct TableFacts: Sendable {
  var table: Report.Table
  /// The leaf columns; `nil` where they are not known.
  var columns: [Column]?

  /// A table as a load has recorded it.
  init(_ record: LoadRecord.Table) {
    table = Report.Table(
      name: record.name, files: record.files, promisedFiles: nil, bytes: record.bytes,
      rows: record.rows, columns: record.columns.isEmpty ? nil : record.columns.count,
      source: .ledger)
    columns = record.columns.isEmpty ? nil : record.columns
  }

  /// A table as a listing shows it.
  init(_ inventory: TableInventory, isPromised: Bool) {
    table = Report.Table(
      name: inventory.name, files: inventory.files.count,
      promisedFiles: isPromised ? inventory.promisedFileCount : nil, bytes: inventory.byteCount,
      rows: inventory.files.isEmpty ? 0 : nil, columns: nil, source: .listing)
  }

  /// Takes what another source says, if it speaks of the same files.
  mutating func take(
    rows: Int64, columns: [Column], files: Int, bytes: Int64, from source: Report.Source
  ) {
    guard table.files == files, table.bytes == bytes else { return }
    take(rows: rows, columns: columns, from: source)
  }

  /// Takes what a source says of the files that were listed.
  mutating func take(rows: Int64?, columns: [Column]?, from source: Report.Source) {
    table.rows = rows ?? table.rows
    if let columns, !columns.isEmpty {
      self.columns = columns
      table.columns = columns.count
    }
    table.source = source
  }
}

/// What is known of a dump.
struct DumpFacts: Sendable {
  var label: DumpLabel
  var timestamp: Timestamp
  var state: DumpInventory.State?
  var isCurrent = false
  var isPinned = false
  var loadedAt: Timestamp?
  var watched: String?
  var tables: [TableFacts] = []
  var findings: [Finding] = []
  /// The sizes of the files of each table.
  var fileSizes: [String: [Int64]] = [:]

  /// Whether its numbers are those of a whole dump, as far as anybody knows.
  var isWhole: Bool { summary.isWhole }

  /// What a report says of it.
  var summary: Report.Dump {
    Report.Dump(
      label: label, timestamp: timestamp, state: state, isCurrent: isCurrent, isPinned: isPinned,
      loadedAt: loadedAt, watched: watched, tables: tables.map(\.table),
      findings: Array(findings.prefix(Report.findingLimit)), findingCount: findings.count)
  }
}
