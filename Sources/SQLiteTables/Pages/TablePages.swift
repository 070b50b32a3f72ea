import Synchronization

/// The pages of one table of a database file being built; shared by all workers.
///
/// Workers append rows through `LeafRunWriter`s of their own. When all of them have finished,
/// `finish` puts the interior levels on top.
package final class TablePages: Sendable {
  /// The table's name, for messages.
  package let name: String
  package let columnCount: Int
  let file: PageFile
  private let rootPage: UInt32
  private let state = Mutex(State())

  private struct State: ~Copyable {
    var leaves: [Leaf] = []
    /// The first leaf of a table that may turn out to have only this one; it has no page yet.
    var onlyLeaf: (bytes: [UInt8], leaf: Leaf)?
    var isFinished = false
  }

  /// - Parameters:
  ///   - name: The table's name, for messages.
  ///   - columnCount: How many columns each row has: 1 to 2,000.
  ///   - rootPage: The empty leaf page that the SQLite library made for `CREATE TABLE`.
  ///   - file: Where pages go; tables of one database share it.
  /// - Throws: `unsupported` for another number of columns.
  package init(
    name: String, columnCount: Int, rootPage: UInt32, file: PageFile
  ) throws(SQLiteError) {
    guard (1...TableDefinition.maxColumnCount).contains(columnCount) else {
      throw SQLiteError(
        .unsupported,
        "cannot build table \(name) with \(columnCount) columns: SQLite allows 1 to "
          + "\(TableDefinition.maxColumnCount)")
    }
    self.name = name
    self.columnCount = columnCount
    self.rootPage = rootPage
    self.file = file
  }

  /// Builds the interior pages, the topmost of them on the root page.
  ///
  /// Call it once, after every writer has finished. A table without rows keeps its root page as
  /// it is.
  ///
  /// - Returns: How many rows the table has.
  /// - Throws: `rowIDsOverlap` if two blocks had a rowid in common; and what the sink throws.
  package func finish() throws(SQLiteError) -> Int {
    try state.withLock { state throws(SQLiteError) in
      precondition(!state.isFinished, "a table is finished once")
      state.isFinished = true
      if let (bytes, leaf) = state.onlyLeaf {
        state.onlyLeaf = nil
        try file.write(page: bytes.span, number: rootPage)
        return Int(leaf.rowCount)
      }
      guard !state.leaves.isEmpty else { return 0 }
      try TablePages.sort(&state.leaves, table: name)
      var children = state.leaves.map { leaf in
        InteriorPages.Child(page: leaf.page, lastRowID: leaf.lastRowID)
      }
      let rowCount = state.leaves.reduce(0) { $0 + Int($1.rowCount) }
      state.leaves = []
      try InteriorPages.build(above: &children, rootPage: rootPage, file: file)
      return rowCount
    }
  }

  /// Adds leaves that are written.
  func add(_ leaves: [Leaf]) throws(SQLiteError) {
    guard !leaves.isEmpty else { return }
    try state.withLock { state throws(SQLiteError) in
      precondition(!state.isFinished, "a writer finishes before its table")
      try writeOnlyLeaf(&state)
      state.leaves += leaves
    }
  }

  /// Adds a leaf that is not written yet because it may belong on the root page.
  func add(onlyLeaf page: Span<UInt8>, _ leaf: Leaf) throws(SQLiteError) {
    let bytes = page.indices.map { page[$0] }
    try state.withLock { state throws(SQLiteError) in
      precondition(!state.isFinished, "a writer finishes before its table")
      let isFirst = state.leaves.isEmpty && state.onlyLeaf == nil
      try writeOnlyLeaf(&state)
      state.onlyLeaf = (bytes, leaf)
      if !isFirst {
        try writeOnlyLeaf(&state)
      }
    }
  }

  /// Gives the waiting leaf a page of its own, now that it is not the only one.
  private func writeOnlyLeaf(_ state: inout State) throws(SQLiteError) {
    guard let (bytes, leaf) = state.onlyLeaf else { return }
    state.onlyLeaf = nil
    let claim = try file.allocator.claim(1)
    try file.write(bytes.span, of: claim)
    var placed = leaf
    placed.page = claim.pageNumber(at: 0)
    state.leaves.append(placed)
  }

  /// Sorts by rowid and makes sure that no rowid occurs twice.
  private static func sort(_ leaves: inout [Leaf], table: String) throws(SQLiteError) {
    leaves.sort { $0.firstRowID < $1.firstRowID }
    for index in leaves.indices.dropFirst() {
      let before = leaves[index - 1]
      guard before.lastRowID < leaves[index].firstRowID else {
        throw SQLiteError(
          .rowIDsOverlap,
          "cannot finish table \(table): rowid \(leaves[index].firstRowID) was given to two rows")
      }
    }
  }
}
