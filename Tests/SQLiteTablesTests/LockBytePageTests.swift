import Foundation
import Testing

@testable import SQLiteTables

/// "The lock-byte page is the single page of the database file that contains the bytes at offsets
/// between 1073741824 and 1073742335, inclusive. … the lock-byte page … is never used."
@Suite struct `The lock-byte page` {
  @Test func `is skipped by runs, overflow chains and interior pages`() throws {
    for pageSize in [512, 4096] {
      let size = try PageSize(pageSize)
      for distance in 0..<40 as Range<UInt32> {
        let sink = MemorySink(pageSize: pageSize)
        let pageCount = size.lockBytePage - 1 - distance
        let file = PageFile(pageSize: size, pageCount: pageCount, sink: sink)
        let table = try TablePages(name: "t", columnCount: 1, rootPage: 2, file: file)
        let lengths = [100, 3 * pageSize, 300, 12 * pageSize, 200, 500, pageSize]
        let values = (0..<28).map { index -> Value in
          .blob([UInt8](repeating: UInt8(index), count: lengths[index % lengths.count]))
        }
        let block = Block.cells(values)
        var writer = LeafRunWriter(table, runByteCount: 8 * pageSize)
        try writer.append(columns: block.columns, rowCount: block.rowCount, firstRowID: 1)
        try writer.finish()
        _ = try table.finish()

        #expect(sink.writes.allSatisfy { !$0.contains(size.lockBytePage) })
        let tree = try TreeReader(pages: sink.pages, pageSize: pageSize, root: 2)
        #expect(tree.rows.count == 28)
        #expect(
          zip(tree.rows, values).allSatisfy { row, value in
            if case .blob(let bytes) = value { row.payload.ends(with: bytes) } else { false }
          })
        // No page is lost: the last one of the file is the last one of the claims.
        #expect(tree.visited == Set(sink.pages.keys))
        let others = sink.pages.keys.filter { $0 != 2 }
        #expect(others.max() == file.allocator.pageCount)
        let hasCrossed = file.allocator.pageCount > size.lockBytePage
        #expect(
          others.count == Int(file.allocator.pageCount - pageCount) - (hasCrossed ? 1 : 0))
      }
    }
  }

  @Test(arguments: [(512, 2_097_153), (4096, 262_145), (65536, 16_385)] as [(Int, UInt32)])
  func `is the one with byte 1 GiB of the file`(pageSize: Int, number: UInt32) throws {
    let size = try PageSize(pageSize)
    #expect(size.lockBytePage == number)
    let allocator = PageAllocator(pageSize: size, pageCount: number - 2)
    let claim = try allocator.claim(3)
    #expect((0..<3).map { claim.pageNumber(at: $0) } == [number - 1, number + 1, number + 2])
    #expect(allocator.pageCount == number + 2)
    let after = PageAllocator(pageSize: size, pageCount: number + 2)
    #expect(try after.claim(1).pageNumber(at: 0) == number + 3)
  }

  /// Zeros are left out, so that the file of 1.2 GiB takes a few megabytes of disk.
  @Test func `is accepted by SQLite in a file of more than 1 GiB`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("built.db")
    let pageSize = try PageSize(65536)
    let definition = try TableDefinition.table("t", for: [.dictionary])
    let empty = try EmptyDatabase(pageSize: pageSize, tables: [definition])
    let file = try StagedFile(for: path, pageSize: pageSize)
    try file.write(empty.bytes.span, offset: 0)
    var header = try DatabaseHeader(file.readPrefix(100), pageSize: pageSize)
    let pages = PageFile(
      pageSize: pageSize, pageCount: header.pageCount, sink: SparseSink(file: file))
    let table = try TablePages(name: "t", columnCount: 1, rootPage: 2, file: pages)
    try withBlobs(byteCounts: [400_000_000, 1, 400_000_000, 400_000_000]) { blobs in
      var writer = LeafRunWriter(table)
      try writer.append(columns: [blobs], rowCount: 4, firstRowID: 1)
      try writer.finish()
    }
    _ = try table.finish()
    header.setPageCount(pages.allocator.pageCount)
    try file.write(header.bytes.span, offset: 0)
    try file.publish(replacing: false)

    #expect(pages.allocator.pageCount > pageSize.lockBytePage)
    #expect(try integrity(of: path) == ["ok"])
    let database = try Database(path: path, mode: .readOnly)
    let statement = try database.prepare("SELECT group_concat(length(c0)) FROM t")
    #expect(try statement.step())
    #expect(statement.text(0) == "400000000,1,400000000,400000000")
  }

  private struct SparseSink: PageSink {
    let file: StagedFile
    private static let zeros = [UInt8](repeating: 0, count: 65536)

    func write(_ pages: Span<UInt8>, firstPage: UInt32) throws(SQLiteError) {
      for index in 0..<(pages.count / 65536) {
        let page = pages.extracting((index * 65536)..<((index + 1) * 65536))
        let number = firstPage + UInt32(index)
        // The pointer to the next overflow page, then payload: all zeros but for leaves.
        let isEmpty = unsafe page.withUnsafeBytes { bytes in
          guard let base = bytes.baseAddress else { return true }
          return unsafe memcmp(base + 4, Self.zeros, 65532) == 0
        }
        let offset = (Int(number) - 1) * 65536
        try file.write(isEmpty ? page.extracting(0..<4) : page, offset: offset)
        // The file has its full length even if it ends here.
        try file.write(page.extracting(65535..<65536), offset: offset + 65535)
      }
    }
  }
}

extension [UInt8] {
  fileprivate func ends(with other: [UInt8]) -> Bool {
    suffix(other.count).elementsEqual(other)
  }
}
