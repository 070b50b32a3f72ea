import Dump
import ObjectStorage
import Parquet

/// The tables of Parquet files: a dump, a folder of files, or one file.
struct ParquetSource: ExportSource {
  /// A file with what its footer says.
  private struct File: Sendable {
    let source: ObjectSource
    let file: ParquetFile
  }

  let tables: [ExportTable]
  private let files: [String: [File]]

  /// Reads the footers.
  ///
  /// - Parameter groups: the files of each table, in the order of their rows.
  /// - Throws: ``OperationError`` if the files of a table have different columns.
  init(_ groups: [(table: String, files: [(name: String, reader: any ObjectReader)])]) throws {
    var files: [String: [File]] = [:]
    var tables: [ExportTable] = []
    for (table, group) in groups {
      let opened = try group.map { name, reader in
        let source = ObjectSource(reader: reader)
        return File(source: source, file: try ParquetFile(name: name, source: source))
      }
      guard let first = opened.first else { continue }
      for other in opened where other.file.schema.elements != first.file.schema.elements {
        throw OperationError(
          .failed,
          "cannot export table \(table): \(other.file.name) has other columns than "
            + first.file.name, hint: "`receipt parquet schema` shows both")
      }
      files[table] = opened
      tables.append(
        ExportTable(
          name: table, schema: first.file.schema,
          rowCount: opened.reduce(0) { $0 + $1.file.metadata.rowCount }, isRandomAccess: true))
    }
    self.tables = tables
    self.files = files
  }

  func rows(of table: ExportTable, _ range: Range<Int64>?) throws -> any ExportRows {
    let files = (files[table.name] ?? []).map { ($0.source, $0.file) }
    return ParquetFileRows(files, range ?? 0..<(table.rowCount ?? 0))
  }
}

/// Rows of files, one row group after the other.
private final class ParquetFileRows: ExportRows {
  private let files: [(source: ObjectSource, file: ParquetFile)]
  private let context = ReadContext()
  private var range: Range<Int64>
  /// The row group that is next, and the position of its first row.
  private var file = 0
  private var rowGroup = 0
  private var position: Int64 = 0
  private var reader: RowGroupReader?
  private var left: Int64 = 0

  init(_ files: [(ObjectSource, ParquetFile)], _ range: Range<Int64>) {
    self.files = files.map { (source: $0.0, file: $0.1) }
    self.range = range
  }

  func read(into rows: RowGroupBuilder, limit: Int) throws -> Int {
    guard !range.isEmpty, let reader = try current() else { return 0 }
    let wanted = min(Int64(limit), left, Int64(range.count))
    let count = try reader.readBatch(rows: Int(wanted))
    if reader.columns.isEmpty { rows.appendBareRows(count) }
    try rows.append(reader.columns)
    left -= Int64(count)
    if left == 0 { self.reader = nil }
    range = (range.lowerBound + Int64(count))..<range.upperBound
    return count
  }

  /// The reader of the row group that holds the next row, which it is about to read.
  private func current() throws -> RowGroupReader? {
    if let reader { return reader }
    while file < files.count {
      let (source, parquet) = files[file]
      while rowGroup < parquet.metadata.rowGroups.count {
        let count = parquet.metadata.rowGroups[rowGroup].rowCount
        defer {
          rowGroup += 1
          position += count
        }
        guard position + count > range.lowerBound, count > 0 else { continue }
        let reader = try RowGroupReader(
          parquet, rowGroup: rowGroup, source: source, context: context)
        // Rows before the first one that is wanted.
        var skipped = range.lowerBound - position
        left = count - skipped
        while skipped > 0 {
          skipped -= Int64(try reader.readBatch(rows: Int(min(skipped, 1_024))))
        }
        self.reader = reader
        return reader
      }
      file += 1
      rowGroup = 0
    }
    return nil
  }
}
