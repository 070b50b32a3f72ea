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
  mutating func fill(
    _ count: Int, append: (Int, inout TextBuffer) throws -> Void
  ) rethrows {
    text.removeAll()
    ends.reserve(count)
    ends.count = count
    for index in 0..<count {
      try append(index, &text)
      ends[index] = text.count
    }
    // Only now does the text stay where it is.
    cells.reserve(count)
    cells.count = count
    var start = 0
    for index in 0..<count {
      let end = ends[index]
      cells[index] =
        start == end
        ? .null
        : unsafe Cell(
          base: UnsafeRawPointer(text.base + start), count: UInt32(end - start),
          kind: Cell.textKind)
      start = end
    }
  }

  /// The cell of one text.
  func cell(_ index: Int) -> Cell { cells[index] }

  /// The column of a single row whose cell is that of one text.
  func column(of index: Int) -> CellColumn { unsafe .cells(UnsafePointer(cells.base + index)) }

  /// All cells; valid until the next ``fill(_:append:)``.
  var column: CellColumn { unsafe .cells(UnsafePointer(cells.base)) }
}
