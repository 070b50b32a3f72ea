import Testing

@testable import Parquet

/// Files from batches in memory.
@Suite struct `Writer` {
  private let schema: Schema

  init() throws {
    schema = try Schema(fields: [
      .int64("id", isOptional: false), .string("name"), .boolean("flag"), .float("ratio"),
      .list("list", of: .int32("element")),
      .structure("s", [.binary("raw", isOptional: false), .int32("n")]),
    ])
  }

  private func fill(_ rows: RowGroupBuilder) throws {
    let noLevels: [UInt16] = []
    try rows.columns[0].append([1, 2, 3].span as Span<Int64>)
    try rows.columns[1].append(
      bytes: Array("annbob".utf8).span, ends: [3, 3, 6].span, isValid: [true, false, true].span)
    try rows.columns[2].append([true, false, true].span, isValid: [true, true, false].span)
    try rows.columns[3].append([0.5, 1, -2].span as Span<Float>)
    try rows.columns[4].append(
      [1, 2].span as Span<Int32>, definitionLevels: [3, 2, 3, 0, 1].span,
      repetitionLevels: [0, 1, 1, 0, 0].span)
    try rows.columns[5].append(
      bytes: [7, 8].span, ends: [1, 2, 2].span, isValid: [true, true, false].span)
    try rows.columns[6].append(
      [5].span as Span<Int32>, definitionLevels: [2, 1, 0].span, repetitionLevels: noLevels.span)
  }

  private static let expected = [
    "{\"id\":1,\"name\":\"ann\",\"flag\":true,\"ratio\":0.5,\"list\":[1,null,2],\"s\":{\"raw\":\"Bw==\",\"n\":5}}",
    "{\"id\":2,\"name\":null,\"flag\":false,\"ratio\":1.0,\"list\":null,\"s\":{\"raw\":\"CA==\",\"n\":null}}",
    "{\"id\":3,\"name\":\"bob\",\"flag\":null,\"ratio\":-2.0,\"list\":[],\"s\":null}",
  ]

  @Test(arguments: [WriterOptions.DataPageVersion.v1, .v2])
  func `batches of every kind come back`(version: WriterOptions.DataPageVersion) throws {
    var options = WriterOptions()
    options.dataPageVersion = version
    options.keyValueMetadata = [.init(key: "a", value: "b"), .init(key: "c", value: nil)]
    let writer = try ParquetWriter(schema: schema, options: options)
    let rows = try RowGroupBuilder(schema: schema, options: options)
    var bytes: [UInt8] = []
    for _ in 0..<2 {
      try fill(rows)
      bytes += try writer.write(rows)
      #expect(rows.rowCount == 0)
      #expect(writer.byteCount == bytes.count)
    }
    // No rows make no row group.
    bytes += try writer.write(rows)
    bytes += try writer.finish()
    #expect(writer.rowCount == 6 && writer.rowGroupCount == 2)
    #expect(try canonicalRows(bytes, style: .plain) == Self.expected + Self.expected)
    let file = try ParquetFile(name: "x", source: MemorySource(bytes))
    #expect(file.metadata.version == Int32(version.rawValue))
    #expect(file.metadata.keyValueMetadata == options.keyValueMetadata)
    #expect(file.metadata.hasColumnOrders)
    #expect(file.metadata.declaredRowCount == 6)
    let writerName = try #require(file.metadata.createdBy)
    // The form in which parquet-mr takes the name apart.
    let pattern = /(.*?)\s+version\s*(?:([^(]*?)\s*(?:\(\s*build\s*([^)]*?)\s*\))?)?/
    let match = try #require(try pattern.wholeMatch(in: writerName))
    #expect(match.output.1 == "receipt" && match.output.2 == "0.1.0")
  }

  @Test func `pages carry a checksum unless they shall not`() throws {
    var options = WriterOptions()
    for writes in [true, false] {
      options.writesPageChecksums = writes
      let bytes = try file(of: ["{\"x\":1}"], try Schema(fields: [.int32("x")]), options)
      let source = MemorySource(bytes)
      let file = try ParquetFile(name: "x", source: source)
      let reader = try RowGroupReader(file, rowGroup: 0, source: source)
      _ = try reader.readBatch(rows: 10)
      #expect(reader.pageCounts.checked == (writes ? 1 : 0))
      #expect(reader.pageCounts.unchecked == (writes ? 0 : 1))
    }
  }

  @Test func `a dictionary is kept where it pays, and as far as it fits`() throws {
    let schema = try Schema(fields: [.string("x", isOptional: false)])
    func encodings(_ rows: [String], _ limit: Int = 1 << 20) throws -> [Encoding] {
      var options = WriterOptions()
      options.dictionaryByteLimit = limit
      let bytes = try file(of: rows, schema, options)
      #expect(try canonicalRows(bytes, style: .plain) == rows)
      let file = try ParquetFile(name: "x", source: MemorySource(bytes))
      return file.metadata.rowGroups[0].columns[0].encodings
    }
    func rows(_ count: Int, _ distinct: Int) -> [String] {
      (0..<count).map { "{\"x\":\"value \($0 % distinct)\"}" }
    }
    #expect(try encodings(rows(2_000, 10)) == [.plain, .rleDictionary])
    #expect(try encodings(rows(2_000, 2_000)) == [.plain])
    #expect(try encodings(rows(100, 100)) == [.plain])
    // Full after some values: those keep their indices.
    #expect(try encodings(rows(1_000, 5) + rows(1_000, 500), 100) == [.plain, .rleDictionary])
    #expect(try encodings(rows(2_000, 10), 0) == [.plain])
  }

  @Test func `a row group says when it is full`() throws {
    var options = WriterOptions()
    options.rowGroupRowLimit = 3
    let rows = try RowGroupBuilder(schema: schema, options: options)
    #expect(!rows.isFull && rows.roomForRows == 3)
    try fill(rows)
    #expect(rows.isFull && rows.roomForRows == 0)
    options.rowGroupRowLimit = 100
    options.rowGroupByteLimit = 40
    let others = try RowGroupBuilder(schema: schema, options: options)
    try fill(others)
    #expect(others.isFull)
  }

  @Test func `a column may have its own codec, encoding and filter`() throws {
    let schema = try Schema(fields: [.int64("a"), .int64("b")])
    var options = WriterOptions()
    var own = WriterOptions.Column()
    own.codec = .zstd
    own.compressionLevel = 9
    own.usesDictionary = false
    own.encoding = .deltaBinaryPacked
    own.bloomFilter = WriterOptions.BloomFilter()
    options.columns["b"] = own
    let rows = (0..<100).map { "{\"a\":\($0 / 50),\"b\":\($0)}" }
    let bytes = try file(of: rows, schema, options)
    #expect(try canonicalRows(bytes, style: .plain) == rows)
    let chunks = try ParquetFile(name: "x", source: MemorySource(bytes)).metadata.rowGroups[0]
      .columns
    #expect(chunks.map(\.codec) == [.snappy, .zstd])
    #expect(chunks[0].encodings == [.plain, .rle, .rleDictionary])
    #expect(chunks[1].encodings == [.rle, .deltaBinaryPacked])
    #expect(chunks[0].bloomFilterOffset == nil && chunks[1].bloomFilterOffset != nil)
  }

  @Test func `annotations that are not understood are passed on`() throws {
    let crs = ThriftBytes.structure { $0.string(1, "EPSG:4326") }
    let element = FileBytes.Element(name: "g", type: .byteArray, repetition: .optional) { thrift in
      thrift.structure(10) { $0.raw(17, type: 12, crs) }
    }
    let old = FileBytes.column(
      element, rows: 1, pages: [dataPage(1, levels(run(1, of: 0)))])
    let new = try rewritten(old.bytes, WriterOptions())
    let written = try ParquetFile(name: "x", source: MemorySource(new)).schema
    #expect(written.description.contains("optional binary g (GEOMETRY);"))
    let needle = Array("EPSG:4326".utf8)
    #expect(new.indices.contains { new[$0...].starts(with: needle) })
  }
}
