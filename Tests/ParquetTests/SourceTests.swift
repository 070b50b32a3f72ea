import Foundation
import Synchronization
import Testing

@testable import Parquet

/// Counts what is asked of a file, since each read may be a request over the network.
private final class CountingSource: ByteRangeSource {
  private let source: MemorySource
  private let counts = Mutex((reads: 0, bytes: 0))

  init(_ bytes: [UInt8]) { source = MemorySource(bytes) }

  var byteCount: Int64 { source.byteCount }

  func read(at offset: Int64, into destination: inout MutableRawSpan) throws {
    let count = destination.byteCount
    counts.withLock { counts in
      counts.reads += 1
      counts.bytes += count
    }
    try source.read(at: offset, into: &destination)
  }

  /// Reads and bytes since the last call.
  func take() -> (reads: Int, bytes: Int) {
    counts.withLock { counts in
      defer { counts = (0, 0) }
      return counts
    }
  }
}

@Suite struct `Reads of a source` {
  private func source(_ name: String) throws -> CountingSource {
    CountingSource(try contents(of: fixtureFolder.appending(path: name + ".parquet")))
  }

  private func readAll(_ reader: RowGroupReader) throws {
    while try reader.readBatch(rows: 1_024) > 0 {}
  }

  @Test func `a footer costs one read`() throws {
    let source = try source("pyarrow-types")
    _ = try ParquetFile(name: "a", source: source)
    #expect(source.take() == (1, Int(source.byteCount)))
  }

  @Test func `a footer beyond the first bytes costs one more`() throws {
    let source = try source("pyarrow-types")
    _ = try ParquetFile(name: "a", source: source, tailByteCount: 100)
    #expect(source.take().reads == 2)
  }

  @Test(arguments: ["pyarrow-types", "pyarrow-wide", "pyarrow-nested", "duckdb-types-v1"])
  func `a small row group costs one read, whatever its columns`(name: String) throws {
    let source = try source(name)
    let file = try ParquetFile(name: "a", source: source)
    _ = source.take()
    let reader = try RowGroupReader(file, rowGroup: 0, source: source)
    #expect(source.take().reads == 0)
    try readAll(reader)
    #expect(source.take().reads == 1)
  }

  @Test func `each row group costs one read`() throws {
    let source = try source("pyarrow-codec-zstd")
    let file = try ParquetFile(name: "a", source: source)
    #expect(file.metadata.rowGroups.count == 2)
    _ = source.take()
    for rowGroup in file.metadata.rowGroups.indices {
      try readAll(try RowGroupReader(file, rowGroup: rowGroup, source: source))
    }
    #expect(source.take().reads == 2)
  }

  @Test func `a projection reads the bytes of its columns`() throws {
    let source = try source("pyarrow-encodings")
    let file = try ParquetFile(name: "a", source: source)
    _ = source.take()
    try readAll(try RowGroupReader(file, rowGroup: 0, source: source))
    let all = source.take()
    let leaves = try file.schema.leaves(at: ["flag"])
    try readAll(try RowGroupReader(file, rowGroup: 0, columns: leaves, source: source))
    let one = source.take()
    #expect(one.reads == 1)
    #expect(one.bytes * 10 < all.bytes)
  }

  @Test func `no columns and no rows cost nothing`() throws {
    let source = try source("pyarrow-types")
    let file = try ParquetFile(name: "a", source: source)
    _ = source.take()
    try readAll(try RowGroupReader(file, rowGroup: 0, columns: [], source: source))
    #expect(source.take().reads == 0)
  }

  @Test func `a row group that is not there is an error`() throws {
    let source = try source("pyarrow-no-row-groups")
    let file = try ParquetFile(name: "a.parquet", source: source)
    let error = try #require(throws: ParquetError.self) {
      try RowGroupReader(file, rowGroup: 0, source: source)
    }
    #expect(error.code == .notFound)
    #expect(
      error.description == "cannot read a.parquet: there is no row group 0; the file has 0")
  }

  private struct Unreachable: Error {}

  private struct FailingSource: ByteRangeSource {
    let byteCount: Int64 = 1_000

    func read(at offset: Int64, into destination: inout MutableRawSpan) throws {
      throw Unreachable()
    }
  }

  @Test func `what the source throws is passed on`() throws {
    #expect(throws: Unreachable.self) { try ParquetFile(name: "a", source: FailingSource()) }
  }
}
