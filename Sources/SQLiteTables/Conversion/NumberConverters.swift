import Parquet

/// Booleans and integers, as INTEGER.
final class IntegerConverter: ColumnConverter {
  private let vector: ColumnVector
  private let kind: ValueKind
  private var numbers = Buffer<Int64>()
  private var valid = Buffer<UInt8>()

  init(_ vector: ColumnVector) {
    self.vector = vector
    kind = vector.column.valueKind
  }

  func convert(rowCount: Int, rowNumbers: RowNumbers) throws -> CellColumn {
    vector.materialize()
    let valid = unsafe vector.fillValidity(&valid)
    numbers.reserve(rowCount)
    let target = unsafe numbers.base
    // Values of rows without one are undefined, and harmless: the encoder passes over them.
    switch (kind, vector.column.physicalType) {
    case (.boolean, _):
      let source = unsafe vector.values.pointer(UInt8.self)
      for row in 0..<rowCount { unsafe target[row] = Int64(source[row]) }
    case (.signed(let bitWidth), .int32):
      let source = unsafe vector.values.pointer(Int32.self)
      let shift = Int32(32 - bitWidth)
      for row in 0..<rowCount { unsafe target[row] = Int64((source[row] &<< shift) &>> shift) }
    case (.unsigned(let bitWidth), .int32):
      let source = unsafe vector.values.pointer(UInt32.self)
      let mask = UInt32.max >> UInt32(32 - bitWidth)
      for row in 0..<rowCount { unsafe target[row] = Int64(source[row] & mask) }
    case (.unsigned, _):
      let source = unsafe vector.values.pointer(Int64.self)
      for row in 0..<rowCount {
        let value = unsafe source[row]
        if value < 0, vector.hasValue(at: row) {
          throw tooLarge(UInt64(bitPattern: value), rowID: rowNumbers[row])
        }
        unsafe target[row] = value
      }
    default:
      return unsafe .integers(UnsafePointer(vector.values.pointer(Int64.self)), valid: valid)
    }
    return unsafe .integers(UnsafePointer(target), valid: valid)
  }

  private func tooLarge(_ value: UInt64, rowID: Int64) -> SQLiteError {
    SQLiteError(
      .valueTooLarge,
      "cannot store \(value) of column \(vector.column.dottedPath), row \(rowID): "
        + "SQLite's largest integer is \(Int64.max)",
      hint: "--uint64 text stores the whole column as text")
  }
}

/// Floats of all widths, as REAL.
final class RealConverter: ColumnConverter {
  private let vector: ColumnVector
  private var numbers = Buffer<Double>()
  private var valid = Buffer<UInt8>()

  init(_ vector: ColumnVector) { self.vector = vector }

  func convert(rowCount: Int, rowNumbers: RowNumbers) -> CellColumn {
    vector.materialize()
    let valid = unsafe vector.fillValidity(&valid)
    switch vector.column.physicalType {
    case .double:
      return unsafe .reals(UnsafePointer(vector.values.pointer(Double.self)), valid: valid)
    case .float:
      numbers.reserve(rowCount)
      let source = unsafe vector.values.pointer(Float.self)
      for row in 0..<rowCount { unsafe numbers.base[row] = Double(source[row]) }
    default:
      numbers.reserve(rowCount)
      let values = vector.values.contents
      for row in 0..<rowCount {
        unsafe numbers.base[row] = vector.hasValue(at: row) ? values.view(row).float16 : 0
      }
    }
    return unsafe .reals(UnsafePointer(numbers.base), valid: valid)
  }
}

/// DECIMAL as the nearest double, where the caller asked for it.
final class DecimalRealConverter: ColumnConverter {
  private let vector: ColumnVector
  private let format: ScalarText
  private var text = TextBuffer()
  private var numbers = Buffer<Double>()
  private var valid = Buffer<UInt8>()

  init(_ vector: ColumnVector) {
    self.vector = vector
    format = ScalarText(vector.column, assumesUTC: false)
  }

  func convert(rowCount: Int, rowNumbers: RowNumbers) throws -> CellColumn {
    vector.materialize()
    let valid = unsafe vector.fillValidity(&valid)
    numbers.reserve(rowCount)
    let values = vector.values.contents
    for row in 0..<rowCount where vector.hasValue(at: row) {
      text.removeAll()
      try format.appendValue(row, of: values, column: vector.column, to: &text)
      unsafe numbers.base[row] = Double(text.view.string) ?? .nan
    }
    return unsafe .reals(UnsafePointer(numbers.base), valid: valid)
  }
}
