extension RowWindow {
  /// Pass 2: writes serial types and bodies of `rows` to where they were placed.
  ///
  /// Bounds: `headerOffsets` and `bodyOffsets` of these rows point into `pages`, where
  /// `recordByteCount(ofRow:)` bytes belong to the row. A number is merged into the eight bytes
  /// that begin where it is stored, and bytes that are not its own keep their values; `pages`
  /// therefore has `LeafRun.slack` more bytes than its pages.
  ///
  /// `columns` is the block that was measured, and `start` its row that is row 0 of the window.
  func encode(
    _ columns: [CellColumn], from start: Int, rows: Range<Int>, into pages: UnsafeMutableRawPointer
  ) {
    for (column, cells) in columns.enumerated() {
      switch cells {
      case .null:
        for row in rows {
          unsafe pages.storeBytes(
            of: 0, toByteOffset: Int(headerOffsets[row]) &+ column, as: UInt8.self)
        }
      case .integers(let values, _):
        let values = unsafe values + start
        unsafe encodeNumbers(column, rows, pages) { row, _ in
          unsafe UInt64(bitPattern: values[row])
        }
      case .reals(let values, _):
        let values = unsafe values + start
        unsafe encodeNumbers(column, rows, pages) { row, type in
          let value = unsafe values[row]
          return type == SerialType.real
            ? value.bitPattern : UInt64(bitPattern: SerialType.integer(ofIntegral: value))
        }
      case .cells(let values):
        let values = unsafe values + start
        unsafe encodeCells(column, rows, pages) { row in unsafe values[row] }
      case .dictionary(let indices, let entries):
        let indices = unsafe indices + start
        unsafe encodeCells(column, rows, pages) { row in unsafe entries[Int(indices[row])] }
      }
    }
  }

  /// Writes numbers; `bits` gives those of an integer or a double by row and serial type.
  private func encodeNumbers(
    _ column: Int, _ rows: Range<Int>, _ pages: UnsafeMutableRawPointer,
    _ bits: (Int, UInt64) -> UInt64
  ) {
    let types = unsafe serialTypes + column * capacity
    let forms = unsafe numbers.forms
    let headers = unsafe headerOffsets
    let bodies = unsafe bodyOffsets
    let serialTypes = unsafe pages + column
    for row in rows {
      let type = unsafe types[row]
      unsafe serialTypes.storeBytes(of: type, toByteOffset: Int(headers[row]), as: UInt8.self)
      // In bounds: serial types of numbers are below 16.
      let form = unsafe forms + Int(type)
      let value = unsafe bits(row, UInt64(type)) &<< form.pointee.shift
      let target = unsafe pages + Int(bodies[row])
      let word = unsafe UInt64(littleEndian: target.loadUnaligned(as: UInt64.self))
      // The value's bytes in file order are the low bytes of the swapped word.
      let merged = unsafe word ^ ((word ^ value.byteSwapped) & form.pointee.mask)
      unsafe target.storeBytes(of: merged.littleEndian, as: UInt64.self)
      unsafe bodies[row] &+= UInt32(truncatingIfNeeded: form.pointee.byteCount)
    }
  }

  /// Writes texts and blobs.
  private func encodeCells(
    _ column: Int, _ rows: Range<Int>, _ pages: UnsafeMutableRawPointer, _ cell: (Int) -> Cell
  ) {
    let headers = unsafe headerOffsets
    let bodies = unsafe bodyOffsets
    let serialTypes = unsafe pages + column
    let isLong = unsafe hasLongSerialTypes[column]
    for row in rows {
      let cell = cell(row)
      let type = unsafe serialTypes + Int(headers[row])
      if isLong {
        let extra = unsafe Varint.store(cell.serialType, at: type) &- 1
        unsafe headers[row] &+= UInt32(truncatingIfNeeded: extra)
      } else {
        unsafe type.storeBytes(
          of: UInt8(truncatingIfNeeded: cell.serialType), as: UInt8.self)
      }
      if let source = unsafe cell.base {
        unsafe copyShort(from: source, to: pages + Int(bodies[row]), count: Int(cell.count))
      } else {
        precondition(cell.count == 0, "a cell with bytes has an address")
      }
      unsafe bodies[row] &+= cell.count
    }
  }
}

/// Copies `count` bytes; quicker than a call of `memcpy` for names, codes and addresses.
///
/// Up to 64 bytes are two loads and two stores of one size that overlap as needed, so neither side
/// is touched outside of its `count` bytes.
private func copyShort(
  from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, count: Int
) {
  if count > 64 {
    unsafe target.copyMemory(from: source, byteCount: count)
  } else if count >= 32 {
    unsafe copyEnds(SIMD32<UInt8>.self, 32, source, target, count)
  } else if count >= 16 {
    unsafe copyEnds(SIMD16<UInt8>.self, 16, source, target, count)
  } else if count >= 8 {
    unsafe copyEnds(UInt64.self, 8, source, target, count)
  } else if count >= 4 {
    unsafe copyEnds(UInt32.self, 4, source, target, count)
  } else if count >= 2 {
    unsafe copyEnds(UInt16.self, 2, source, target, count)
  } else if count == 1 {
    unsafe target.storeBytes(of: source.load(as: UInt8.self), as: UInt8.self)
  }
}

/// Copies the first and the last `size` bytes of `count`, with `size` ≤ `count` ≤ 2 · `size`.
private func copyEnds<Word: BitwiseCopyable>(
  _ word: Word.Type, _ size: Int, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer,
  _ count: Int
) {
  let end = count &- size
  let first = unsafe source.loadUnaligned(as: word)
  let last = unsafe source.loadUnaligned(fromByteOffset: end, as: word)
  unsafe target.storeBytes(of: first, as: word)
  unsafe target.storeBytes(of: last, toByteOffset: end, as: word)
}
