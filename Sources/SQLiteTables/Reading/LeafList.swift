internal import Parquet

/// The leaves of a table's b-tree in the order of its rows, with how many rows each has.
struct LeafList: Sendable {
  /// A leaf, and the rows before it.
  struct Leaf: Sendable {
    let page: UInt32
    let firstRow: Int64
  }

  private(set) var leaves: [Leaf] = []
  /// Rows of all leaves.
  private(set) var rowCount: Int64 = 0
  /// How deep the leaves are, if they are not looked at.
  private var leafDepth: Int?

  /// More levels than any file needs: each interior page has at least two children.
  private static let maximumDepth = 40

  /// Walks the interior pages, and looks at the header of each leaf.
  ///
  /// - Parameters:
  ///   - image: the file.
  ///   - root: the root of the tree.
  ///   - countsRows: whether the leaves are looked at; otherwise no row is counted, and whether they
  ///     are leaves at all is for the reader to see.
  ///   - look: called for each page that is looked at, with 1.
  /// - Throws: `library` for a page that is not of a table's tree, or in it twice.
  init(
    _ image: DatabaseImage, root: UInt32, countsRows: Bool = true, look: (Int) -> Void
  ) throws(SQLiteError) {
    if !countsRows { leafDepth = try LeafList.depth(of: image, root: root) }
    try add(image, root, depth: 0, look)
  }

  /// How deep the leaves are, which is the same for all of them.
  private static func depth(of image: DatabaseImage, root: UInt32) throws(SQLiteError) -> Int {
    var number = root
    for depth in 0...maximumDepth {
      let page = try image.page(number)
      let header = DatabaseImage.headerOffset(ofPage: number)
      guard page[header] == BTreePage.tableInterior else { return depth }
      number = UInt32(bigEndian: page.bigEndian(at: header + 8))
    }
    throw DatabaseImage.corrupt(page: root, "it is in the tree of a table more than once")
  }

  private mutating func add(
    _ image: DatabaseImage, _ number: UInt32, depth: Int, _ look: (Int) -> Void
  ) throws(SQLiteError) {
    if depth > 0, depth == leafDepth {
      guard leaves.count < image.pageCount else {
        throw DatabaseImage.corrupt(page: number, "it is in the tree of a table more than once")
      }
      leaves.append(Leaf(page: number, firstRow: 0))
      return
    }
    look(1)
    let page = try image.page(number)
    let header = DatabaseImage.headerOffset(ofPage: number)
    let cellCount = Int(UInt16(bigEndian: page.bigEndian(at: header + 3)))
    guard leaves.count < image.pageCount, depth <= LeafList.maximumDepth else {
      throw DatabaseImage.corrupt(page: number, "it is in the tree of a table more than once")
    }
    switch page[header] {
    case BTreePage.tableLeaf:
      guard header + 8 + 2 * cellCount <= page.count else {
        throw DatabaseImage.corrupt(page: number, "it has no room for its \(cellCount) cells")
      }
      if cellCount > 0 { leaves.append(Leaf(page: number, firstRow: rowCount)) }
      rowCount += Int64(cellCount)
    case BTreePage.tableInterior:
      guard header + 12 + 2 * cellCount <= page.count else {
        throw DatabaseImage.corrupt(page: number, "it has no room for its \(cellCount) cells")
      }
      for cell in 0..<cellCount {
        let offset = Int(UInt16(bigEndian: page.bigEndian(at: header + 12 + 2 * cell)))
        guard offset <= page.count - 4 else {
          throw DatabaseImage.corrupt(page: number, "cell \(cell) begins behind its end")
        }
        try add(image, UInt32(bigEndian: page.bigEndian(at: offset)), depth: depth + 1, look)
      }
      try add(
        image, UInt32(bigEndian: page.bigEndian(at: header + 8)), depth: depth + 1, look)
    default:
      throw DatabaseImage.corrupt(
        page: number, "its type is \(page[header]), and a table's pages have 5 or 13")
    }
  }

  /// The index of the leaf that holds a row.
  func index(ofRow row: Int64) -> Int {
    var low = 0
    var high = leaves.count
    while low < high {
      let middle = (low + high) / 2
      if leaves[middle].firstRow <= row { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }
}
