import Testing

@testable import Parquet

/// Small files that ask for large amounts of memory or time.
@Suite struct `A hostile file` {
  @Test func `a dictionary of two thousand million empty values is refused`() throws {
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: .fixedLengthByteArray, typeLength: 0), rows: 1,
      pages: [dictionaryPage(.max, []), dataPage(1, [1] + run(1, of: 0), encoding: .rleDictionary)])
    let error = try #require(try failure(of: file.bytes))
    #expect(error.code == .corrupt)
    #expect(
      error.message == "the value count of a dictionary page is 2,147,483,647 but may be at most 1")
    #expect(error.place.column == "c")
  }

  @Test(arguments: [2_467, Int32.max])
  func `a decimal of more digits than its bytes can hold is refused`(precision: Int32) throws {
    let element = FileBytes.Element(name: "price", type: .int32) { thrift in
      thrift.int32(6, 5)
      thrift.int32(7, precision)
      thrift.int32(8, precision)
    }
    let file = FileBytes.column(element, rows: 1, pages: [dataPage(1, [1, 0, 0, 0])])
    let error = try #require(try failure(of: file.bytes))
    #expect(error.code == .footer)
    #expect(
      error.message
        == "the footer is broken: the precision of a DECIMAL column is \(grouped(precision)) but may be at most 2,466"
    )
  }

  @Test func `the most digits that are allowed are written`() throws {
    let element = FileBytes.Element(name: "price", type: .int32) { thrift in
      thrift.int32(6, 5)
      thrift.int32(7, 2_466)
      thrift.int32(8, 2_466)
    }
    let file = FileBytes.column(element, rows: 1, pages: [dataPage(1, [1, 0, 0, 0])])
    #expect(
      try canonicalRows(file.bytes) == ["[\"0.\(String(repeating: "0", count: 2_465))1\"]"])
  }

  /// 500 names above each of 10,000 leaves of a few bytes each would take 80 MB.
  @Test func `many leaves in a deep group are refused`() throws {
    var elements = [FileBytes.Element(name: "schema", repetition: nil, childCount: 1)]
    for depth in 0..<500 {
      elements.append(FileBytes.Element(name: "g", childCount: depth == 499 ? 10_000 : 1))
    }
    for _ in 0..<10_000 { elements.append(FileBytes.Element(name: "", type: .int32)) }
    let error = try #require(
      try failure(of: FileBytes(elements: elements, hasRowGroup: false).bytes))
    #expect(error.code == .footer)
    #expect(error.message.contains("the number of names in all columns' paths"))
  }

  @Test func `a schema that is nested too deeply is refused`() throws {
    var elements = [FileBytes.Element(name: "schema", repetition: nil, childCount: 1)]
    for _ in 0..<1_200 { elements.append(FileBytes.Element(name: "g", childCount: 1)) }
    elements.append(FileBytes.Element(name: "c", type: .int32))
    let error = try #require(
      try failure(of: FileBytes(elements: elements, hasRowGroup: false).bytes))
    #expect(
      error.message
        == "the footer is broken: the nesting of the schema is 1,001 but may be at most 1,000")
  }

  @Test(arguments: [UInt64(1) << 20, 1 << 31, 1 << 62, .max])
  func `a list in the footer cannot have more elements than bytes are left`(count: UInt64) throws {
    let footer = ThriftBytes.structure { footer in
      footer.int32(1, 1)
      footer.list(2, type: 12, count: count, [])
    }
    let error = try #require(try failure(of: FileBytes.file(footer: footer)))
    #expect(error.code == .footer)
    #expect(error.message.hasPrefix("the footer is broken: a Thrift list needs "))
  }

  @Test func `a run of entries that would fill the memory is refused`() throws {
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: .int32, repetition: .repeated), rows: 1,
      values: 1_000_000_001,
      pages: [
        dataPage(
          1_000_000_001,
          levels(run(1, of: 0) + run(1_000_000_000, of: 1)) + levels(run(1_000_000_001, of: 0)))
      ])
    let error = try #require(try failure(of: file.bytes))
    #expect(error.code == .corrupt)
    #expect(error.message.hasPrefix("the number of entries in some rows is 16,778,240 but"))
  }

  @Test func `a page cannot announce more bytes than its codec can give`() throws {
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: .int32), rows: 1, codec: .gzip,
      pages: [dataPage(1, [0x1f, 0x8b, 8], uncompressed: 999_999_999)])
    let error = try #require(try failure(of: file.bytes))
    #expect(
      error.message == "the uncompressed size of a page is 999,999,999 but may be at most 3,160")
  }

  @Test(arguments: [Codec.zstd, .brotli])
  func `a large page must have some compressed bytes`(codec: Codec) throws {
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: .int32), rows: 1, codec: codec,
      pages: [dataPage(1, Array(repeating: 0, count: 100), uncompressed: 268_435_457)])
    let error = try #require(try failure(of: file.bytes))
    #expect(
      error.message
        == "the uncompressed size of a page is 268,435,457 but may be at most 268,435,456")
  }

  @Test func `the deepest schema that is allowed can be read`() throws {
    var elements = [FileBytes.Element(name: "schema", repetition: nil, childCount: 1)]
    for _ in 0..<998 {
      elements.append(FileBytes.Element(name: "g", repetition: .optional, childCount: 1))
    }
    elements.append(FileBytes.Element(name: "c", type: .int32, repetition: .optional))
    let full = varint(1 << 1) + littleEndian(UInt16(999))
    let none = varint(1 << 1) + [0, 0]
    let page = dataPage(2, levels(full + none) + littleEndian(Int32(7)))
    let file = FileBytes(
      elements: elements, chunks: [FileBytes.Chunk(type: .int32, pages: [page], valueCount: 2)],
      rowCount: 2)
    let rows = try canonicalRows(file.bytes)
    #expect(rows[0].hasPrefix("[{\"g\":{\"g\":") && rows[0].contains("{\"c\":7}"))
    #expect(rows[1] == "[null]")
  }

  /// Work that grows with the square of the columns would take minutes here.
  @Test func `tens of thousands of columns take no longer than their bytes`() throws {
    let count = 30_000
    var elements = [FileBytes.Element(name: "s", repetition: nil, childCount: Int32(count))]
    elements += Array(repeating: FileBytes.Element(name: "", type: .int32), count: count)
    let page = dataPage(1, [1, 0, 0, 0])
    let chunk = FileBytes.Chunk(type: .int32, pages: [page], valueCount: 1)
    let file = FileBytes(
      elements: elements, chunks: Array(repeating: chunk, count: count), rowCount: 1)
    let bytes = file.bytes
    let start = ContinuousClock.now
    #expect(try canonicalRows(bytes).first?.utf8.count == 2 * count + 1)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func `a page larger than any database takes is refused`() throws {
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: .int32), rows: 1, codec: .zstd,
      pages: [dataPage(1, [], uncompressed: .max)])
    let error = try #require(try failure(of: file.bytes))
    #expect(error.message == "the size of a page is 2,147,483,647 but may be at most 1,000,000,000")
  }

  @Test func `indices into an empty dictionary are refused`() throws {
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: .byteArray), rows: 1,
      pages: [dictionaryPage(0, []), dataPage(1, [1] + run(1, of: 0), encoding: .rleDictionary)])
    let error = try #require(try failure(of: file.bytes))
    #expect(error.message == "a page has dictionary indices but the dictionary is empty")
    #expect(error.place.page == 1)
  }
}
