package import Parquet

/// Turns the batches of one row group into the cells of a table.
package final class BatchConverter {
  private let converters: [any ColumnConverter]

  /// - Parameters:
  ///   - mapping: the table's columns.
  ///   - vectors: the vectors of the reader, for all leaf columns of the mapping's schema.
  package init(_ mapping: TableMapping, vectors: [ColumnVector]) {
    converters = mapping.columns.map { column in
      switch column.origin {
      case .leaf(let leaf): makeConverter(vectors[leaf.index], mapping.options)
      case .json(let field):
        JSONConverter(
          field, vectors: Array(vectors[field.leaves]), assumesUTC: mapping.options.assumesUTC)
      }
    }
  }

  /// Takes leaf columns alone, one after the other.
  ///
  /// - Parameters:
  ///   - vectors: the vectors of the reader.
  ///   - options: how values are converted.
  package init(leaves vectors: [ColumnVector], options: ConversionOptions) {
    converters = vectors.map { makeConverter($0, options) }
  }

  /// The cells of the batch that the reader has just read.
  ///
  /// They are valid until the reader reads on or this is called again.
  ///
  /// - Parameters:
  ///   - rowCount: the rows of the batch.
  ///   - rowNumbers: the rows' numbers, for messages.
  /// - Returns: the cells of each column.
  /// - Throws: `SQLiteError` for a value that SQLite cannot hold, `ParquetError` for columns that
  ///   contradict each other.
  package func convert(rowCount: Int, rowNumbers: RowNumbers) throws -> [CellColumn] {
    var columns: [CellColumn] = []
    columns.reserveCapacity(converters.count)
    for converter in converters {
      columns.append(try converter.convert(rowCount: rowCount, rowNumbers: rowNumbers))
    }
    return columns
  }

  /// Texts so far that are not UTF-8 and were stored as blobs.
  package var brokenTextCount: Int {
    converters.reduce(0) { $0 + (($1 as? BytesConverter)?.brokenTextCount ?? 0) }
  }
}

private func makeConverter(
  _ vector: ColumnVector, _ options: ConversionOptions
) -> any ColumnConverter {
  switch vector.column.valueKind {
  case .null: return NullConverter()
  case .unsigned(bitWidth: 64) where options.uint64 == .text:
    return FormattedConverter(vector, assumesUTC: false)
  case .boolean, .signed, .unsigned: return IntegerConverter(vector)
  case .float, .double, .float16: return RealConverter(vector)
  case .decimal where options.decimals == .real: return DecimalRealConverter(vector)
  case .text, .binary: return BytesConverter(vector)
  case .decimal, .date, .time, .timestamp, .int96, .uuid, .interval:
    return FormattedConverter(vector, assumesUTC: options.assumesUTC)
  }
}
