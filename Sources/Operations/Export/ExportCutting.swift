import Dump
import Parquet

/// Decides how a table is cut into files.
struct ExportCutting {
  let options: ExportOptions
  let source: any ExportSource

  /// Rows by which the size of a row in a file is judged.
  private static let sampleRowCount = 20_000

  /// The files of a table.
  ///
  /// - Throws: what reading the first rows throws.
  func plan(_ table: ExportTable, in label: DumpLabel) throws -> ExportPlan.Table {
    var rowCount = table.rowCount
    var fileRows: [Int64]?
    var rowsPerFile = Int64.max
    switch options.fileRule {
    case .count(let files):
      if rowCount == nil { rowCount = try count(table) }
      // No file is empty, but that of an empty table.
      let count = max(1, min(Int64(files), rowCount ?? 0))
      fileRows = ExportPlan.fileRows(rowCount ?? 0, files: Int(count))
    case .rows(let limit): rowsPerFile = limit
    case .bytes(let byteCount):
      rowsPerFile = max(1, Int64(Double(byteCount) / (try byteCountOfRow(table))))
    }
    if fileRows == nil, let rowCount {
      fileRows = ExportPlan.fileRows(rowCount, perFile: rowsPerFile)
    }
    return ExportPlan.Table(
      name: table.name, folder: DumpKeys.folder(of: table.name, in: label),
      columns: table.schema.columns, isInferred: table.isInferred, fileRows: fileRows,
      rowsPerFile: rowsPerFile, estimatedRows: fileRows == nil ? table.estimatedRowCount : nil)
  }

  /// Reads all rows to know how many there are.
  private func count(_ table: ExportTable) throws -> Int64 {
    let reading = try source.rows(of: table, nil)
    let rows = try RowGroupBuilder(schema: table.schema, options: options.writer)
    var total: Int64 = 0
    while case let count = try reading.read(into: rows, limit: 4_096), count > 0 {
      total += Int64(count)
      rows.removeAll()
    }
    return total
  }

  /// What a row takes in a file, by the first ones.
  private func byteCountOfRow(_ table: ExportTable) throws -> Double {
    let sample = Int64(ExportCutting.sampleRowCount)
    if let rowCount = table.rowCount, rowCount <= sample { return 1 }
    let reading = try source.rows(of: table, table.isRandomAccess ? 0..<sample : nil)
    let rows = try RowGroupBuilder(schema: table.schema, options: options.writer)
    // Long rows fill a row group before there are so many.
    while rows.rowCount < sample, !rows.isFull {
      let count = try reading.read(into: rows, limit: Int(sample) - rows.rowCount)
      if count == 0 { break }
    }
    let rowCount = rows.rowCount
    guard rowCount > 0 else { return 1 }
    let writer = try ParquetWriter(schema: table.schema, options: options.writer)
    return Double(try writer.write(rows).count) / Double(rowCount)
  }
}
