internal import Parquet

/// Takes rows for one thread and hands their marks on.
@safe
package final class MarkCollector: RowKeyCollector, StoredRowTaker {
  private let set: MarkSet
  private let hasher: MarkHasher
  private let keyColumnCount: Int
  private let partBits: Int
  /// The marks of each part that have not been handed on.
  private let open: UnsafeMutablePointer<OpenBlock>
  /// Rows that have a NULL in the key.
  private var nullKeyCount: Int64 = 0
  private var rowCount: Int64 = 0

  /// Where the next mark of a part goes; what is called for each row counts no references.
  @safe
  private struct OpenBlock: BitwiseCopyable {
    var base: UnsafeMutablePointer<RowMark>?
    var count: Int
  }

  init(_ set: MarkSet) {
    self.set = set
    hasher = set.scheme.hasher
    keyColumnCount = set.scheme.keyColumnCount
    partBits = set.scheme.partBits
    unsafe open = .allocate(capacity: set.scheme.partCount)
    unsafe open.initialize(
      repeating: OpenBlock(base: nil, count: 0), count: set.scheme.partCount)
  }

  deinit {
    for part in 0..<set.scheme.partCount { unsafe open[part].base?.deallocate() }
    unsafe open.deallocate()
  }

  package func append(
    _ columns: [CellColumn], rowCount: Int, firstRow: Int64
  ) throws(SQLiteError) {
    let hasher = hasher
    for row in 0..<rowCount {
      var state = hasher.begin()
      var key = state
      var hasNull = false
      for place in columns.indices {
        let isNull = MarkCollector.add(columns[place], row, to: &state, hasher)
        if place < keyColumnCount {
          key = state
          if isNull { hasNull = true }
        }
      }
      try add(key, state, hasNull, firstRow + Int64(row))
    }
  }

  @inline(__always)
  private static func add(
    _ column: CellColumn, _ row: Int, to state: inout MarkHasher.State, _ hasher: MarkHasher
  ) -> Bool {
    switch column {
    case .null: break
    case .integers(let values, let valid):
      if unsafe valid.map({ unsafe $0[row] == 0 }) ?? false { break }
      unsafe hasher.add(integer: values[row], to: &state)
      return false
    case .reals(let values, let valid):
      if unsafe valid.map({ unsafe $0[row] == 0 }) ?? false { break }
      unsafe hasher.add(real: values[row], to: &state)
      return unsafe values[row] != values[row]
    case .cells(let cells): return add(unsafe cells[row], to: &state, hasher)
    case .dictionary(let indices, let entries):
      return add(unsafe entries[Int(indices[row])], to: &state, hasher)
    }
    hasher.addNull(to: &state)
    return true
  }

  @inline(__always)
  private static func add(
    _ cell: Cell, to state: inout MarkHasher.State, _ hasher: MarkHasher
  ) -> Bool {
    guard cell.kind == Cell.textKind || cell.kind == Cell.blobKind, let base = unsafe cell.base
    else {
      hasher.addNull(to: &state)
      return true
    }
    let kind = cell.kind == Cell.textKind ? KeyKind.text : KeyKind.blob
    hasher.add(kind, unsafe ByteView(base: base, count: Int(cell.count)), to: &state)
    return false
  }

  @unsafe
  func append(
    _ values: UnsafePointer<StoredValue>, isReal: [Bool], row: Int64
  ) throws(SQLiteError) {
    let hasher = hasher
    var state = hasher.begin()
    var key = state
    var hasNull = false
    for place in isReal.indices {
      let value = unsafe values[place]
      if value.type >= StoredValue.firstOfBytes {
        hasher.add(value.isText ? KeyKind.text : KeyKind.blob, value.bytes, to: &state)
      } else if let integer = value.integer {
        if isReal[place] {
          hasher.add(real: Double(integer), to: &state)
        } else {
          hasher.add(integer: integer, to: &state)
        }
      } else if let real = value.real {
        hasher.add(real: real, to: &state)
      } else {
        hasher.addNull(to: &state)
        if place < keyColumnCount { hasNull = true }
      }
      if place < keyColumnCount { key = state }
    }
    try add(key, state, hasNull, row)
  }

  @inline(__always)
  private func add(
    _ key: MarkHasher.State, _ content: MarkHasher.State, _ hasNull: Bool, _ row: Int64
  ) throws(SQLiteError) {
    if hasNull { nullKeyCount += 1 }
    // A shift by all 64 bits gives 0.
    let part = Int(key.a >> UInt64(64 - partBits))
    let place = unsafe open + part
    if unsafe place.pointee.base == nil {
      unsafe place.pointee.base = .allocate(capacity: MarkSet.pieceMarkCount)
    }
    let count = unsafe place.pointee.count
    // In bounds: a full block has been handed on.
    if let base = unsafe place.pointee.base {
      unsafe (base + count).initialize(
        to: RowMark(high: key.a, low: key.b, content: content.a ^ content.b, row: row))
    }
    unsafe place.pointee.count = count + 1
    if count + 1 == MarkSet.pieceMarkCount { try handOn(part) }
  }

  private func handOn(_ part: Int) throws(SQLiteError) {
    guard let base = unsafe open[part].base else { return }
    let block = unsafe MarkBlock(base, count: open[part].count)
    unsafe open[part] = OpenBlock(base: nil, count: 0)
    rowCount += Int64(block.count)
    try set.add(block, to: part)
  }

  package func read(leaf: UInt32, with scan: inout KeyScan) throws(SQLiteError) {
    try scan.read(leaf: leaf, into: self)
  }

  package func append(_ batch: borrowing RowBatch, isReal: [Bool]) throws(SQLiteError) {
    var values = GrowingMemory<StoredValue>(capacity: isReal.count)
    for index in 0..<batch.rowCount {
      values.removeAll()
      for place in isReal.indices { values.append(unsafe batch.column(place + 1)[index]) }
      try unsafe append(
        values.base, isReal: isReal, row: batch.column(0)[index].integer ?? 0)
    }
  }

  package func finish() throws(SQLiteError) {
    for part in 0..<set.scheme.partCount { try handOn(part) }
    set.count(rows: rowCount, nullKeys: nullKeyCount)
    rowCount = 0
    nullKeyCount = 0
  }
}
