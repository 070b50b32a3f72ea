internal import Parquet

/// Builds the pages of an index out of keys that come in their order.
///
/// The tree of an index (<https://www.sqlite.org/fileformat2.html#b_tree_pages>) has each entry once:
/// what parts two leaves is on the page above them, and on neither. So an entry that does not fit its
/// leaf goes up, and the next one begins a new leaf; and so on with each level of interior pages.
///
/// A page is written when the one after it has an entry: if there turns out to be none, the last entry
/// of the page goes up instead, and the other one gets the new page to itself. No page but the root of
/// an empty index is without cells, which SQLite would take for corruption.
@safe
struct IndexPages: ~Copyable {
  private let file: PageFile
  private let rootPage: UInt32
  private var cell: IndexCell
  /// The leaf that is being filled, and the one before it.
  private var leaf: IndexLeaf
  private var closed: IndexLeaf
  /// The entry between the two, if the one before is not written yet.
  private var separator: [UInt8]?
  private var levels: [Level] = []

  private static let headerByteCount = 12

  /// An entry of an interior page: a cell and the page before it.
  private struct Entry {
    var child: UInt32
    var bytes: [UInt8]
  }

  /// The interior pages of one height: the one that is being filled, and the one before.
  private struct Level {
    var entries: [Entry] = []
    var freeByteCount: Int
    /// The page before and its last child, and the entry between the two, until it is written.
    var closed: (entries: [Entry], last: UInt32, separator: [UInt8])?
  }

  init(columnCount: Int, rootPage: UInt32, file: PageFile) {
    self.file = file
    self.rootPage = rootPage
    cell = IndexCell(columnCount: columnCount, pageSize: file.pageSize)
    leaf = IndexLeaf(file.pageSize)
    closed = IndexLeaf(file.pageSize)
  }

  /// Appends the entry of the next key.
  ///
  /// - Throws: `row-too-long`, what the sink throws.
  mutating func append(_ key: ByteView) throws(SQLiteError) {
    cell.measure(key)
    if cell.isLocal {
      try writeClosedLeaf()
      if leaf.append(cell) { return }
      closeLeaf(separator: IndexLeaf.bytes(of: cell))
    } else {
      let bytes = try longCell()
      try writeClosedLeaf()
      if leaf.append(bytes) { return }
      closeLeaf(separator: bytes)
    }
  }

  /// Writes what is left, the topmost page on the root page.
  ///
  /// - Throws: what the sink throws.
  mutating func finish() throws(SQLiteError) {
    if let separator {
      // Nothing came after it: the last entry of the leaf takes its place.
      self.separator = nil
      let last = closed.removeLast()
      try push(last, after: try IndexPages.write(&closed, to: file), level: 0)
      _ = leaf.append(separator)
    }
    if levels.isEmpty { return try leaf.write(as: rootPage, to: file) }
    var child = try IndexPages.write(&leaf, to: file)
    var level = 0
    while level < levels.count {
      if let closed = levels[level].closed {
        levels[level].closed = nil
        var entries = closed.entries
        let last = entries.removeLast()
        let page = try write(entries, last: last.child)
        try push(last.bytes, after: page, level: level + 1)
        levels[level].entries = [Entry(child: closed.last, bytes: closed.separator)]
      }
      let entries = levels[level].entries
      if level == levels.count - 1 {
        return try file.write(page: encode(entries, last: child).span, number: rootPage)
      }
      child = try write(entries, last: child)
      level += 1
    }
  }

  // MARK: Leaves

  private mutating func closeLeaf(separator bytes: [UInt8]) {
    swap(&leaf, &closed)
    separator = bytes
  }

  /// Writes the leaf before the one that gets an entry now.
  private mutating func writeClosedLeaf() throws(SQLiteError) {
    guard let bytes = separator else { return }
    separator = nil
    try push(bytes, after: try IndexPages.write(&closed, to: file), level: 0)
  }

  private static func write(
    _ leaf: inout IndexLeaf, to file: PageFile
  ) throws(SQLiteError) -> UInt32 {
    let number = try file.allocator.claim(1).pageNumber(at: 0)
    try leaf.write(as: number, to: file)
    return number
  }

  /// A cell whose payload goes on in overflow pages, which are written.
  private func longCell() throws(SQLiteError) -> [UInt8] {
    guard cell.payload <= LeafRun.maxPayload else {
      throw SQLiteError(
        .rowTooLong,
        "cannot index a row: its key has \(cell.payload) bytes and SQLite allows "
          + "\(LeafRun.maxPayload)")
    }
    let record = cell.record()
    let local = file.pageSize.localByteCount(ofKey: record.count)
    let capacity = file.pageSize.overflowCapacity
    let pageCount = (record.count - local + capacity - 1) / capacity
    let claim = try file.allocator.claim(pageCount)
    for index in 0..<pageCount {
      let next = index + 1 < pageCount ? claim.pageNumber(at: index + 1) : 0
      let start = local + index * capacity
      var page = [UInt8](repeating: 0, count: file.pageSize.byteCount)
      IndexPages.store(next, in: &page, at: 0)
      let part = record[start..<min(start + capacity, record.count)]
      page.replaceSubrange(4..<(4 + part.count), with: part)
      try file.write(page.span, of: claim, at: index)
    }
    let prefix = Varint.byteCount(UInt64(record.count))
    var bytes = [UInt8](repeating: 0, count: prefix)
    Varint.store(UInt64(record.count), in: &bytes, at: 0)
    bytes += record[..<local]
    bytes += [UInt8](repeating: 0, count: 4)
    IndexPages.store(claim.pageNumber(at: 0), in: &bytes, at: prefix + local)
    return bytes
  }

  // MARK: Interior pages

  /// Puts an entry behind a page on the level above that page.
  private mutating func push(
    _ bytes: [UInt8], after child: UInt32, level: Int
  ) throws(SQLiteError) {
    let room = file.pageSize.byteCount - IndexPages.headerByteCount
    if level == levels.count { levels.append(Level(freeByteCount: room)) }
    if let closed = levels[level].closed {
      levels[level].closed = nil
      let page = try write(closed.entries, last: closed.last)
      try push(closed.separator, after: page, level: level + 1)
    }
    let needed = bytes.count + 6
    if needed <= levels[level].freeByteCount {
      levels[level].entries.append(Entry(child: child, bytes: bytes))
      levels[level].freeByteCount -= needed
    } else {
      levels[level].closed = (levels[level].entries, child, bytes)
      levels[level].entries = []
      levels[level].freeByteCount = room
    }
  }

  private func write(_ entries: [Entry], last: UInt32) throws(SQLiteError) -> UInt32 {
    let claim = try file.allocator.claim(1)
    try file.write(encode(entries, last: last).span, of: claim)
    return claim.pageNumber(at: 0)
  }

  private func encode(_ entries: [Entry], last: UInt32) -> [UInt8] {
    var page = [UInt8](repeating: 0, count: file.pageSize.byteCount)
    page[0] = BTreePage.indexInterior
    var pointer = IndexPages.headerByteCount
    var content = page.count
    for entry in entries {
      content -= 4 + entry.bytes.count
      IndexPages.store(entry.child, in: &page, at: content)
      page.replaceSubrange((content + 4)..<(content + 4 + entry.bytes.count), with: entry.bytes)
      IndexPages.store(UInt16(truncatingIfNeeded: content), in: &page, at: pointer)
      pointer += 2
    }
    IndexPages.store(UInt16(entries.count), in: &page, at: 3)
    IndexPages.store(UInt16(truncatingIfNeeded: content), in: &page, at: 5)
    IndexPages.store(last, in: &page, at: 8)
    return page
  }

  static func store(_ value: some FixedWidthInteger, in page: inout [UInt8], at offset: Int) {
    for index in 0..<(value.bitWidth / 8) {
      page[offset + index] = UInt8(truncatingIfNeeded: value >> (value.bitWidth - 8 - 8 * index))
    }
  }
}
