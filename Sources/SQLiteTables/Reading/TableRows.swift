package import Parquet

/// Rows of a table, read in batches into row groups.
package final class TableRows {
  private let producer: any RowProducer
  private let columns: ExportColumns
  private var batch: RowBatch
  private var nextRow: Int64

  init(_ producer: any RowProducer, schema: Schema, table: String, firstRow: Int64) {
    self.producer = producer
    columns = ExportColumns(schema, table: table)
    batch = RowBatch(columnCount: schema.fields.count)
    nextRow = firstRow
  }

  /// Reads the next rows.
  ///
  /// - Parameters:
  ///   - rows: where they go.
  ///   - limit: how many at the most.
  /// - Returns: how many there were; 0 at the end.
  /// - Throws: `value-too-large` for a value that its column cannot hold; `library`.
  package func read(into rows: RowGroupBuilder, limit: Int) throws(SQLiteError) -> Int {
    batch.removeAll()
    try producer.read(into: &batch, limit: limit)
    try columns.append(batch, to: rows, firstRow: nextRow)
    nextRow += Int64(batch.rowCount)
    return batch.rowCount
  }
}
