/// One leaf page of an index on its way: a header of eight bytes, two bytes a cell that say where it
/// is, and the cells from the page's end forward.
@safe
struct IndexLeaf: ~Copyable {
  private let byteCount: Int
  /// The page, and some bytes behind it that a cell may write over.
  private let memory: PageMemory
  private var pointersEnd = 8
  private var contentStart: Int
  private var lastByteCount = 0

  private static let slack = 16

  init(_ pageSize: PageSize) {
    byteCount = pageSize.byteCount
    contentStart = byteCount
    memory = PageMemory(byteCount: byteCount + IndexLeaf.slack)
  }

  /// Makes room for a cell; `nil` if there is none.
  private mutating func place(_ cellByteCount: Int) -> UnsafeMutableRawPointer? {
    guard contentStart - cellByteCount >= pointersEnd + 2 else { return nil }
    contentStart -= cellByteCount
    lastByteCount = cellByteCount
    // 65536 does not occur: the cell is before the page's end.
    unsafe memory.base.storeBytes(
      of: UInt16(truncatingIfNeeded: contentStart).bigEndian, toByteOffset: pointersEnd,
      as: UInt16.self)
    pointersEnd += 2
    return unsafe memory.base + contentStart
  }

  /// Appends a cell; false if there is no room for it.
  mutating func append(_ cell: borrowing IndexCell) -> Bool {
    let count = cell.byteCount
    let isFirst = contentStart == byteCount
    guard let target = unsafe place(count) else { return false }
    // A number's body is written as eight bytes, over the cell behind this one: what it had there is
    // put back.
    let behind = unsafe target + count
    let kept = unsafe behind.loadUnaligned(as: UInt64.self)
    unsafe cell.write(to: target)
    if !isFirst { unsafe behind.storeBytes(of: kept, as: UInt64.self) }
    return true
  }

  /// Appends a cell that is ready; false if there is no room for it.
  mutating func append(_ bytes: [UInt8]) -> Bool {
    guard let target = unsafe place(bytes.count) else { return false }
    unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      unsafe target.copyMemory(from: base, byteCount: bytes.count)
    }
    return true
  }

  /// A cell by itself.
  static func bytes(of cell: borrowing IndexCell) -> [UInt8] {
    let count = cell.byteCount
    var bytes = [UInt8](repeating: 0, count: count + slack)
    unsafe bytes.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      unsafe cell.write(to: base)
    }
    return Array(bytes.prefix(count))
  }

  /// Takes the last cell away, which was appended last; there must be two.
  mutating func removeLast() -> [UInt8] {
    precondition(pointersEnd > 10 && lastByteCount > 0)
    let bytes = unsafe [UInt8](
      UnsafeRawBufferPointer(start: memory.base + contentStart, count: lastByteCount))
    contentStart += lastByteCount
    pointersEnd -= 2
    lastByteCount = 0
    return bytes
  }

  /// Writes the page, and empties it.
  mutating func write(as number: UInt32, to file: PageFile) throws(SQLiteError) {
    let page = unsafe memory.base
    let cellCount = UInt16(truncatingIfNeeded: (pointersEnd - 8) / 2)
    unsafe page.storeBytes(of: BTreePage.indexLeaf, as: UInt8.self)
    unsafe page.storeBytes(of: 0, toByteOffset: 1, as: UInt16.self)
    unsafe page.storeBytes(of: cellCount.bigEndian, toByteOffset: 3, as: UInt16.self)
    // 65536 is stored as 0.
    unsafe page.storeBytes(
      of: UInt16(truncatingIfNeeded: contentStart).bigEndian, toByteOffset: 5, as: UInt16.self)
    unsafe page.storeBytes(of: 0, toByteOffset: 7, as: UInt8.self)
    unsafe (page + pointersEnd).initializeMemory(
      as: UInt8.self, repeating: 0, count: contentStart - pointersEnd)
    let bytes = unsafe UnsafeBufferPointer(
      start: page.assumingMemoryBound(to: UInt8.self), count: byteCount)
    try unsafe file.write(page: bytes.span, number: number)
    pointersEnd = 8
    contentStart = byteCount
    lastByteCount = 0
  }
}
