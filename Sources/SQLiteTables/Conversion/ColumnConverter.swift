import Parquet

/// Turns the entries of one column into cells, batch after batch.
///
/// The cells point into memory of the converter, of the batch or of its dictionary, so they are
/// valid until the next batch is read or converted.
protocol ColumnConverter: AnyObject {
  /// The cells of a batch.
  ///
  /// - Parameters:
  ///   - rowCount: the rows of the batch.
  ///   - rowNumbers: the rows' numbers, for messages.
  /// - Returns: the cells.
  /// - Throws: `SQLiteError` for a value that SQLite cannot hold, `ParquetError` for columns that
  ///   contradict each other.
  func convert(rowCount: Int, rowNumbers: RowNumbers) throws -> CellColumn
}

/// A column that is always NULL.
final class NullConverter: ColumnConverter {
  func convert(rowCount: Int, rowNumbers: RowNumbers) -> CellColumn { .null }
}

extension ColumnVector {
  /// Fills one byte a row, 1 where the row has a value; `nil` if the column is required.
  func fillValidity(_ valid: inout Buffer<UInt8>) -> UnsafePointer<UInt8>? {
    let maximum = UInt16(column.maximumDefinitionLevel)
    if maximum == 0 { return nil }
    precondition(definitionLevels.count == entryCount)
    valid.reserve(entryCount)
    let levels = unsafe definitionLevels.base
    let target = unsafe valid.base
    for row in 0..<entryCount { unsafe target[row] = levels[row] == maximum ? 1 : 0 }
    valid.count = entryCount
    return unsafe UnsafePointer(target)
  }
}
