/// One value of a row on its way into a SQLite record: a view of bytes, or NULL.
///
/// SQLite's record format gives a text of n bytes the serial type 2n+13 and a blob of n bytes
/// 2n+12 (<https://www.sqlite.org/fileformat2.html#record_format>). With `kind` 13, 12 or 0 the
/// serial type is `2 * count + kind` in every case, NULL included.
///
/// The bytes are borrowed: whoever fills a `CellColumn` keeps them alive until the block of rows is
/// encoded.
@safe
package struct Cell: BitwiseCopyable {
  package var base: UnsafeRawPointer?
  package var count: UInt32
  package var kind: UInt32

  package static var null: Cell { unsafe Cell(base: nil, count: 0, kind: 0) }

  package static let textKind: UInt32 = 13
  package static let blobKind: UInt32 = 12

  package init(base: UnsafeRawPointer?, count: UInt32, kind: UInt32) {
    unsafe self.base = base
    self.count = count
    self.kind = kind
  }
}

/// One column of a block of rows, in the few shapes the page builder encodes.
///
/// - `valid` holds one byte a row, 1 for a value and 0 for NULL; `nil` means that no row is NULL.
/// - `dictionary` holds one index a row into `entries`; a NULL row points at an entry that is
///   `Cell.null`. Indices are in bounds: whoever fills the column has checked them.
/// - All pointers are borrowed until the block is encoded, and are `rowCount` elements long.
@safe
package enum CellColumn {
  case null
  case integers(UnsafePointer<Int64>, valid: UnsafePointer<UInt8>?)
  case reals(UnsafePointer<Double>, valid: UnsafePointer<UInt8>?)
  case cells(UnsafePointer<Cell>)
  case dictionary(indices: UnsafePointer<Int32>, entries: UnsafePointer<Cell>)
}
