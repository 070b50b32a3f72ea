internal import Parquet

/// Takes the keys of rows for one thread and hands them on, sorted, run after run.
package final class KeyCollector: RowKeyCollector, StoredRowTaker {
  private let runs: KeyRuns
  /// The positions of the key's columns among those that it is given.
  private let columns: [Int]
  private var buffer: KeyBuffer
  private let runByteCount: Int

  /// - Parameters:
  ///   - runs: where the keys go.
  ///   - columns: the positions of the key's columns among those that it is given.
  ///   - runByteCount: how many bytes of keys are sorted at once.
  package init(_ runs: KeyRuns, columns: [Int], runByteCount: Int) {
    self.runs = runs
    self.columns = columns
    self.runByteCount = runByteCount
    buffer = KeyBuffer(columnCount: columns.count)
  }

  /// Takes the keys of a block of rows.
  ///
  /// - Parameters:
  ///   - columns: the columns of the rows.
  ///   - rowCount: how many rows.
  ///   - firstRow: the number of the first; each other one has the next.
  /// - Throws: `disk-full`, `file`.
  package func append(
    _ columns: [CellColumn], rowCount: Int, firstRow: Int64
  ) throws(SQLiteError) {
    for row in 0..<rowCount {
      buffer.beginKey()
      for position in self.columns { append(columns[position], row) }
      buffer.endKey(row: firstRow + Int64(row))
    }
    if buffer.byteCount >= runByteCount { try runs.add(&buffer) }
  }

  private func append(_ column: CellColumn, _ row: Int) {
    switch column {
    case .null: buffer.appendNull()
    case .integers(let values, let valid):
      if unsafe valid.map({ unsafe $0[row] == 0 }) ?? false { return buffer.appendNull() }
      unsafe buffer.append(integer: values[row])
    case .reals(let values, let valid):
      if unsafe valid.map({ unsafe $0[row] == 0 }) ?? false { return buffer.appendNull() }
      unsafe buffer.append(real: values[row])
    case .cells(let cells): unsafe append(cells[row])
    case .dictionary(let indices, let entries): unsafe append(entries[Int(indices[row])])
    }
  }

  private func append(_ cell: Cell) {
    switch cell.kind {
    case Cell.textKind: buffer.append(KeyKind.text, cell.view)
    case Cell.blobKind: buffer.append(KeyKind.blob, cell.view)
    default: buffer.appendNull()
    }
  }

  /// Takes the keys of rows of a database.
  ///
  /// - Parameters:
  ///   - batch: the rows: the number of each, and the columns of its key.
  ///   - isReal: which columns of the key are declared REAL; SQLite stores whole numbers in them as
  ///     integers.
  /// - Throws: `disk-full`, `file`.
  package func append(_ batch: borrowing RowBatch, isReal: [Bool]) throws(SQLiteError) {
    for index in 0..<batch.rowCount {
      buffer.beginKey()
      for place in isReal.indices {
        append(unsafe batch.column(place + 1)[index], isReal: isReal[place])
      }
      buffer.endKey(row: unsafe batch.column(0)[index].integer ?? 0)
    }
    if buffer.byteCount >= runByteCount { try runs.add(&buffer) }
  }

  /// Takes the key of one row of a database.
  ///
  /// - Parameters:
  ///   - values: one for each column of the key.
  ///   - isReal: which of them are declared REAL.
  ///   - row: the number of the row.
  /// - Throws: `disk-full`, `file`.
  @unsafe
  func append(
    _ values: UnsafePointer<StoredValue>, isReal: [Bool], row: Int64
  ) throws(SQLiteError) {
    buffer.beginKey()
    for place in isReal.indices { append(unsafe values[place], isReal: isReal[place]) }
    buffer.endKey(row: row)
    if buffer.byteCount >= runByteCount { try runs.add(&buffer) }
  }

  package func read(leaf: UInt32, with scan: inout KeyScan) throws(SQLiteError) {
    try scan.read(leaf: leaf, into: self)
  }

  private func append(_ value: StoredValue, isReal: Bool) {
    if let integer = value.integer {
      isReal ? buffer.append(real: Double(integer)) : buffer.append(integer: integer)
    } else if let real = value.real {
      buffer.append(real: real)
    } else if value.isNull {
      buffer.appendNull()
    } else {
      buffer.append(value.isText ? KeyKind.text : KeyKind.blob, value.bytes)
    }
  }

  /// Hands on what is left.
  package func finish() throws(SQLiteError) { try runs.add(&buffer) }
}

extension Cell {
  /// The bytes of a text or blob.
  fileprivate var view: ByteView {
    guard let base = unsafe base else { return .empty }
    return unsafe ByteView(base: base, count: Int(count))
  }
}
