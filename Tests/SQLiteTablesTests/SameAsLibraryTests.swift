import TestSupport
import Testing

@testable import SQLiteTables

/// The page builder against the SQLite library's own INSERT: the same rows, read back by SQLite.
@Suite struct `Tables built page by page` {
  static let pageSizes = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536]

  @Test(arguments: pageSizes)
  func `hold the same rows as tables built by INSERT`(pageSize: Int) throws {
    for round in 0..<6 {
      let seed = UInt64(pageSize * 100 + round)
      var random = SeededGenerator(seed: seed)
      let shapes = (0..<Int.random(in: 1...14, using: &random)).map { _ in
        Block.Shape.allCases.randomElement(using: &random) ?? .null
      }
      let blocks = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        Block.random(
          rowCount: Int.random(in: 0...700, using: &random), shapes: shapes,
          longest: [3, 40, 200, 1500].randomElement(using: &random) ?? 3, using: &random)
      }
      let runByteCount = [1, 5000, 1 << 20].randomElement(using: &random) ?? 1
      try expectSame(
        blocks, pageSize: pageSize, runByteCount: runByteCount,
        "seed \(seed), page size \(pageSize), \(shapes)")
    }
  }

  @Test(arguments: [1, 2, 4, 5, 100, 126, 127, 128, 1000, 2000])
  func `may have so many columns`(columnCount: Int) throws {
    var random = SeededGenerator(seed: UInt64(columnCount))
    let shapes = (0..<columnCount).map { Block.Shape.allCases[1 + $0 % 4] }
    let block = Block.random(rowCount: 60, shapes: shapes, longest: 300, using: &random)
    try expectSame([block], pageSize: 4096, "seed \(columnCount)")
    try expectSame([block], pageSize: 65536, "seed \(columnCount)")
  }

  @Test func `of one column of any shape leave the neighbouring cells alone`() throws {
    for (index, shape) in Block.Shape.allCases.enumerated() {
      var random = SeededGenerator(seed: UInt64(index))
      let block = Block.random(rowCount: 5000, shapes: [shape], longest: 3, using: &random)
      try expectSame([block], pageSize: 1024, "seed \(index)")
    }
  }

  private func expectSame(
    _ blocks: [Block], pageSize: Int, runByteCount: Int = 1 << 20, _ comment: Comment
  ) throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("built.db")
    let reference = directory.path("inserted.db")
    let definition = try TableDefinition.table("t", for: blocks[0].shapes)
    let staged = try StagedDatabase(
      for: path, pageSize: PageSize(pageSize), tables: [definition])
    let library = try Database(path: reference, mode: .create)
    try library.execute("PRAGMA page_size = \(pageSize); PRAGMA synchronous = OFF")
    try library.execute(definition.createStatement)

    var writer = LeafRunWriter(staged.tables[0], runByteCount: runByteCount)
    var rowID: Int64 = 1
    for block in blocks {
      try writer.append(columns: block.columns, rowCount: block.rowCount, firstRowID: rowID)
      try insert(block, firstRowID: rowID, into: "t", of: library)
      rowID += Int64(block.rowCount)
    }
    try writer.finish()
    #expect(try staged.finishAndPublish() == [Int(rowID - 1)])
    #expect(try integrity(of: path) == ["ok"], comment)
    try expectSameRows("t", path, reference, comment)
  }
}
