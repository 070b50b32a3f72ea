import Parquet

/// Texts made one after the other in one buffer, and the cells that point at them.
@safe
struct CellText: ~Copyable {
  private var text = TextBuffer(capacity: 4_096)
  private var ends = Buffer<Int>()
  private var cells = Buffer<Cell>()

  /// Makes `count` texts anew.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - append: appends the text at an index; nothing makes it NULL.
  /// - Throws: what `append` throws.
  mutating func fill<Failure: Error>(
    _ count: Int, append: (Int, inout TextBuffer) throws(Failure) -> Void
  ) throws(Failure) {
    try fill { text, ends throws(Failure) in
      for index in 0..<count {
        try append(index, &text)
        ends.append(text.count)
      }
    }
  }

  /// Makes all texts anew.
  ///
  /// - Parameter append: appends the texts, and for each the size of the whole behind it; a text of
  ///   no bytes is NULL.
  /// - Throws: what `append` throws.
  mutating func fill<Failure: Error>(
    append: (inout TextBuffer, inout Buffer<Int>) throws(Failure) -> Void
  ) throws(Failure) {
    text.removeAll()
    ends.removeAll()
    try append(&text, &ends)
    // Only now does the text stay where it is.
    cells.reserve(ends.count)
    let bytes = unsafe UnsafeRawPointer(text.base)
    let target = unsafe cells.base
    let offsets = unsafe ends.base
    var start = 0
    for index in 0..<ends.count {
      let end = unsafe offsets[index]
      let cell = unsafe Cell(
        base: bytes + start, count: UInt32(end - start), kind: Cell.textKind)
      unsafe target[index] = start == end ? .null : cell
      start = end
    }
    cells.count = ends.count
  }

  /// The cell of one text.
  func cell(_ index: Int) -> Cell { cells[index] }

  /// The column of a single row whose cell is that of one text.
  func column(of index: Int) -> CellColumn { unsafe .cells(UnsafePointer(cells.base + index)) }

  /// All cells; valid until the next ``fill(_:append:)``.
  var column: CellColumn { unsafe .cells(UnsafePointer(cells.base)) }
}
