import TestSupport
import Testing

@testable import SQLiteTables

/// Payloads that do not fit a leaf.
@Suite struct `A long payload` {
  /// X is the longest local payload, M the shortest local part; a page more of payload repeats the
  /// rule, and around X + 1 the local part falls from X to about M.
  @Test(arguments: [512, 1024, 4096, 32768, 65536])
  func `is cut as SQLite cuts it at every boundary of the rule`(pageSize: Int) throws {
    let size = try PageSize(pageSize)
    let (longest, least) = (size.maxLocalPayload, size.minLocalPayload)
    let boundaries = [0, 1, 2].flatMap { pages in
      [longest, least].map { $0 + pages * size.overflowCapacity }
    }
    let lengths = (boundaries + [127, 128, 16383, 16384]).flatMap { ($0 - 4)...($0 + 4) }
    // Header, its length and the serial type take 2 to 4 bytes of the payload.
    let pattern = (0..<(lengths.max() ?? 0)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let values = lengths.flatMap { length in
      (2...4).map { header in Value.blob(Array(pattern.prefix(max(0, length - header)))) }
    }
    let block = Block.cells(values)
    let built = try BuiltTable([.cells], pageSize: pageSize)
    try built.append(block, runByteCount: 3 * pageSize)
    _ = try built.staged.finishAndPublish()
    #expect(try integrity(of: built.path) == ["ok"])
    let expected = values.enumerated().map { [.integer(Int64($0 + 1)), $1] }
    #expect(try rows(of: "t", in: built.path) == expected)
  }

  @Test(arguments: [1_000_000, 20_000_000])
  func `of megabytes is read back whole`(byteCount: Int) throws {
    var bytes = [UInt8](repeating: 0x20, count: byteCount)
    for index in stride(from: 0, to: byteCount, by: 97) { bytes[index] = UInt8(0x21 + index % 90) }
    let big = Value.text(bytes)
    let rowsWritten: [Value] = [.text("before"), big, .text("between"), big, .text("after")]
    for pageSize in [512, 65536] {
      let built = try BuiltTable([.cells], pageSize: pageSize)
      try built.append(.cells(rowsWritten))
      _ = try built.staged.finishAndPublish()
      #expect(try integrity(of: built.path) == ["ok"])
      let read = try rows(of: "t", in: built.path).map(\.[1])
      #expect(read == rowsWritten)
    }
  }

  @Test func `is written in pieces of a run's size`() throws {
    let sink = MemorySink(pageSize: 4096)
    let table = try TablePages(
      name: "t", columnCount: 1, rootPage: 2,
      file: PageFile(pageSize: PageSize(4096), pageCount: 2, sink: sink))
    let block = Block.cells([.text([UInt8](repeating: 65, count: 1_000_000))])
    var writer = LeafRunWriter(table, runByteCount: 16 * 4096)
    try writer.append(columns: block.columns, rowCount: 1, firstRowID: 1)
    try writer.finish()
    #expect(try table.finish() == 1)
    #expect(sink.writes.map(\.count).max() == 16)
    let tree = try TreeReader(pages: sink.pages, pageSize: 4096, root: 2)
    #expect(tree.rows.map(\.payload.count) == [1_000_004])
    #expect(tree.visited == Set(sink.pages.keys))
  }

  @Test func `may be spread over all of 2,000 columns`() throws {
    var random = SeededGenerator(seed: 20)
    let shapes = (0..<2000).map { Block.Shape.allCases[$0 % 5] }
    let block = Block.random(rowCount: 40, shapes: shapes, longest: 30, using: &random)
    let built = try BuiltTable(shapes, pageSize: 512)
    try built.append(block)
    _ = try built.staged.finishAndPublish()
    #expect(try integrity(of: built.path) == ["ok"])
    #expect(try built.value("SELECT count(*) FROM t") == "40")
    let first = try built.value("SELECT typeof(c1999) FROM t WHERE rowid = 40")
    #expect(first != nil)
  }

  @Test func `beyond SQLite's limit is refused with its row`() throws {
    let built = try BuiltTable([.cells, .cells])
    let error = #expect(throws: SQLiteError.self) {
      try withBlobs(byteCounts: [nil, 500_000_001]) { blobs in
        var writer = LeafRunWriter(built.table)
        try writer.append(columns: [blobs, blobs], rowCount: 2, firstRowID: 11)
      }
    }
    #expect(error?.code == .rowTooLong)
    #expect(
      error?.message
        == "cannot store row 12 of table t: it has 1000000013 bytes and SQLite allows 1000000000")
  }
}
