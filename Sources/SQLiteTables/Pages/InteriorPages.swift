/// The levels of a table's b-tree above its leaves.
///
/// An interior page (<https://www.sqlite.org/fileformat2.html#b_tree_pages>) has a header of twelve
/// bytes that ends with the number of its last child. Each other child has a cell: its page number
/// and the largest rowid in it.
enum InteriorPages {
  /// A page of the level below.
  struct Child {
    var page: UInt32
    var lastRowID: Int64
  }

  private static let headerByteCount = 12

  /// Builds all levels above `children`, which are in rowid order; the topmost is the root page.
  ///
  /// One child gets a root page without cells only if it is a leaf alone in its table, and
  /// `TablePages` never asks for that.
  static func build(
    above children: inout [Child], rootPage: UInt32, file: PageFile
  ) throws(SQLiteError) {
    while true {
      let groups = group(children, pageSize: file.pageSize)
      guard groups.count > 1 else {
        let page = encode(children[...], pageSize: file.pageSize)
        return try file.write(page: page.span, number: rootPage)
      }
      let claim = try file.allocator.claim(groups.count)
      var parents: [Child] = []
      parents.reserveCapacity(groups.count)
      for (index, group) in groups.enumerated() {
        let page = encode(children[group], pageSize: file.pageSize)
        try file.write(page.span, of: claim, at: index)
        let last = children[group.upperBound - 1].lastRowID
        parents.append(Child(page: claim.pageNumber(at: index), lastRowID: last))
      }
      children = parents
    }
  }

  /// Cuts a level into pages: as many cells as fit, and one child more behind them.
  static func group(_ children: [Child], pageSize: PageSize) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = 0
    while start < children.count {
      var free = pageSize.byteCount - headerByteCount
      var end = start
      // The child at `end` gets a cell if it fits, else it is the last child of this page.
      while end < children.count - 1 {
        free -= cellByteCount(children[end]) + 2
        if free < 0 { break }
        end += 1
      }
      groups.append(start..<(end + 1))
      start = end + 1
    }
    // A page of one child would have no cell, which SQLite takes for corruption. The page before
    // has at least 33 and gives one.
    if groups.count > 1, groups[groups.count - 1].count == 1 {
      let border = groups[groups.count - 1].lowerBound - 1
      groups[groups.count - 2] = groups[groups.count - 2].lowerBound..<border
      groups[groups.count - 1] = border..<children.count
    }
    return groups
  }

  private static func cellByteCount(_ child: Child) -> Int {
    4 + Varint.byteCount(UInt64(bitPattern: child.lastRowID))
  }

  /// One interior page; its cells lie as in a leaf, the first at the end.
  private static func encode(_ children: ArraySlice<Child>, pageSize: PageSize) -> [UInt8] {
    var page = [UInt8](repeating: 0, count: pageSize.byteCount)
    page[0] = BTreePage.tableInterior
    var pointer = headerByteCount
    var content = pageSize.byteCount
    for child in children.dropLast() {
      content -= cellByteCount(child)
      store(UInt32(child.page), in: &page, at: content)
      Varint.store(UInt64(bitPattern: child.lastRowID), in: &page, at: content + 4)
      store(UInt16(truncatingIfNeeded: content), in: &page, at: pointer)
      pointer += 2
    }
    store(UInt16(children.count - 1), in: &page, at: 3)
    store(UInt16(truncatingIfNeeded: content), in: &page, at: 5)
    store(children.last?.page ?? 0, in: &page, at: 8)
    return page
  }

  private static func store(
    _ value: some FixedWidthInteger, in page: inout [UInt8], at offset: Int
  ) {
    for index in 0..<(value.bitWidth / 8) {
      page[offset + index] = UInt8(truncatingIfNeeded: value >> (value.bitWidth - 8 - 8 * index))
    }
  }
}
