import Parquet

/// Structs, lists and maps, as JSON text.
///
/// A missing one is NULL, an empty list `[]`.
final class JSONConverter: ColumnConverter {
  private let writer: JSONRowWriter
  private var text = CellText()

  init(_ field: Field, vectors: [ColumnVector], assumesUTC: Bool) {
    var style = JSONStyle.plain
    style.assumesUTC = assumesUTC
    writer = JSONRowWriter(fields: [field], vectors: vectors, style: style)
  }

  func convert(rowCount: Int, rowNumbers: RowNumbers) throws -> CellColumn {
    writer.beginBatch()
    try text.fill { text, ends throws(ParquetError) in
      try writer.appendValues(rowCount, to: &text, ends: &ends)
    }
    return text.column
  }
}
