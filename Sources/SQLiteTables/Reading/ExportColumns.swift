internal import Parquet

/// The columns of a table on their way to a row group.
final class ExportColumns {
  /// A column is not to be copied, so an array cannot hold it.
  private final class Box {
    var column: ExportColumn

    init(_ column: consuming ExportColumn) { self.column = column }
  }

  private let boxes: [Box]
  private let table: String

  /// One column for each top-level field of a schema.
  init(_ schema: Schema, table: String) {
    boxes = schema.fields.indices.map { Box(ExportColumn(schema, field: $0)) }
    self.table = table
  }

  /// Hands the rows of a batch on.
  ///
  /// - Parameters:
  ///   - batch: the rows.
  ///   - rows: where they go.
  ///   - firstRow: the position of the first one in the table, for errors.
  /// - Throws: `value-too-large` for a value that its column cannot hold, with its place.
  func append(
    _ batch: borrowing RowBatch, to rows: RowGroupBuilder, firstRow: Int64
  ) throws(SQLiteError) {
    for (index, box) in boxes.enumerated() {
      do throws(ExportColumn.Misfit) {
        try unsafe box.column.append(batch.column(index), count: batch.rowCount, to: rows)
      } catch {
        let row = error.row.map { "row \(firstRow + Int64($0) + 1), " } ?? ""
        throw SQLiteError(
          .valueTooLarge,
          "cannot export table \(table): \(row)column \(box.column.name): \(error.reason)",
          hint: "A schema can give the column another type.")
      }
    }
  }
}
