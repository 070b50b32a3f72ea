import TestSupport
import Testing

@testable import SQLiteTables

/// Indexes whose pages are built without the library, which then checks every entry of them.
@Suite struct `An index built page by page` {
  /// A table of random rows with indexes on some of its columns, taken in blocks by two threads' worth
  /// of collectors.
  private func build(
    _ block: Block, pageSize: Int, indexes: [[Int]], keyByteLimit: Int, runByteCount: Int
  ) throws -> BuiltIndexes {
    var built = try BuiltIndexes(
      block.shapes, pageSize: pageSize, indexes: indexes, keyByteLimit: keyByteLimit)
    try built.append(block, runByteCount: runByteCount)
    return built
  }

  @Test(arguments: [512, 1024, 4096, 65536])
  func `has each row once, in SQLite's order`(pageSize: Int) throws {
    var random = SeededGenerator()
    for rowCount in [0, 1, 2, 30, 700, 6_000] {
      let shapes: [Block.Shape] = [.integers, .reals, .cells, .dictionary, .null]
      let block = Block.random(rowCount: rowCount, shapes: shapes, longest: 90, using: &random)
      let built = try build(
        block, pageSize: pageSize, indexes: [[0], [1], [2], [3, 0], [4], [2, 1, 3], [1, 0]],
        keyByteLimit: rowCount % 4 == 0 ? 1_000 : 1 << 20, runByteCount: 9_000)
      #expect(
        try integrity(of: built.path) == ["ok"], "\(rowCount) rows, seed \(random.seed)")
    }
  }

  @Test(arguments: [512, 4096])
  func `takes keys of any length and any bytes`(pageSize: Int) throws {
    var random = SeededGenerator()
    let lengths = Array(0...40) + Array(90...140) + Array(900...1_100) + [5_000, 70_000]
    var values: [Value] = [.null, .null]
    for length in lengths {
      for _ in 0..<3 {
        // Zeros and ones stand for themselves only in the record, not in the key.
        let bytes = (0..<length).map { _ in UInt8.random(in: 0...3, using: &random) }
        values += [.text(bytes), .blob(bytes), .text(bytes.map { $0 + 65 })]
      }
    }
    values.shuffle(using: &random)
    let built = try build(
      .cells(values), pageSize: pageSize, indexes: [[0]], keyByteLimit: 1 << 14,
      runByteCount: 1 << 13)
    #expect(try integrity(of: built.path) == ["ok"], "seed \(random.seed)")
    let database = try Database(path: built.path, mode: .readOnly)
    let ordered = try database.prepare("SELECT c0 FROM t INDEXED BY i0 WHERE c0 > '' ORDER BY c0")
    var read = 0
    while try ordered.step() { read += 1 }
    #expect(read == values.count { value in value != .null && value != .text([]) })
  }

  /// One entry more at a time comes past every shape that the last leaf and the last interior page of
  /// each level can have.
  @Test func `is sound with every number of rows`() throws {
    for rowCount in Array(1...130) + Array(3_500...3_560) {
      let text = [UInt8](repeating: 0x61, count: 60)
      let block = Block.cells((0..<rowCount).map { .text(text + Array("\($0 % 7)".utf8)) })
      let built = try build(
        block, pageSize: 512, indexes: [[0]], keyByteLimit: 1 << 20, runByteCount: 1 << 16)
      #expect(try integrity(of: built.path) == ["ok"], "\(rowCount) rows")
    }
  }

  @Test func `tells the planner what ANALYZE would`() throws {
    var random = SeededGenerator()
    for rowCount in [1, 2, 500, 3_000] {
      let block = Block.random(
        rowCount: rowCount, shapes: [.dictionary, .cells], longest: 3, using: &random)
      let built = try build(
        block, pageSize: 4096, indexes: [[0], [0, 1], [1, 0]], keyByteLimit: 1 << 20,
        runByteCount: 5_000)
      let database = try Database(path: built.path, mode: .readWrite)
      try database.execute("ANALYZE")
      let statement = try database.prepare("SELECT idx, stat FROM sqlite_stat1 ORDER BY idx")
      var found: [String?] = []
      while try statement.step() { found.append(statement.text(1)) }
      #expect(built.statistics.map(\.text) == found, "seed \(random.seed)")
    }
  }
}

/// A one-table database with indexes, built page by page.
struct BuiltIndexes {
  let directory: TemporaryDirectory
  let staged: StagedDatabase
  private(set) var statistics: [IndexStatistics] = []

  var path: String { staged.target }

  init(
    _ shapes: [Block.Shape], pageSize: Int, indexes: [[Int]], keyByteLimit: Int
  ) throws {
    directory = try TemporaryDirectory()
    staged = try StagedDatabase(
      for: directory.path("built.db"), pageSize: PageSize(pageSize),
      tables: [.table("t", for: shapes)],
      indexes: indexes.enumerated().map { number, columns in
        IndexDefinition(name: "i\(number)", table: "t", columns: columns.map { "c\($0)" })
      }, keyByteLimit: keyByteLimit)
  }

  /// Appends a block by two writers in turn, and finishes the file.
  mutating func append(_ block: Block, runByteCount: Int) throws {
    let collectors = (0..<2).map { _ in
      staged.indexes.map { $0.collector(runByteCount: runByteCount) }
    }
    var writer = LeafRunWriter(staged.tables[0])
    var row = 0
    var turn = 0
    while row < block.rowCount {
      let count = min(97, block.rowCount - row)
      let columns = block.columns(from: row)
      try writer.append(columns: columns, rowCount: count, firstRowID: Int64(row) + 1)
      for collector in collectors[turn] {
        try collector.append(columns, rowCount: count, firstRow: Int64(row) + 1)
      }
      row += count
      turn = 1 - turn
    }
    try writer.finish()
    for collector in collectors.joined() { try collector.finish() }
    statistics = try staged.indexes.map { try $0.build {} }
    _ = try staged.finishAndPublish()
  }
}
