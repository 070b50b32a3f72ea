/// Turns rows of CSV into columns.
///
/// Fields have the forms that ``JSONShredder`` takes, without quotes: booleans are `true` and `false`,
/// and a struct, list or map is JSON text.
package final class CSVShredder {
  private var rows: CSVRows
  private let columns: [CSVColumn]

  /// A shredder of rows.
  ///
  /// - Parameters:
  ///   - schema: the schema; its top-level fields are the columns in their order.
  ///   - delimiter: what stands between fields.
  package init(_ schema: Schema, delimiter: UInt8) {
    rows = CSVRows(delimiter: delimiter, columnCount: schema.fields.count)
    columns = schema.fields.indices.map { CSVColumn(schema, field: $0) }
  }

  /// Takes rows from the front of a block to a row group.
  ///
  /// - Parameters:
  ///   - block: the block.
  ///   - limit: how many rows at the most.
  ///   - group: where they go.
  /// - Returns: how many there were; 0 if the block has no whole row.
  /// - Throws: ``RowFailure`` for what is no row, and for a field that its column cannot hold.
  package func take(
    rowsOf block: TextBlock, limit: Int, into group: RowGroupBuilder
  ) throws(RowFailure) -> Int {
    let count = try rows.read(from: block, limit: limit)
    for (index, column) in columns.enumerated() {
      try column.take(index, of: rows, into: group)
    }
    return count
  }
}

/// A column of a CSV text on its way to its leaf columns.
private final class CSVColumn {
  private let name: String
  /// The leaf of a column that has one value a row.
  private let leaf: ShreddedLeaf?
  /// What takes JSON texts otherwise.
  private let shredder: JSONShredder?

  init(_ schema: Schema, field index: Int) {
    let field = schema.fields[index]
    name = field.name
    if let leaf = field.leaf, leaf.maximumRepetitionLevel == 0 {
      self.leaf = ShreddedLeaf(leaf)
      shredder = nil
    } else {
      leaf = nil
      shredder = JSONShredder(schema, field: index)
    }
  }

  func take(
    _ column: Int, of rows: borrowing CSVRows, into group: RowGroupBuilder
  ) throws(RowFailure) {
    var row = 0
    do throws(JSONFailure) {
      if let leaf {
        try leaf.entries.take(column, of: rows, row: &row)
        leaf.entries.flush(
          into: group.columns[leaf.entries.column.index], rowCount: rows.rowCount)
      }
    } catch {
      throw rows.failure(error.message, row: row, column: name)
    }
    guard let shredder else { return }
    do throws(ParquetError) {
      while row < rows.rowCount {
        if let field = rows[row, column] {
          try shredder.append(row: field)
        } else {
          try shredder.appendNull()
        }
        row += 1
      }
      try shredder.flush(into: group)
    } catch {
      throw rows.failure(error.message, row: min(row, rows.rowCount - 1), column: name)
    }
  }
}

extension ShreddedEntries {
  /// Takes all fields of a column.
  ///
  /// - Parameters:
  ///   - column: the column.
  ///   - rows: the rows.
  ///   - row: the row that is taken.
  /// - Throws: `JSONFailure` for the field of that row.
  fileprivate mutating func take(
    _ column: Int, of rows: borrowing CSVRows, row: inout Int
  ) throws(JSONFailure) {
    let definition = self.column.maximumDefinitionLevel
    while row < rows.rowCount {
      if let field = rows[row, column] {
        try take(field: field)
        appendLevels(definition, 0)
      } else {
        guard definition > 0 else {
          throw JSONFailure("the field is empty but required", at: 0)
        }
        appendLevels(definition - 1, 0)
      }
      row += 1
    }
  }

  @inline(__always)
  private mutating func take(field: ByteView) throws(JSONFailure) {
    if kind == .text {
      bytes.append(field)
      endBytes()
    } else if kind == .boolean {
      bytes.append(try boolean(field) ? 1 : 0)
    } else {
      try take(text: field, isNumber: tellsNumbers && field.numberForm != nil, at: 0)
    }
  }

  /// Whether a number is not read as other texts are.
  private var tellsNumbers: Bool {
    switch kind {
    case .float, .double, .float16, .time: true
    case .boolean, .signed, .unsigned, .text, .binary, .decimal, .date, .timestamp, .int96, .uuid,
      .interval, .null:
      false
    }
  }

  private func boolean(_ field: ByteView) throws(JSONFailure) -> Bool {
    switch field.count {
    case 4 where field.isEqual(("true" as StaticString).view): return true
    case 5 where field.isEqual(("false" as StaticString).view): return false
    default: throw mismatch(field, 0)
    }
  }
}
