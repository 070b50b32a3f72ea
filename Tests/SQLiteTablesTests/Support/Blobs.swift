import Foundation

@testable import SQLiteTables

/// Gives `body` a column of blobs full of zeros, with NULL for `nil`.
///
/// All of them are the same memory, which takes no room: nobody has written to it.
func withBlobs(byteCounts: [Int?], _ body: (CellColumn) throws -> Void) throws {
  guard let zeros = unsafe calloc(byteCounts.compactMap(\.self).max() ?? 1, 1) else {
    throw SQLiteError(.file, "cannot reserve memory")
  }
  defer { unsafe free(zeros) }
  let cells = byteCounts.map { byteCount in
    guard let byteCount else { return Cell.null }
    return unsafe Cell(base: zeros, count: UInt32(byteCount), kind: Cell.blobKind)
  }
  try unsafe cells.withUnsafeBufferPointer { cells in
    guard let first = cells.baseAddress else { return }
    try unsafe body(.cells(first))
  }
}
