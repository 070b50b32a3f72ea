internal import Parquet

/// What differs between two sets of rows that are known by keys, and whose checksums say whether a
/// row is still the same.
///
/// The rows come sorted by key and checksum. What both sides have falls away; of the rest, rows with
/// one key are pairs of old and new. So the answer is right for keys that occur several times, too:
/// rows are then compared as often as they occur.
package struct RowDifference: Sendable {
  /// One side of the comparison.
  package struct Side: Sendable, Hashable {
    package fileprivate(set) var rowCount: Int64 = 0
    /// Rows whose key another row has had before.
    package fileprivate(set) var repeatedKeyCount: Int64 = 0
    /// Rows with a NULL in the key.
    package fileprivate(set) var nullKeyCount: Int64 = 0
  }

  /// A row that differs; rows are known by the numbers that they came with.
  package enum Change: Sendable, Hashable {
    case added(Int64)
    case removed(Int64)
    case changed(old: Int64, new: Int64)
  }

  package private(set) var old = Side()
  package private(set) var new = Side()
  package private(set) var sameCount: Int64 = 0
  package private(set) var addedCount: Int64 = 0
  package private(set) var removedCount: Int64 = 0
  package private(set) var changedCount: Int64 = 0

  private let keyColumnCount: Int
  private let columnCount: Int
  /// Rows of one key of which the other side has none yet.
  private var pendingKey: [UInt8] = []
  private var pendingOld: [Int64] = []
  private var pendingNew: [Int64] = []

  /// Compares.
  ///
  /// - Parameters:
  ///   - old: the keys of the old rows: the key's columns, and the checksum behind them if there is
  ///     one more column.
  ///   - new: those of the new rows.
  ///   - keyColumnCount: the columns of the key.
  ///   - visit: called for each row that differs, in the order of the keys; the second argument
  ///     gives the key's values as text.
  /// - Throws: `file`, what `visit` throws.
  package init(
    from old: KeyRuns, to new: KeyRuns, keyColumnCount: Int,
    visit: (Change, () -> [String?]) throws -> Void
  ) throws {
    precondition(old.columnCount == new.columnCount)
    self.keyColumnCount = keyColumnCount
    columnCount = old.columnCount
    var left = KeyStream(try old.merged(), columnCount: columnCount, keyColumnCount)
    var right = KeyStream(try new.merged(), columnCount: columnCount, keyColumnCount)
    try left.advance(&self.old)
    try right.advance(&self.new)
    while !(left.isAtEnd && right.isAtEnd) {
      let isOld = right.isAtEnd || !left.isAtEnd && left.content.precedes(right.content)
      let isNew = left.isAtEnd || !right.isAtEnd && right.content.precedes(left.content)
      if isOld {
        try add(left.key, old: left.row, visit)
        try left.advance(&self.old)
      } else if isNew {
        try add(right.key, new: right.row, visit)
        try right.advance(&self.new)
      } else {
        sameCount += 1
        try left.advance(&self.old)
        try right.advance(&self.new)
      }
    }
    try flush(visit)
  }

  private mutating func add(
    _ key: ByteView, old: Int64? = nil, new: Int64? = nil,
    _ visit: (Change, () -> [String?]) throws -> Void
  ) throws {
    if !pendingKey.isEqual(to: key) {
      try flush(visit)
      pendingKey.replace(with: key)
    }
    if let old {
      if pendingNew.isEmpty { return pendingOld.append(old) }
      changedCount += 1
      try visit(.changed(old: old, new: pendingNew.removeFirst()), { text(of: pendingKey) })
    } else if let new {
      if pendingOld.isEmpty { return pendingNew.append(new) }
      changedCount += 1
      try visit(.changed(old: pendingOld.removeFirst(), new: new), { text(of: pendingKey) })
    }
  }

  private mutating func flush(_ visit: (Change, () -> [String?]) throws -> Void) throws {
    for row in pendingOld {
      removedCount += 1
      try visit(.removed(row), { text(of: pendingKey) })
    }
    for row in pendingNew {
      addedCount += 1
      try visit(.added(row), { text(of: pendingKey) })
    }
    pendingOld.removeAll(keepingCapacity: true)
    pendingNew.removeAll(keepingCapacity: true)
  }

  /// The values of a key, for people.
  private func text(of key: [UInt8]) -> [String?] {
    var texts: [String?] = []
    var offset = 0
    while texts.count < keyColumnCount, offset < key.count {
      let kind = key[offset]
      offset += 1
      switch kind {
      case KeyKind.null: texts.append(nil)
      case KeyKind.integer, KeyKind.real:
        let word = key[offset..<(offset + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let bits = word >> 63 == 1 ? word ^ 1 << 63 : ~word
        texts.append(
          kind == KeyKind.integer
            ? String(Int64(bitPattern: word ^ 1 << 63)) : String(Double(bitPattern: bits)))
        offset += 8
      default:
        var bytes: [UInt8] = []
        while key[offset] != 0 {
          let isEscaped = key[offset] == 1
          if isEscaped { offset += 1 }
          bytes.append(isEscaped ? key[offset] - 1 : key[offset])
          offset += 1
        }
        texts.append(String(decoding: bytes, as: UTF8.self))
        offset += 1
      }
    }
    return texts
  }
}

/// One side: its keys in their order.
private struct KeyStream: ~Copyable {
  private var merge: KeyMerge
  private let columnCount: Int
  private let keyColumnCount: Int
  /// The columns of the key.
  private(set) var key = ByteView.empty
  /// The key and the checksum.
  private(set) var content = ByteView.empty
  private(set) var row: Int64 = 0
  private(set) var isAtEnd = false
  private var lastKey: [UInt8] = []

  init(_ merge: consuming KeyMerge, columnCount: Int, _ keyColumnCount: Int) {
    self.merge = merge
    self.columnCount = columnCount
    self.keyColumnCount = keyColumnCount
  }

  mutating func advance(_ side: inout RowDifference.Side) throws(SQLiteError) {
    guard let view = try merge.next() else {
      isAtEnd = true
      return
    }
    var reader = KeyReader(view, columnCount: columnCount)
    var hasNull = false
    var keyByteCount = 0
    for column in 0..<columnCount {
      if column == keyColumnCount { keyByteCount = reader.byteCount }
      if case .null = reader.next(), column < keyColumnCount { hasNull = true }
    }
    if columnCount == keyColumnCount { keyByteCount = reader.byteCount }
    key = view.part(0, keyByteCount)
    content = view.part(0, reader.byteCount)
    row = reader.row
    side.rowCount += 1
    if hasNull { side.nullKeyCount += 1 }
    if side.rowCount > 1, lastKey.isEqual(to: key) {
      side.repeatedKeyCount += 1
    } else {
      lastKey.replace(with: key)
    }
  }
}
