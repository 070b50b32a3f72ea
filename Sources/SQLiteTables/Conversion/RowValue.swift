import Parquet

/// One value of a single row that is made by hand; blocks of rows use `CellColumn`.
package enum RowValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
}

extension LeafRunWriter {
  /// Appends one row.
  ///
  /// - Parameters:
  ///   - row: one value for each column.
  ///   - rowID: its rowid.
  /// - Throws: what appending a block of rows throws.
  package mutating func append(row: [RowValue], rowID: Int64) throws(SQLiteError) {
    var integers = Buffer<Int64>(capacity: row.count)
    var reals = Buffer<Double>(capacity: row.count)
    var columns: [CellColumn] = []
    var text = CellText()
    text.fill(row.count) { index, text in
      if case .text(let value) = row[index] { text.append(value) }
    }
    for (index, value) in row.enumerated() {
      switch value {
      case .null: columns.append(.null)
      case .integer(let number):
        integers.append(number)
        unsafe columns.append(.integers(integers.base + integers.count - 1, valid: nil))
      case .real(let number):
        reals.append(number)
        unsafe columns.append(.reals(reals.base + reals.count - 1, valid: nil))
      case .text: columns.append(text.column(of: index))
      }
    }
    try append(columns: columns, rowCount: 1, firstRowID: rowID)
    // The columns point into these.
    extendLifetime(integers)
    extendLifetime(reals)
    extendLifetime(text)
  }
}
