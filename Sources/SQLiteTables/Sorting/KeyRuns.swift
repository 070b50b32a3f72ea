internal import Parquet
internal import Synchronization

/// The memory that sorted keys may take, for all sorts of one job together.
///
/// What is beyond goes to a file.
package final class KeyMemory: Sendable {
  let byteLimit: Int
  let space: any ScratchSpace
  private let used = Atomic<Int>(0)

  /// - Parameters:
  ///   - byteLimit: bytes of sorted keys that are kept in memory.
  ///   - path: the file in whose folder the others go.
  package init(byteLimit: Int, besides path: String) {
    self.byteLimit = byteLimit
    space = ScratchFile(beside: path)
  }

  /// Counts bytes that are to stay in memory; false if there is no room for them.
  func take(_ byteCount: Int) -> Bool {
    let (before, after) = used.add(byteCount, ordering: .relaxed)
    if after <= byteLimit || before == 0 { return true }
    used.subtract(byteCount, ordering: .relaxed)
    return false
  }

  func giveBack(_ byteCount: Int) { used.subtract(byteCount, ordering: .relaxed) }
}

/// Sorted runs of the same kind of keys, made by any number of threads.
package final class KeyRuns: RowKeySink {
  /// Columns of each key.
  package let columnCount: Int
  let memory: KeyMemory
  private let runs = Mutex<[KeyRun]>([])

  package init(columnCount: Int, memory: KeyMemory) {
    self.columnCount = columnCount
    self.memory = memory
  }

  package func collector(runByteCount: Int) -> KeyCollector {
    KeyCollector(self, columns: Array(0..<columnCount), runByteCount: runByteCount)
  }

  /// Adds the keys of a buffer, and empties it.
  func add(_ buffer: inout KeyBuffer) throws(SQLiteError) {
    if buffer.entries.count == 0 { return }
    let sorted = buffer.sorted()
    buffer.removeAll()
    let run: KeyRun
    if memory.take(sorted.byteCount) {
      run = .inMemory(sorted)
    } else {
      let offset = try unsafe memory.space.append(
        UnsafeRawBufferPointer(start: sorted.base, count: sorted.byteCount))
      run = .inFile(offset..<(offset + sorted.byteCount))
    }
    runs.withLock { $0.append(run) }
  }

  /// All keys in their order; the runs are given up.
  ///
  /// - Throws: `file`.
  func merged() throws(SQLiteError) -> KeyMerge {
    let taken = runs.withLock { runs in
      defer { runs = [] }
      return runs
    }
    var cursors: [KeyCursor] = []
    for run in taken { cursors.append(KeyCursor(run, memory: memory)) }
    return try KeyMerge(cursors)
  }
}

/// Sorted keys, and where they are.
enum KeyRun: Sendable {
  case inMemory(KeyBytes)
  case inFile(Range<Int>)
}

/// Goes through the keys of one run.
final class KeyCursor {
  private let memory: KeyMemory
  /// What is in memory: the run, or a part of it.
  private var bytes: KeyBytes
  private var end: Int
  private var offset = 0
  /// What is still in the file.
  private var rest: Range<Int>
  /// What is given back at the end.
  private let takenByteCount: Int
  /// The key that it is at, without the count before it.
  private(set) var key = ByteView.empty

  /// What of a run in a file is in memory at once; more if a key is longer.
  private static let windowByteCount = 256 << 10

  init(_ run: KeyRun, memory: KeyMemory) {
    self.memory = memory
    switch run {
    case .inMemory(let bytes):
      self.bytes = bytes
      end = bytes.byteCount
      rest = 0..<0
      takenByteCount = bytes.byteCount
    case .inFile(let range):
      bytes = KeyBytes(byteCount: KeyCursor.windowByteCount)
      end = 0
      rest = range
      takenByteCount = 0
    }
  }

  deinit { memory.giveBack(takenByteCount) }

  /// Goes on to the next key.
  ///
  /// - Returns: whether there is one.
  /// - Throws: `file`.
  func advance() throws(SQLiteError) -> Bool {
    if end - offset < 4 { try fill(4) }
    guard end > offset else { return false }
    let count = Int(bytes.view.length(at: offset))
    if end - offset < 4 + count { try fill(4 + count) }
    key = bytes.view.part(offset + 4, count)
    offset += 4 + count
    return true
  }

  /// Brings at least so many bytes from `offset` on into memory, unless the run ends before.
  private func fill(_ byteCount: Int) throws(SQLiteError) {
    if rest.isEmpty { return }
    let kept = end - offset
    let capacity = max(byteCount, KeyCursor.windowByteCount)
    let count = min(rest.count, capacity - kept)
    let filled = KeyBytes(byteCount: kept + count)
    unsafe filled.base.copyMemory(from: bytes.base + offset, byteCount: kept)
    try unsafe memory.space.read(
      at: rest.lowerBound,
      into: UnsafeMutableRawBufferPointer(start: filled.base + kept, count: count))
    rest = (rest.lowerBound + count)..<rest.upperBound
    bytes = filled
    offset = 0
    end = kept + count
  }
}

/// Goes through the keys of several runs in their common order.
struct KeyMerge: ~Copyable {
  /// A heap: the least key first.
  private var heap: [KeyCursor] = []
  private var isAtStart = true

  init(_ cursors: [KeyCursor]) throws(SQLiteError) {
    for cursor in cursors where try cursor.advance() { heap.append(cursor) }
    for index in (0..<(heap.count / 2)).reversed() { sink(index) }
  }

  /// The next key, without the count before it; valid until the next call.
  ///
  /// - Throws: `file`.
  mutating func next() throws(SQLiteError) -> ByteView? {
    if isAtStart {
      isAtStart = false
    } else if let first = heap.first {
      if try !first.advance() {
        let last = heap.removeLast()
        if !heap.isEmpty { heap[0] = last }
      }
      sink(0)
    }
    return heap.first?.key
  }

  private mutating func sink(_ index: Int) {
    var index = index
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, heap[child + 1].key.precedes(heap[child].key) { child += 1 }
      guard heap[child].key.precedes(heap[index].key) else { return }
      heap.swapAt(index, child)
      index = child
    }
  }
}

extension ByteView {
  /// Whether it comes before another one, byte by byte; of two that begin alike the shorter one.
  @inline(__always)
  func precedes(_ other: ByteView) -> Bool {
    let shorter = Swift.min(count, other.count)
    var offset = 0
    while offset <= shorter - 8 {
      let left = word(at: offset)
      let right = other.word(at: offset)
      if left != right { return left < right }
      offset += 8
    }
    while offset < shorter {
      let left = byte(at: offset)
      let right = other.byte(at: offset)
      if left != right { return left < right }
      offset += 1
    }
    return count < other.count
  }
}
