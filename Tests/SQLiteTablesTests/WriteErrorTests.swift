import TestSupport
import Testing

@testable import SQLiteTables

/// A disk that is full, and blocks that no table can take.
@Suite struct `An error while a table is built` {
  @Test func `reaches the caller from every write`() throws {
    var random = SeededGenerator(seed: 9)
    let shapes: [Block.Shape] = [.integers, .cells]
    let block = Block.random(rowCount: 600, shapes: shapes, longest: 2000, using: &random)
    var writes = 0
    var isFinished = false
    while !isFinished {
      let sink = MemorySink(pageSize: 512, failsAfterWrites: writes)
      let table = try TablePages(
        name: "t", columnCount: 2, rootPage: 2,
        file: PageFile(pageSize: PageSize(512), pageCount: 2, sink: sink))
      do throws(SQLiteError) {
        var writer = LeafRunWriter(table, runByteCount: 10 * 512)
        try writer.append(columns: block.columns, rowCount: 600, firstRowID: 1)
        try writer.finish()
        _ = try table.finish()
        isFinished = true
      } catch {
        #expect(error.code == .diskFull)
        writes += 1
      }
    }
    #expect(writes > 100)
  }

  @Test func `is thrown for a rowid that two blocks claim`() throws {
    let built = try BuiltTable([.integers])
    try built.append(.integers(1...10), firstRowID: 1)
    try built.append(.integers(1...10), firstRowID: 10)
    let error = #expect(throws: SQLiteError.self) { _ = try built.staged.finishAndPublish() }
    #expect(error?.code == .rowIDsOverlap)
    #expect(error?.message == "cannot finish table t: rowid 10 was given to two rows")
  }

  @Test func `is thrown for another number of columns`() throws {
    let built = try BuiltTable([.integers, .cells])
    let error = #expect(throws: SQLiteError.self) { try built.append(.integers(1...10)) }
    #expect(
      error?.message == "cannot add rows to table t: they have 1 columns and the table has 2")
  }

  @Test func `is thrown for rowids beyond the largest`() throws {
    let built = try BuiltTable([.integers])
    let error = #expect(throws: SQLiteError.self) {
      try built.append(.integers(1...10), firstRowID: .max - 5)
    }
    #expect(error?.code == .unsupported)
  }

  @Test(arguments: [0, 1, 511, 513, 3000, 131_072, -4096])
  func `is thrown for a page size that SQLite does not have`(byteCount: Int) {
    #expect(throws: SQLiteError.self) { try PageSize(byteCount) }
  }

  @Test func `is thrown when the file would have too many pages`() throws {
    let allocator = PageAllocator(pageSize: try PageSize(512), pageCount: 1_073_741_800)
    #expect(throws: Never.self) { try allocator.claim(10) }
    let error = #expect(throws: SQLiteError.self) { try allocator.claim(100) }
    #expect(error?.code == .tooManyPages)
    #expect(error?.hint == "Use a larger page size; it is 512 bytes now.")
  }
}
