import Parquet
import TestSupport
import Testing

@testable import PostgreSQLTables

/// Rows of a COPY, however the bytes are cut.
@Suite struct CopyRowsTests {
  private static let rows: [[[UInt8]?]] = [
    [[1, 2, 3], nil, []], [nil, nil, nil], [[9], [8], [UInt8](repeating: 7, count: 300)],
  ]

  private static var stream: [UInt8] {
    var writer = WireWriter(bytes: WireWriter.header)
    for row in rows { writer.append(row: row) }
    writer.append(Int16(-1))
    return writer.bytes
  }

  /// The rows of a stream that comes in pieces.
  private func read(
    _ pieces: [[UInt8]], columnCount: Int = 3, limit: Int = 256
  ) throws(CopyFailure) -> [[[UInt8]?]] {
    var batch = CopyRows(columnCount: columnCount)
    var found: [[[UInt8]?]] = []
    for piece in pieces {
      try batch.append(piece)
      while case let count = try batch.take(limit: limit), count > 0 {
        for row in 0..<count {
          found.append(
            (0..<columnCount).map { column in
              let field = batch.fields[column * CopyRows.capacity + row]
              if field.isNull { return nil }
              return batch.bytes.view(Int(field.offset), Int(field.byteCount)).array
            })
        }
      }
    }
    try batch.checkEnd()
    return found
  }

  private func failure(_ bytes: [UInt8], columnCount: Int = 3) -> CopyFailure? {
    do throws(CopyFailure) {
      _ = try read([bytes], columnCount: columnCount)
      return nil
    } catch {
      return error
    }
  }

  @Test func `rows are the same wherever the bytes are cut`() throws {
    let stream = CopyRowsTests.stream
    #expect(try read([stream]) == CopyRowsTests.rows)
    #expect(try read([stream], limit: 1) == CopyRowsTests.rows)
    #expect(try read(stream.map { [$0] }) == CopyRowsTests.rows)
    for cut in 0...stream.count {
      #expect(try read([Array(stream[..<cut]), Array(stream[cut...])]) == CopyRowsTests.rows)
    }
  }

  @Test func `a header may have an extension, and no flags that are not known`() throws {
    var stream = CopyRowsTests.stream
    stream[18] = 2
    stream.insert(contentsOf: [1, 2], at: 19)
    #expect(try read([stream]) == CopyRowsTests.rows)
    stream[12] = 1
    #expect(failure(stream)?.reason == "the rows have flags that are not known")
    #expect(failure(Array("PGCOPX".utf8) + stream)?.reason.contains("do not begin") == true)
  }

  @Test func `what is no row is an error with its place`() throws {
    let stream = CopyRowsTests.stream
    #expect(failure(stream, columnCount: 2)?.reason == "it has 3 fields instead of 2")
    #expect(failure(stream, columnCount: 2)?.row == 0)
    #expect(failure(stream + [0])?.reason == "1 bytes follow the end of the rows")
    for cut in 0..<stream.count {
      #expect(failure(Array(stream[..<cut]))?.reason == "the rows end without their mark", "\(cut)")
    }
    var writer = WireWriter(bytes: WireWriter.header)
    writer.append(Int16(3))
    writer.append(Int32(-2))
    #expect(failure(writer.bytes)?.reason == "a field claims -2 bytes")
    writer.bytes.removeLast(4)
    writer.append(Int32.max)
    #expect(failure(writer.bytes)?.reason == "a field claims 2147483647 bytes")
  }

  @Test func `rows without columns are counted`() throws {
    var writer = WireWriter(bytes: WireWriter.header)
    for _ in 0..<600 { writer.append(Int16(0)) }
    writer.append(Int16(-1))
    #expect(try read([writer.bytes], columnCount: 0).count == 600)
  }
}
