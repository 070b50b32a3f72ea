/// A leaf page of the table, as the levels above it need to know it.
struct Leaf: Sendable {
  var page: UInt32
  var rowCount: UInt32
  var firstRowID: Int64

  /// In range: `LeafRunWriter.append` has checked the block's last rowid.
  var lastRowID: Int64 { firstRowID &+ Int64(rowCount) &- 1 }
}

/// Adjacent pages under construction in memory: table leaves, and overflow pages of their cells.
///
/// A page of the run is known by its index here and gets its number when the run is written. Until
/// then pointers to overflow pages hold indices, and `pointerOffsets` says where they are.
///
/// A leaf (<https://www.sqlite.org/fileformat2.html#b_tree_pages>) has a header of eight bytes,
/// two bytes a cell that say where the cell is, free space, and the cells: the first at the page's
/// end, each later one before it. That is how SQLite itself fills a page that it appends to, and a
/// row's place is known as soon as its length is, so that values are written straight into place.
@safe
struct LeafRun: ~Copyable {
  let pageSize: PageSize
  /// Pages the run can hold.
  let capacity: Int
  /// `capacity` pages and `slack` bytes.
  private let storage: PageMemory
  var memory: UnsafeMutableRawPointer { unsafe storage.base }
  /// Pages in use.
  private(set) var pageCount = 0
  /// The finished leaves; `page` is an index of this run.
  private(set) var leaves: [Leaf] = []
  /// Byte offsets of the overflow pointers in this run.
  var pointerOffsets: [Int] = []
  private var open: OpenLeaf?

  /// Bytes after the last page that may be read and written back unchanged.
  static let slack = 8

  /// The leaf that rows are being placed on; offsets count from the page's first byte.
  private struct OpenLeaf {
    /// Where the page is in the run.
    var page: Int
    var firstRowID: Int64
    /// Where the next cell pointer goes.
    var pointersEnd = 8
    /// Where the cells begin.
    var contentStart: Int
    var cellCount: Int { (pointersEnd - 8) / 2 }
    var isFull: Bool { contentStart == 0 }

    /// Stands for no leaf at all: nothing fits it.
    static let full = OpenLeaf(page: 0, firstRowID: 0, contentStart: 0)
  }

  /// Why `place` stopped.
  enum Stop {
    case placedAll
    /// The next row needs a page and there is none.
    case runIsFull
    /// The next row needs overflow pages.
    case rowOverflows
    /// The next row is longer than SQLite allows.
    case rowIsTooLong
  }

  /// An empty run of about `byteCount` bytes, and of one page at least.
  init(pageSize: PageSize, byteCount: Int) {
    self.pageSize = pageSize
    self.capacity = min(max(byteCount, pageSize.byteCount), 1 << 28) / pageSize.byteCount
    self.storage = PageMemory(byteCount: capacity * pageSize.byteCount + LeafRun.slack)
  }

  var freePageCount: Int { capacity - pageCount }

  /// Places measured rows one after another, as many as need neither overflow pages nor a new run.
  ///
  /// Their cells are in place but for serial types and bodies; `window` has the offsets of these.
  /// `firstRowID` is the rowid of the window's row 0.
  ///
  /// - Returns: The row after the last one placed, and why it is the last.
  mutating func place(
    _ window: borrowing RowWindow, rows: Range<Int>, firstRowID: Int64
  ) -> (end: Int, stop: Stop) {
    let maxLocal = pageSize.maxLocalPayload
    let headers = unsafe window.headerOffsets
    let bodies = unsafe window.bodyOffsets
    var leaf = open ?? OpenLeaf.full
    defer { open = leaf.isFull ? nil : leaf }
    for row in rows {
      let (header, payload) = window.recordByteCount(ofRow: row)
      guard payload <= maxLocal else {
        return (row, payload <= LeafRun.maxPayload ? .rowOverflows : .rowIsTooLong)
      }
      let rowID = firstRowID &+ Int64(row)
      let size = UInt64(truncatingIfNeeded: payload)
      let prefix = Varint.byteCount(size) &+ Varint.byteCount(UInt64(bitPattern: rowID))
      guard let cell = addCell(byteCount: prefix &+ payload, rowID: rowID, to: &leaf) else {
        return (row, .runIsFull)
      }
      // In bounds: `addCell` gave this cell `prefix + payload` bytes of the run, and a run is
      // shorter than 2^32 bytes.
      let body = writePrefix(cell, payload: size, rowID: rowID, header: header)
      unsafe headers[row] = UInt32(truncatingIfNeeded: body)
      unsafe bodies[row] = UInt32(truncatingIfNeeded: cell &+ prefix &+ header)
    }
    return (rows.upperBound, .placedAll)
  }

  /// SQLite's limit of a row, `SQLITE_MAX_LENGTH`.
  static let maxPayload = 1_000_000_000

  /// Writes what a cell begins with and returns the offset behind it, where serial types go.
  func writePrefix(_ cell: Int, payload: UInt64, rowID: Int64, header: Int) -> Int {
    var offset = cell
    unsafe offset &+= Varint.store(payload, at: memory + offset)
    unsafe offset &+= Varint.store(UInt64(bitPattern: rowID), at: memory + offset)
    unsafe offset &+= Varint.store(UInt64(truncatingIfNeeded: header), at: memory + offset)
    return offset
  }

  /// Makes room for a cell and returns where it begins in `memory`.
  ///
  /// The cell goes to the open leaf if it fits there and otherwise to a new one; `nil` if the run
  /// has no page left for it. A cell of up to X payload bytes, or of a local part with its overflow
  /// pointer, always fits an empty leaf.
  mutating func addCell(byteCount: Int, rowID: Int64) -> Int? {
    var leaf = open ?? OpenLeaf.full
    defer { open = leaf.isFull ? nil : leaf }
    return addCell(byteCount: byteCount, rowID: rowID, to: &leaf)
  }

  private mutating func addCell(byteCount: Int, rowID: Int64, to leaf: inout OpenLeaf) -> Int? {
    if leaf.contentStart &- byteCount < leaf.pointersEnd &+ 2 {
      if !leaf.isFull { close(leaf) }
      leaf = .full
      guard freePageCount > 0 else { return nil }
      leaf = OpenLeaf(
        page: pageCount &* pageSize.byteCount, firstRowID: rowID, contentStart: pageSize.byteCount)
      pageCount &+= 1
    }
    leaf.contentStart &-= byteCount
    let pointer = UInt16(truncatingIfNeeded: leaf.contentStart)
    unsafe memory.storeBytes(
      of: pointer.bigEndian, toByteOffset: leaf.page &+ leaf.pointersEnd, as: UInt16.self)
    leaf.pointersEnd &+= 2
    return leaf.page &+ leaf.contentStart
  }

  /// Finishes the open leaf, if there is one: the next cell begins a new one.
  mutating func closeLeaf() {
    guard let leaf = open else { return }
    open = nil
    close(leaf)
  }

  private mutating func close(_ leaf: OpenLeaf) {
    let page = unsafe memory + leaf.page
    unsafe page.storeBytes(of: BTreePage.tableLeaf, as: UInt8.self)
    unsafe page.storeBytes(of: 0, toByteOffset: 1, as: UInt16.self)
    unsafe page.storeBytes(
      of: UInt16(leaf.cellCount).bigEndian, toByteOffset: 3, as: UInt16.self)
    // 65536 is stored as 0.
    unsafe page.storeBytes(
      of: UInt16(truncatingIfNeeded: leaf.contentStart).bigEndian, toByteOffset: 5,
      as: UInt16.self)
    unsafe page.storeBytes(of: 0, toByteOffset: 7, as: UInt8.self)
    // The memory may hold bytes of an earlier run: none of them may reach the file.
    unsafe (page + leaf.pointersEnd).initializeMemory(
      as: UInt8.self, repeating: 0, count: leaf.contentStart - leaf.pointersEnd)
    leaves.append(
      Leaf(
        page: UInt32(leaf.page / pageSize.byteCount), rowCount: UInt32(leaf.cellCount),
        firstRowID: leaf.firstRowID))
  }

  /// Takes pages for an overflow chain; the caller has looked at `freePageCount`.
  mutating func addOverflowPages(_ count: Int) -> Int {
    precondition(count <= freePageCount)
    defer { pageCount += count }
    return pageCount
  }

  /// Replaces the page indices in overflow pointers by page numbers.
  ///
  /// The claim has no numbers for the first `skipped` pages of the run.
  func resolvePointers(with claim: PageClaim, skipping skipped: Int = 0) {
    for offset in pointerOffsets {
      // In bounds: offsets were noted where a pointer was stored.
      let pointer = unsafe memory + offset
      let index = unsafe UInt32(bigEndian: pointer.loadUnaligned(as: UInt32.self))
      let number = claim.pageNumber(at: Int(index) - skipped)
      unsafe pointer.storeBytes(of: number.bigEndian, as: UInt32.self)
    }
  }

  /// The bytes of some pages of the run.
  func withPages<Result>(
    _ pages: Range<Int>, _ body: (Span<UInt8>) throws(SQLiteError) -> Result
  ) throws(SQLiteError) -> Result {
    precondition(pages.upperBound <= pageCount)
    let size = pageSize.byteCount
    // In bounds by the precondition, and bound to UInt8 since `PageMemory` made them.
    let first = unsafe (memory + pages.lowerBound * size).assumingMemoryBound(to: UInt8.self)
    let bytes = unsafe UnsafeBufferPointer(start: first, count: pages.count * size)
    return try unsafe body(bytes.span)
  }

  /// Empties the run; no leaf is open.
  mutating func removeAll() {
    precondition(open == nil)
    pageCount = 0
    leaves.removeAll(keepingCapacity: true)
    pointerOffsets.removeAll(keepingCapacity: true)
  }
}
