internal import Parquet

/// Some rows of a table, column by column, as they lie in pages or came from the library.
///
/// The values point into memory that somebody holds: the mapped file, or the batch's own for those
/// that are nowhere in one piece.
@safe
package struct RowBatch: ~Copyable {
  /// Rows that a batch has at the most: few enough for its values to stay in the processor's cache.
  static let capacity = 256

  let columnCount: Int
  /// The number of rows.
  var rowCount = 0
  private let values: UnsafeMutablePointer<StoredValue>
  private var pieces: [UnsafeMutableRawPointer] = unsafe []
  private var room = 0
  private var used = 0

  private static let pieceByteCount = 64 << 10

  init(columnCount: Int) {
    self.columnCount = columnCount
    unsafe values = .allocate(capacity: max(1, columnCount) * RowBatch.capacity)
  }

  deinit {
    unsafe values.deallocate()
    unsafe pieces.forEach { unsafe $0.deallocate() }
  }

  /// The values of a column, one for each row.
  func column(_ index: Int) -> UnsafePointer<StoredValue> {
    precondition(index >= 0 && index < columnCount)
    return unsafe UnsafePointer(values + index * RowBatch.capacity)
  }

  /// Where the values of the next row go: that of column `index` at `index * capacity`.
  @unsafe
  func nextRow() -> UnsafeMutablePointer<StoredValue> {
    precondition(rowCount < RowBatch.capacity)
    return unsafe values + rowCount
  }

  /// Forgets all rows.
  mutating func removeAll() {
    rowCount = 0
    unsafe pieces.dropFirst().forEach { unsafe $0.deallocate() }
    unsafe pieces.removeLast(max(0, pieces.count - 1))
    // A first piece that was made for one long value is not kept for small ones.
    if room > RowBatch.pieceByteCount, let piece = unsafe pieces.popLast() {
      unsafe piece.deallocate()
      room = 0
    }
    used = 0
  }

  /// Memory for bytes that are nowhere else, valid until the rows are forgotten.
  @unsafe
  mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let aligned = (byteCount + 7) & ~7
    if let last = unsafe pieces.last, used + aligned <= room {
      defer { used += aligned }
      return unsafe last + used
    }
    room = max(RowBatch.pieceByteCount, aligned)
    let piece = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 8)
    unsafe pieces.append(piece)
    used = aligned
    return unsafe piece
  }
}
