/// Collects the rows of one row group, column by column; to be used again for the next.
///
///     let rows = try RowGroupBuilder(schema: schema, options: options)
///     for batch in batches {
///       try rows.columns[0].append(batch.ids)
///       try rows.columns[1].append(utf8: batch.text, ends: batch.ends, isValid: batch.hasText)
///       if rows.isFull { file.write(try writer.write(rows)) }
///     }
///
/// One builder serves one thread, and any number of files of the same schema and options.
public final class RowGroupBuilder {
  /// The schema.
  public let schema: Schema
  /// The options.
  public let options: WriterOptions
  /// One builder for each leaf column, in schema order.
  public let columns: [ColumnBuilder]

  /// An empty row group.
  ///
  /// - Throws: ``ParquetError`` with code `options` or `schema` if these cannot be written.
  public init(schema: Schema, options: WriterOptions = WriterOptions()) throws(ParquetError) {
    self.schema = schema
    self.options = options
    columns = try ColumnSettings.all(of: schema, options).map { ColumnBuilder($0) }
  }

  /// Rows of a schema without columns.
  private var bareRowCount = 0

  /// The rows of the first column; between batches all columns have as many.
  public var rowCount: Int { columns.first?.rowCount ?? bareRowCount }

  /// Rows that fit before ``isFull`` counts them as too many.
  public var roomForRows: Int { max(0, options.rowGroupRowLimit - rowCount) }

  /// Whether the options' limits for a row group are reached.
  public var isFull: Bool {
    rowCount >= options.rowGroupRowLimit
      || columns.reduce(0) { $0 + $1.byteCount } >= options.rowGroupByteLimit
  }

  /// Appends the rows of a batch that was read, one vector for each leaf column.
  ///
  /// - Throws: ``ParquetError`` with code `value` if the vectors are others than the schema's.
  public func append(_ vectors: [ColumnVector]) throws(ParquetError) {
    guard vectors.count == columns.count else {
      throw ParquetError(
        .value,
        "the batch has \(vectors.count) columns but the schema has \(columns.count) leaf columns")
    }
    for (column, vector) in zip(columns, vectors) { try column.append(vector) }
  }

  /// Counts rows of a schema without columns, of which there is nothing else to say.
  public func appendBareRows(_ count: Int) {
    precondition(columns.isEmpty && count >= 0)
    bareRowCount += count
  }

  /// Forgets all rows; the memory is kept.
  public func removeAll() {
    bareRowCount = 0
    for column in columns { column.removeAll() }
  }

  /// The rows, once all columns agree on their number.
  func checkedRowCount() throws(ParquetError) -> Int {
    for column in columns where column.rowCount != rowCount {
      throw ParquetError(
        .value, at: ParquetError.Place(column: column.column.dottedPath),
        "the column has \(grouped(column.rowCount)) rows but the row group's first column has "
          + grouped(rowCount))
    }
    return rowCount
  }
}
