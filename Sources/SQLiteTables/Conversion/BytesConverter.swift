import Parquet

/// Texts and blobs whose bytes are stored as they are.
///
/// A text that is not UTF-8 would be no text to SQLite's readers: it becomes a BLOB of the same
/// bytes, so that nothing is lost, and is counted.
final class BytesConverter: ColumnConverter {
  private let vector: ColumnVector
  private let isText: Bool
  private var cells = Buffer<Cell>()
  private var dictionary = DictionaryCells()
  /// Texts so far that are not UTF-8, those of a dictionary once.
  private(set) var brokenTextCount = 0

  init(_ vector: ColumnVector) {
    self.vector = vector
    isText = vector.column.valueKind == .text
  }

  func convert(rowCount: Int, rowNumbers: RowNumbers) throws -> CellColumn {
    var brokenTextCount = 0
    defer { self.brokenTextCount += brokenTextCount }
    if let values = vector.dictionary {
      let entries = values.values.contents
      return dictionary.column(of: vector, values) { entry in
        cell(entries.view(entry), &brokenTextCount)
      }
    }
    cells.reserve(rowCount)
    let views = unsafe vector.values.pointer(ByteView.self)
    let target = unsafe cells.base
    let levels = vector.validLevels
    for row in 0..<rowCount {
      // Only a row with a value has a view.
      let value: Cell = levels.hasValue(row) ? cell(unsafe views[row], &brokenTextCount) : .null
      unsafe target[row] = value
    }
    return unsafe .cells(UnsafePointer(target))
  }

  @inline(__always)
  private func cell(_ view: ByteView, _ brokenTextCount: inout Int) -> Cell {
    var kind = isText ? Cell.textKind : Cell.blobKind
    if isText, !view.isUTF8 {
      kind = Cell.blobKind
      brokenTextCount += 1
    }
    return unsafe Cell(base: view.base, count: UInt32(view.count), kind: kind)
  }
}
