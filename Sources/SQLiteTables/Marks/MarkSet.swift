internal import Synchronization

/// How the rows of two sides are marked: both must be hashed in the same way.
package struct MarkScheme: Sendable {
  let hasher = MarkHasher()
  /// The columns of the key, which come first; the one behind them is the content, if there is one.
  let keyColumnCount: Int
  /// Parts that the marks are split into by their hash, as a power of 2.
  let partBits: Int

  /// Rows of a part of the larger side, roughly: it is compared in the processor's cache.
  private static let partRowCount: Int64 = 4_096
  private static let mostPartBits = 12

  /// - Parameters:
  ///   - keyColumnCount: the columns of the key.
  ///   - rowCount: the rows of the larger side.
  package init(keyColumnCount: Int, rowCount: Int64) {
    self.keyColumnCount = keyColumnCount
    let parts = UInt64(max(0, rowCount) / MarkScheme.partRowCount)
    partBits = min(MarkScheme.mostPartBits, UInt64.bitWidth - parts.leadingZeroBitCount)
  }

  /// The number of parts.
  var partCount: Int { 1 << partBits }
}

/// The marks of one side's rows, made by any number of threads, in parts.
///
/// What memory has no room for goes to a file.
package final class MarkSet: RowKeySink {
  let scheme: MarkScheme
  let memory: KeyMemory
  private let state: Mutex<State>

  private struct State {
    var parts: [[Piece]]
    var side = Side()
  }

  /// What is known of all rows.
  package struct Side: Sendable, Hashable {
    package var rowCount: Int64 = 0
    /// Rows with a NULL in the key.
    package var nullKeyCount: Int64 = 0
  }

  /// Some marks of a part.
  enum Piece: Sendable {
    case inMemory(MarkBlock)
    case inFile(Int, count: Int)
  }

  /// Marks of a piece at the most.
  static let pieceMarkCount = 128

  package init(_ scheme: MarkScheme, memory: KeyMemory) {
    self.scheme = scheme
    self.memory = memory
    state = Mutex(State(parts: Array(repeating: [], count: scheme.partCount)))
  }

  deinit {
    var byteCount = 0
    state.withLock { state in
      for part in state.parts {
        for case .inMemory(_) in part { byteCount += MarkSet.pieceByteCount }
      }
    }
    memory.giveBack(byteCount)
  }

  private static var pieceByteCount: Int { pieceMarkCount * MemoryLayout<RowMark>.stride }

  /// The parts that it has.
  package var partCount: Int { scheme.partCount }

  package func collector(runByteCount: Int) -> MarkCollector { MarkCollector(self) }

  /// Rows so far, and those of them with a NULL in the key.
  package var side: Side { state.withLock { $0.side } }

  func count(rows: Int64, nullKeys: Int64) {
    state.withLock { state in
      state.side.rowCount += rows
      state.side.nullKeyCount += nullKeys
    }
  }

  /// Takes marks of a part.
  func add(_ block: MarkBlock, to part: Int) throws(SQLiteError) {
    let piece: Piece
    if memory.take(MarkSet.pieceByteCount) {
      piece = .inMemory(block)
    } else {
      let bytes = unsafe UnsafeRawBufferPointer(
        start: block.base, count: block.count * MemoryLayout<RowMark>.stride)
      piece = .inFile(try unsafe memory.space.append(bytes), count: block.count)
    }
    state.withLock { $0.parts[part].append(piece) }
  }

  /// Brings the marks of a part into one piece.
  func load(_ part: Int) throws(SQLiteError) -> MarkBlock {
    let pieces = state.withLock { $0.parts[part] }
    var count = 0
    for piece in pieces {
      switch piece {
      case .inMemory(let block): count += block.count
      case .inFile(_, let marks): count += marks
      }
    }
    let whole = MarkBlock(capacity: count)
    for piece in pieces {
      switch piece {
      case .inMemory(let block):
        unsafe (whole.base + whole.count).update(from: block.base, count: block.count)
        whole.count += block.count
      case .inFile(let offset, let marks):
        try unsafe memory.space.read(
          at: offset,
          into: UnsafeMutableRawBufferPointer(
            start: whole.base + whole.count, count: marks * MemoryLayout<RowMark>.stride))
        whole.count += marks
      }
    }
    return whole
  }
}
