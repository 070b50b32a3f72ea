internal import Parquet

/// A field of a row: where it lies in the bytes of its batch.
struct CopyField: BitwiseCopyable {
  let offset: Int32
  /// -1 for null.
  let byteCount: Int32

  @inline(__always)
  var isNull: Bool { byteCount < 0 }
}

/// What is wrong with the rows that a server has sent, or with one of them.
struct CopyFailure: Error {
  /// The row in the batch; `nil` where it is not known.
  let row: Int?
  let reason: String
  let kind: Kind

  enum Kind {
    /// Nothing that a server should send.
    case malformed
    /// A value that a column of another type could hold.
    case value
    /// An infinite date or timestamp.
    case infinity
  }

  @inline(never)
  init(_ reason: String, row: Int? = nil, _ kind: Kind = .malformed) {
    self.row = row
    self.reason = reason
    self.kind = kind
  }

  /// The same in a row.
  func at(row: Int?) -> CopyFailure { CopyFailure(reason, row: row, kind) }
}

/// Rows of a COPY in binary form, some at a time, as they come from the server.
///
///     stream = header *row end
///     header = "PGCOPY" LF FF CR LF 00 flags:Int32 length:Int32 extension
///     row    = count:Int16 count*field
///     field  = length:Int32 bytes        a null has the length -1 and no bytes
///     end    = -1:Int16
///
/// <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>
///
/// A server sends one row a message, but nothing says that it must.
@safe
struct CopyRows: ~Copyable {
  /// Rows of a batch at the most: few enough for its fields to stay in the processor's cache.
  static let capacity = 256
  /// Readable bytes behind the last one: readers of texts look at several at once.
  private static let padding = 64
  /// Bytes of a field at the most; no server can make a longer one.
  private static let fieldByteCount: Int32 = 1 << 30 - 1
  /// Bytes that wait at the most: a row, and the fields' offsets have 31 bits.
  private static let unreadByteCount = Int(Int32.max) - 64 << 10
  private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00]

  let columnCount: Int
  /// The rows that have been taken and are looked at now.
  private(set) var rowCount = 0
  /// The fields of these, column by column, `capacity` for each.
  private(set) var fields: [CopyField]
  private var memory = Buffer<UInt8>(capacity: 64 << 10)
  /// Where the bytes begin that no row has taken.
  private var start = 0
  private var hasHeader = false
  private var hasEnd = false

  init(columnCount: Int) {
    self.columnCount = columnCount
    fields = Array(
      repeating: CopyField(offset: 0, byteCount: -1), count: columnCount * CopyRows.capacity)
    memory.reserve(CopyRows.padding)
  }

  /// All bytes in memory, those of the rows among them.
  var bytes: WireBytes {
    unsafe WireBytes(base: UnsafeRawPointer(memory.base), count: memory.count)
  }

  /// Bytes that no row has taken.
  private var unreadCount: Int { memory.count - start }

  // MARK: Bytes

  /// Lets bytes in; rows that were taken are forgotten.
  ///
  /// - Throws: ``CopyFailure`` if a row is longer than any may be.
  mutating func append(_ bytes: borrowing Buffer<UInt8>) throws(CopyFailure) {
    rowCount = 0
    let left = unreadCount
    guard left <= CopyRows.unreadByteCount - bytes.count else {
      throw CopyFailure("a row has more than \(CopyRows.unreadByteCount) bytes")
    }
    if left > 0, start > 0 { unsafe memory.base.update(from: memory.base + start, count: left) }
    memory.count = left
    start = 0
    // Memory that was made for one long row is not kept for small ones.
    if left == 0, memory.capacity > 16 << 20 { memory = Buffer<UInt8>(capacity: 64 << 10) }
    memory.reserve(left + bytes.count + CopyRows.padding)
    unsafe memory.append(copying: bytes.base, count: bytes.count)
  }

  // MARK: Rows

  /// Takes whole rows from the front of the bytes.
  ///
  /// - Parameter limit: how many at the most.
  /// - Returns: how many there are; 0 if no whole one has come.
  /// - Throws: ``CopyFailure`` for what is no row of this table.
  mutating func take(limit: Int) throws(CopyFailure) -> Int {
    rowCount = 0
    guard try takeHeader() else { return 0 }
    let limit = min(limit, CopyRows.capacity)
    let bytes = bytes
    // Taken out for the loop, since two parts of a value cannot be written to at once.
    var places = fields
    fields = []
    defer { fields = places }
    var target = places.mutableSpan
    while rowCount < limit, !hasEnd {
      guard bytes.count - start >= 2 else { break }
      let count = Int(bytes.load(Int16.self, at: start))
      var offset = start + 2
      if count == -1 {
        hasEnd = true
        start = offset
        break
      }
      guard count == columnCount else {
        throw CopyFailure("it has \(count) fields instead of \(columnCount)", row: rowCount)
      }
      var place = rowCount
      var isWhole = true
      for _ in 0..<count {
        guard bytes.count - offset >= 4 else {
          isWhole = false
          break
        }
        let length = bytes.load(Int32.self, at: offset)
        offset += 4
        guard length >= -1, length <= CopyRows.fieldByteCount else {
          throw CopyFailure("a field claims \(length) bytes", row: rowCount)
        }
        target[place] = CopyField(offset: Int32(truncatingIfNeeded: offset), byteCount: length)
        place += CopyRows.capacity
        offset += Int(max(0, length))
        guard offset <= bytes.count else {
          isWhole = false
          break
        }
      }
      if !isWhole { break }
      start = offset
      rowCount += 1
    }
    if hasEnd, unreadCount > 0 {
      throw CopyFailure("\(unreadCount) bytes follow the end of the rows")
    }
    return rowCount
  }

  /// Takes the header; whether it has come.
  private mutating func takeHeader() throws(CopyFailure) -> Bool {
    if hasHeader { return true }
    let fixedCount = CopyRows.signature.count + 8
    guard unreadCount >= fixedCount else { return false }
    let bytes = bytes
    for (index, byte) in CopyRows.signature.enumerated()
    where bytes.load(UInt8.self, at: start + index) != byte {
      throw CopyFailure("the rows do not begin as COPY's binary form does")
    }
    // Flags in the upper half change what rows are like: with the first one, they have oids.
    let flags = bytes.load(UInt32.self, at: start + CopyRows.signature.count)
    guard flags >> 16 == 0 else { throw CopyFailure("the rows have flags that are not known") }
    let length = bytes.load(Int32.self, at: start + CopyRows.signature.count + 4)
    guard length >= 0, length <= CopyRows.fieldByteCount else {
      throw CopyFailure("the header claims \(length) bytes")
    }
    guard unreadCount - fixedCount >= Int(length) else { return false }
    start += fixedCount + Int(length)
    hasHeader = true
    return true
  }

  /// Makes sure that all rows have come.
  ///
  /// - Throws: ``CopyFailure`` if the bytes end before the rows do.
  func checkEnd() throws(CopyFailure) {
    guard hasEnd else { throw CopyFailure("the rows end without their mark") }
  }
}
