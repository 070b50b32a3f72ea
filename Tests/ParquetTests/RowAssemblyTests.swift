import Testing

@testable import Parquet

@Suite struct `Row assembly` {
  /// The schema `optional group list (LIST) { repeated group list { optional int32 element } }`.
  private static let list = [
    FileBytes.Element(name: "schema", repetition: nil, childCount: 1),
    FileBytes.Element(name: "list", repetition: .optional, childCount: 1) { $0.int32(6, 3) },
    FileBytes.Element(name: "list", repetition: .repeated, childCount: 1),
    FileBytes.Element(name: "element", type: .int32, repetition: .optional),
  ]

  private func file(
    rows: Int64, entries: Int32, repetition: [UInt8], definition: [UInt8], values: [Int32]
  ) -> [UInt8] {
    FileBytes(
      elements: Self.list,
      chunks: [
        FileBytes.Chunk(
          type: .int32,
          pages: [
            dataPage(
              entries,
              levels(repetition) + levels(definition) + values.flatMap { littleEndian($0) })
          ], valueCount: Int64(entries))
      ], rowCount: rows
    ).bytes
  }

  @Test func `null, empty and short lists are told apart`() throws {
    // [1,null] [] null [2]
    let bytes = file(
      rows: 4, entries: 5, repetition: run(1, of: 0) + run(1, of: 1) + run(3, of: 0),
      definition: run(1, of: 3) + run(1, of: 2) + run(1, of: 1) + run(1, of: 0) + run(1, of: 3),
      values: [1, 2])
    #expect(try canonicalRows(bytes) == ["[[1,null]]", "[[]]", "[null]", "[[2]]"])
  }

  /// DuckDB 2.0 writes a null of the type INTEGER[3] as three nulls.
  @Test func `a null list that is written once for each element is one null`() throws {
    let bytes = file(
      rows: 2, entries: 6,
      repetition: run(1, of: 0) + run(2, of: 1) + run(1, of: 0) + run(2, of: 1),
      definition: run(3, of: 0) + run(3, of: 3), values: [1, 2, 3])
    #expect(try canonicalRows(bytes) == ["[null]", "[[1,2,3]]"])
  }

  @Test func `an element behind a null list is an error`() throws {
    let bytes = file(
      rows: 1, entries: 2, repetition: run(1, of: 0) + run(1, of: 1),
      definition: run(1, of: 0) + run(1, of: 3), values: [1])
    let error = try #require(try failure(of: bytes))
    #expect(error.code == .corrupt)
    #expect(error.message == "a column has more entries in a row than its neighbours")
    #expect(error.place.column == "list")
  }

  /// 1,024 rows of 100,000 numbers would be one batch of 100 million entries.
  @Test func `rows with many entries come in smaller batches`() throws {
    let rows = 8
    let entries = 1 << 20
    let bytes = file(
      rows: Int64(rows), entries: Int32(rows * entries),
      repetition: (0..<rows).flatMap { _ in run(1, of: 0) + run(UInt64(entries - 1), of: 1) },
      definition: run(UInt64(rows * entries), of: 2), values: [])
    let source = MemorySource(bytes)
    let reader = try RowGroupReader(
      try ParquetFile(name: "lists.parquet", source: source), rowGroup: 0, source: source)
    var counts: [Int] = []
    while true {
      let count = try reader.readBatch(rows: 1_024)
      if count == 0 { break }
      counts.append(count)
      #expect(reader.columns[0].entryCount == count * entries)
    }
    #expect(counts == Array(repeating: 1, count: rows))
  }
}
