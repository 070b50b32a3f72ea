/// Finds out of which types the columns of a CSV text are.
///
/// | fields | column |
/// |---|---|
/// | `true`, `false` | BOOLEAN |
/// | whole numbers that 64 bits hold, without a plus or zeros in front | INT64 |
/// | numbers, with `NaN`, `Infinity` and `-Infinity` among them | DOUBLE |
/// | `YYYY-MM-DD` | DATE |
/// | dates with a time and `Z` or an offset | TIMESTAMP of microseconds, adjusted to UTC |
/// | dates with a time | TIMESTAMP of microseconds, local |
/// | others, or nothing but nulls | STRING |
///
/// Quotes make no difference, but `""` is an empty text.
package final class CSVInference {
  private var rows: CSVRows
  private let header: CSVHeader
  private var forms: [TextForms]

  /// - Parameter header: the header of the text.
  package init(_ header: CSVHeader) {
    self.header = header
    rows = CSVRows(delimiter: header.delimiter, columnCount: header.names.count)
    forms = Array(repeating: [], count: header.names.count)
  }

  /// Looks at the rows that stand at the front of a block and takes them away.
  ///
  /// - Parameters:
  ///   - block: the block.
  ///   - limit: how many rows at the most.
  /// - Returns: how many there were; 0 if the block has no whole row.
  /// - Throws: ``RowFailure`` for what is no row.
  package func add(rowsOf block: TextBlock, limit: Int) throws(RowFailure) -> Int {
    let count = try rows.read(from: block, limit: limit)
    for column in forms.indices where !forms[column].contains(.other) {
      for row in 0..<count {
        if let field = rows[row, column] { forms[column].formUnion(TextForms(ofField: field)) }
      }
    }
    return count
  }

  /// The fields that hold everything that was seen.
  package var fields: [FieldDefinition] {
    zip(header.names, forms).map { name, forms in forms.field(name) }
  }
}
