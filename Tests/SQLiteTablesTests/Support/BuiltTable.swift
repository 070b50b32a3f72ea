@testable import SQLiteTables

/// A one-table database in a directory of its own, built page by page.
struct BuiltTable {
  let directory: TemporaryDirectory
  let staged: StagedDatabase

  var path: String { staged.target }
  var table: TablePages { staged.tables[0] }

  init(_ shapes: [Block.Shape], pageSize: Int = 4096) throws {
    directory = try TemporaryDirectory()
    staged = try StagedDatabase(
      for: directory.path("built.db"), pageSize: PageSize(pageSize),
      tables: [.table("t", for: shapes)])
  }

  /// Appends one block with one writer.
  func append(
    _ block: Block, firstRowID: Int64 = 1, runByteCount: Int = 1 << 20
  ) throws {
    var writer = LeafRunWriter(table, runByteCount: runByteCount)
    try writer.append(columns: block.columns, rowCount: block.rowCount, firstRowID: firstRowID)
    try writer.finish()
  }

  /// What SQL says about the finished file, as text.
  func value(_ sql: String) throws -> String? {
    let database = try Database(path: path, mode: .readOnly)
    let statement = try database.prepare(sql)
    guard try statement.step() else { return nil }
    return statement.text(0)
  }
}

extension StagedDatabase {
  /// Completes the file and gives it its name.
  func finishAndPublish() throws(SQLiteError) -> [Int] {
    let rowCounts = try finish()
    try publish(replacing: false)
    return rowCounts
  }
}

extension Block {
  /// One column of texts or blobs.
  static func cells(_ values: [Value]) -> Block {
    Block(rowCount: values.count, shapes: [.cells], values: [values])
  }

  /// One column of integers.
  static func integers(_ values: some Sequence<Int64>) -> Block {
    let values = values.map { Value.integer($0) }
    return Block(rowCount: values.count, shapes: [.integers], values: [values])
  }
}
