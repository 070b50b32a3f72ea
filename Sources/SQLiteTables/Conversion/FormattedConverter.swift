import Parquet

/// Values that become text of our own making: decimals, dates, times, UUIDs, large integers.
final class FormattedConverter: ColumnConverter {
  private let vector: ColumnVector
  private let format: ScalarText
  private var text = CellText()
  private var dictionaryText = CellText()
  private var dictionary = DictionaryCells()

  init(_ vector: ColumnVector, assumesUTC: Bool) {
    self.vector = vector
    format = ScalarText(vector.column, assumesUTC: assumesUTC)
  }

  func convert(rowCount: Int, rowNumbers: RowNumbers) throws -> CellColumn {
    if let values = vector.dictionary {
      if !dictionary.holds(values) {
        let entries = values.values.contents
        try dictionaryText.fill(values.count) { index, text in
          try format.appendValue(index, of: entries, column: vector.column, to: &text)
        }
      }
      return dictionary.column(of: vector, values) { dictionaryText.cell($0) }
    }
    let values = vector.values.contents
    let levels = vector.validLevels
    try text.fill(rowCount) { row, text in
      if levels.hasValue(row) {
        try format.appendValue(row, of: values, column: vector.column, to: &text)
      }
    }
    return text.column
  }
}
