/// Turns blocks of rows into leaf pages of one table, for one worker.
///
/// A worker makes one for each table or file it reads, appends blocks, and finishes. Any number of
/// workers may write to one table at once, each with its own writer; a writer itself belongs to one
/// thread at a time. It holds about `runByteCount` bytes, whatever the rows are, and twice that
/// once a row was longer than a run.
///
/// Rows with adjacent rowids share leaves across blocks. After a gap, in either direction, a new
/// leaf begins.
@safe
package struct LeafRunWriter: ~Copyable {
  let table: TablePages
  let window: RowWindow
  var run: LeafRun
  /// Memory for overflow chains that are longer than what is left of the run.
  private(set) var longChain: PageMemory?
  /// The rowid after the last row, if there are rows.
  private var nextRowID: Int64?
  private var hasWrittenLeaves = false

  /// - Parameters:
  ///   - table: The table that rows are appended to.
  ///   - runByteCount: How many bytes of pages are made before they are written; one page at least
  ///     and 256 MiB at most. As much as stays in a core's second-level cache, beside what the
  ///     rows come from, is quickest: the system then copies them from there.
  package init(_ table: TablePages, runByteCount: Int = 128 << 10) {
    self.table = table
    self.window = RowWindow(columnCount: table.columnCount)
    self.run = LeafRun(pageSize: table.file.pageSize, byteCount: runByteCount)
  }

  /// Appends a block of rows.
  ///
  /// The columns are read during the call only.
  ///
  /// - Parameters:
  ///   - columns: One for each column of the table, in its order, with `rowCount` values each.
  ///     `reals` belong into columns declared REAL.
  ///   - rowCount: How many rows; none is fine.
  ///   - firstRowID: The rowid of the first row; each other one has the next. No two blocks of a
  ///     table may share a rowid, whoever appends them.
  /// - Throws: `unsupported` for another number of columns, or rowids beyond 2^63 - 1;
  ///   `rowTooLong` for a row of more than 1,000,000,000 bytes; and what the sink throws. The
  ///   table is of no use after an error.
  package mutating func append(
    columns: [CellColumn], rowCount: Int, firstRowID: Int64
  ) throws(SQLiteError) {
    guard rowCount > 0 else { return }
    guard columns.count == table.columnCount else {
      throw SQLiteError(
        .unsupported,
        "cannot add rows to table \(table.name): they have \(columns.count) columns "
          + "and the table has \(table.columnCount)")
    }
    let (lastRowID, overflow) = firstRowID.addingReportingOverflow(Int64(rowCount) - 1)
    guard !overflow else {
      throw SQLiteError(
        .unsupported,
        "cannot add \(rowCount) rows to table \(table.name) from rowid \(firstRowID) on: "
          + "SQLite's largest rowid is \(Int64.max)")
    }
    if firstRowID != nextRowID {
      run.closeLeaf()
    }
    nextRowID = lastRowID == .max ? nil : lastRowID + 1

    var start = 0
    while start < rowCount {
      let count = min(window.capacity, rowCount - start)
      window.measure(columns, from: start, count: count)
      try appendWindow(columns, from: start, count: count, firstRowID: firstRowID + Int64(start))
      start += count
    }
  }

  /// Writes what is left in memory and tells the table that this writer's leaves are complete.
  ///
  /// A writer that is dropped instead leaves its rows out.
  package consuming func finish() throws(SQLiteError) {
    run.closeLeaf()
    if run.leaves.count == 1, !hasWrittenLeaves {
      try giveUpOnlyLeaf()
    } else {
      try writeRun()
    }
  }

  private mutating func appendWindow(
    _ columns: [CellColumn], from start: Int, count: Int, firstRowID: Int64
  ) throws(SQLiteError) {
    var row = 0
    while row < count {
      let (end, stop) = run.place(window, rows: row..<count, firstRowID: firstRowID)
      unsafe window.encode(columns, from: start, rows: row..<end, into: run.memory)
      row = end
      switch stop {
      case .placedAll:
        break
      case .runIsFull:
        try writeRun()
      case .rowOverflows:
        try appendLongRow(columns, start: start, row: row, rowID: firstRowID + Int64(row))
        row += 1
      case .rowIsTooLong:
        throw SQLiteError(
          .rowTooLong,
          "cannot store row \(firstRowID + Int64(row)) of table \(table.name): it has "
            + "\(window.recordByteCount(ofRow: row).payload) bytes and SQLite allows "
            + "\(LeafRun.maxPayload)")
      }
    }
  }

  /// Writes the run's pages to the file and empties it.
  mutating func writeRun() throws(SQLiteError) {
    run.closeLeaf()
    guard run.pageCount > 0 else { return }
    let claim = try table.file.allocator.claim(run.pageCount)
    run.resolvePointers(with: claim)
    try run.withPages(0..<run.pageCount) { pages throws(SQLiteError) in
      try table.file.write(pages, of: claim)
    }
    try table.add(
      run.leaves.map { leaf in
        var leaf = leaf
        leaf.page = claim.pageNumber(at: Int(leaf.page))
        return leaf
      })
    hasWrittenLeaves = true
    run.removeAll()
  }

  /// Hands the writer's only leaf, page 0 of its first run, to the table: it may be the table's
  /// only one as well, and belongs on the root page then.
  private mutating func giveUpOnlyLeaf() throws(SQLiteError) {
    let leaf = run.leaves[0]
    if run.pageCount > 1 {
      let claim = try table.file.allocator.claim(run.pageCount - 1)
      run.resolvePointers(with: claim, skipping: 1)
      try run.withPages(1..<run.pageCount) { pages throws(SQLiteError) in
        try table.file.write(pages, of: claim)
      }
    }
    try run.withPages(0..<1) { page throws(SQLiteError) in
      try table.add(onlyLeaf: page, leaf)
    }
    run.removeAll()
  }

  /// Memory of as many pages as a run has.
  mutating func longChainMemory() -> UnsafeMutableRawPointer {
    if let memory = unsafe longChain?.base { return unsafe memory }
    let memory = PageMemory(byteCount: run.capacity * run.pageSize.byteCount)
    let base = unsafe memory.base
    longChain = consume memory
    return unsafe base
  }
}
