import Testing

@testable import Parquet

/// The examples of <https://github.com/apache/parquet-format/blob/master/Encodings.md>, as pages.
@Suite struct `Encodings` {
  private func rows(
    _ type: PhysicalType, typeLength: Int32? = nil, count: Int32, _ encoding: Encoding,
    _ body: [UInt8]
  ) throws -> [String] {
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: type, typeLength: typeLength), rows: Int64(count),
      pages: [dataPage(count, body, encoding: encoding)])
    return try canonicalRows(file.bytes)
  }

  private func binary(_ texts: String...) -> [String] {
    let base64 = [
      "axis": "YXhpcw==", "axle": "YXhsZQ==", "babble": "YmFiYmxl", "babyhood": "YmFieWhvb2Q=",
      "Hello": "SGVsbG8=", "World": "V29ybGQ=", "Foobar": "Rm9vYmFy", "ABCDEF": "QUJDREVG",
    ]
    return texts.map { "[{\"$binary\":\"\(base64[$0] ?? "")\"}]" }
  }

  /// “A boolean value is a bit, LSB first; a BYTE_ARRAY its length in four bytes, then the bytes”.
  @Test func `PLAIN`() throws {
    #expect(try rows(.boolean, count: 3, .plain, [0b101]) == ["[true]", "[false]", "[true]"])
    #expect(
      try rows(.int32, count: 2, .plain, [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]) == ["[1]", "[-1]"])
    #expect(
      try rows(.double, count: 1, .plain, [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]) == ["[1.0]"])
    #expect(
      try rows(.byteArray, count: 1, .plain, [5, 0, 0, 0] + Array("Hello".utf8)) == binary("Hello"))
    #expect(try rows(.fixedLengthByteArray, typeLength: 0, count: 1, .plain, []) == binary(""))
  }

  /// “The numbers 0 through 7 with a bit width of 3 are encoded as 10001000 11000110 11111010”.
  @Test func `RLE: a bit-packed run`() throws {
    let dictionary = dictionaryPage(8, (0..<8).flatMap { littleEndian(Int32($0) * 10) })
    let indices: [UInt8] = [3] + varint(1 << 1 | 1) + [0b1000_1000, 0b1100_0110, 0b1111_1010]
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: .int32), rows: 8,
      pages: [dictionary, dataPage(8, indices, encoding: .rleDictionary)])
    #expect(try canonicalRows(file.bytes) == (0..<8).map { "[\($0 * 10)]" })
  }

  /// Bit widths of dictionary indices up to 32 are allowed, whatever the dictionary's size.
  @Test(arguments: 0...32)
  func `RLE: dictionary indices of every width`(width: Int) throws {
    let runs = width == 0 ? [] : varint(5 << 1) + Array(repeating: UInt8(0), count: (width + 7) / 8)
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: .int32), rows: 5,
      pages: [
        dictionaryPage(1, littleEndian(Int32(7))),
        dataPage(5, [UInt8(width)] + runs, encoding: .plainDictionary),
      ])
    #expect(try canonicalRows(file.bytes) == Array(repeating: "[7]", count: 5))
  }

  @Test func `RLE: booleans behind their length`() throws {
    #expect(
      try rows(
        .boolean, count: 10, .rle, levels(varint(2 << 1) + [1] + varint(1 << 1 | 1) + [0x0f]))
        == (0..<10).map { $0 < 6 ? "[true]" : "[false]" })
  }

  /// “The numbers 0 through 7 with a bit width of 3 are encoded as 00000101 00111001 01110111”.
  @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7])
  func `BIT_PACKED: the levels of the oldest files`(rotation: Int) throws {
    var elements = [FileBytes.Element(name: "schema", repetition: nil, childCount: 1)]
    for depth in 1...6 {
      elements.append(FileBytes.Element(name: "g\(depth)", repetition: .optional, childCount: 1))
    }
    elements.append(FileBytes.Element(name: "c", type: .int32, repetition: .optional))
    let page = dataPage(
      8, [0b0000_0101, 0b0011_1001, 0b0111_0111] + littleEndian(Int32(5)), levelEncoding: .bitPacked
    )
    let file = FileBytes(
      elements: elements, chunks: [FileBytes.Chunk(type: .int32, pages: [page], valueCount: 8)],
      rowCount: 8)
    let rows = try canonicalRows(file.bytes, batch: rotation + 1)
    #expect(rows[0] == "[null]")
    #expect(rows[2] == "[{\"g2\":{\"g3\":null}}]")
    #expect(
      rows[7] == "[{\"g2\":{\"g3\":{\"g4\":{\"g5\":{\"g6\":{\"c\":5}}}}}}]")
  }

  /// “Example 1: 1, 2, 3, 4, 5; example 2: 7, 5, 3, 1, 2, 3, 4, 5”, whose deltas are −2, −2, −2, 1,
  /// 1, 1, 1: the smallest is −2, the rest is packed in two bits.
  @Test(arguments: [PhysicalType.int32, .int64])
  func `DELTA_BINARY_PACKED`(type: PhysicalType) throws {
    let header = varint(128) + varint(4)
    #expect(
      try rows(
        type, count: 5, .deltaBinaryPacked,
        header + varint(5) + zigzag(1) + zigzag(1) + [0, 0, 0, 0]) == (1...5).map { "[\($0)]" })
    let packed: [UInt8] = [0b1100_0000, 0b0011_1111] + Array(repeating: 0, count: 6)
    #expect(
      try rows(
        type, count: 8, .deltaBinaryPacked,
        header + varint(8) + zigzag(7) + zigzag(-2) + [2, 0, 0, 0] + packed)
        == [7, 5, 3, 1, 2, 3, 4, 5].map { "[\($0)]" })
  }

  /// Deltas wrap: from the smallest to the greatest number it is one step down.
  @Test func `DELTA_BINARY_PACKED: overflow`() throws {
    #expect(
      try rows(
        .int64, count: 2, .deltaBinaryPacked,
        varint(128) + varint(4) + varint(2) + zigzag(.min) + zigzag(-1) + [0, 0, 0, 0])
        == ["[\(Int64.min)]", "[\(Int64.max)]"])
    #expect(
      try rows(
        .int32, count: 2, .deltaBinaryPacked,
        varint(128) + varint(4) + varint(2) + zigzag(Int64(Int32.min)) + zigzag(-1) + [0, 0, 0, 0])
        == ["[\(Int32.min)]", "[\(Int32.max)]"])
  }

  /// “Hello”, “World”, “Foobar”, “ABCDEF”: the lengths 5, 5, 6, 6, then all the bytes.
  private static let lengths =
    varint(128) + varint(4) + varint(4) + zigzag(5) + zigzag(0) + [1, 0, 0, 0, 0b010, 0, 0, 0]

  @Test func `DELTA_LENGTH_BYTE_ARRAY`() throws {
    #expect(
      try rows(
        .byteArray, count: 4, .deltaLengthByteArray,
        Self.lengths + Array("HelloWorldFoobarABCDEF".utf8))
        == binary("Hello", "World", "Foobar", "ABCDEF"))
  }

  /// “axis”, “axle”, “babble”, “babyhood”: prefixes 0, 2, 0, 3; suffixes “axis”, “le”, “babble”,
  /// “yhood”.
  @Test func `DELTA_BYTE_ARRAY`() throws {
    let header = varint(128) + varint(4) + varint(4)
    // Deltas 2, −2, 3 above −2, and −2, 4, −1 above −2, in three bits each.
    let prefixes = header + zigzag(0) + zigzag(-2) + [3, 0, 0, 0] + packed([4, 0, 5])
    let suffixes = header + zigzag(4) + zigzag(-2) + [3, 0, 0, 0] + packed([0, 6, 1])
    #expect(
      try rows(
        .byteArray, count: 4, .deltaByteArray,
        prefixes + suffixes + Array("axislebabbleyhood".utf8))
        == binary("axis", "axle", "babble", "babyhood"))
  }

  /// A miniblock of 32 numbers in three bits each.
  private func packed(_ numbers: [UInt64]) -> [UInt8] {
    var word: UInt64 = 0
    for (index, number) in numbers.enumerated() { word |= number << UInt64(3 * index) }
    return littleEndian(word) + [0, 0, 0, 0]
  }

  /// “Original data AA BB CC DD, 00 11 22 33, A3 B4 C5 D6; after encoding AA 00 A3 BB 11 B4 CC 22
  /// C5 DD 33 D6”.
  @Test func `BYTE_STREAM_SPLIT`() throws {
    let body: [UInt8] = [
      0xaa, 0x00, 0xa3, 0xbb, 0x11, 0xb4, 0xcc, 0x22, 0xc5, 0xdd, 0x33, 0xd6,
    ]
    let expected: [UInt32] = [0xddcc_bbaa, 0x3322_1100, 0xd6c5_b4a3]
    #expect(
      try rows(.int32, count: 3, .byteStreamSplit, body)
        == expected.map { "[\(Int32(bitPattern: $0))]" })
    #expect(
      try rows(.fixedLengthByteArray, typeLength: 4, count: 3, .byteStreamSplit, body)
        == ["qrvM3Q==", "ABEiMw==", "o7TF1g=="].map { "[{\"$binary\":\"\($0)\"}]" })
  }

  @Test(arguments: [
    (PhysicalType.int32, Encoding.deltaByteArray, "DELTA_BYTE_ARRAY for INT32 values"),
    (.double, .rle, "RLE for DOUBLE values"),
    (.byteArray, .byteStreamSplit, "BYTE_STREAM_SPLIT for BYTE_ARRAY values"),
    (.int32, .bitPacked, "BIT_PACKED for values"),
    (.int32, Encoding(rawValue: 77), "encoding 77 for values"),
  ])
  func `an encoding that does not exist for a type is refused`(
    type: PhysicalType, encoding: Encoding, feature: String
  ) throws {
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: type), rows: 1,
      pages: [dataPage(1, [0, 0, 0, 0, 0, 0, 0, 0], encoding: encoding)])
    let error = try #require(try failure(of: file.bytes))
    #expect(error.code == .unsupported)
    #expect(error.message == "\(feature) is not supported")
    #expect(error.place.column == "c" && error.place.page == 0)
  }

  /// Each broken page ends in an error, and the error names column and page.
  @Test(arguments: [
    (PhysicalType.int32, Encoding.plain, [UInt8]([1, 0, 0])),
    (.boolean, .plain, []),
    (.byteArray, .plain, [0xff, 0xff, 0xff, 0xff, 1]),
    (.byteArray, .plain, [1, 0, 0]),
    (.boolean, .rle, [9, 0, 0, 0, 2, 1]),
    (.boolean, .rle, [1, 0, 0]),
    (.int32, .rleDictionary, [33, 2, 0]),
    (.int32, .deltaBinaryPacked, []),
    (.int32, .deltaBinaryPacked, varint(128) + varint(0) + varint(1) + zigzag(0)),
    (.int32, .deltaBinaryPacked, varint(129) + varint(4) + varint(1) + zigzag(0)),
    (.int32, .deltaBinaryPacked, varint(.max) + varint(1) + varint(1) + zigzag(0)),
    (.int32, .deltaBinaryPacked, varint(128) + varint(4) + varint(.max) + zigzag(0)),
    (
      .int32, .deltaBinaryPacked,
      varint(128) + varint(4) + varint(2) + zigzag(0) + zigzag(0) + [65, 0, 0, 0]
    ),
    (.int32, .deltaBinaryPacked, Array(repeating: 0xff, count: 20)),
    (.byteArray, .deltaLengthByteArray, lengths + Array("Hello".utf8)),
    (.byteArray, .deltaLengthByteArray, varint(128) + varint(4) + varint(1) + zigzag(-1)),
    (
      .byteArray, .deltaByteArray,
      varint(128) + varint(4) + varint(1) + zigzag(1) + varint(128) + varint(4) + varint(1)
        + zigzag(0)
    ),
    (.double, .byteStreamSplit, [1, 2, 3]),
  ])
  func `broken values are refused`(type: PhysicalType, encoding: Encoding, body: [UInt8]) throws {
    let file = FileBytes.column(
      FileBytes.Element(name: "c", type: type), rows: 4,
      pages: [dictionaryPage(0, []), dataPage(4, body, encoding: encoding)])
    let error = try #require(try failure(of: file.bytes))
    #expect(error.code == .corrupt)
    #expect(error.place.column == "c" && error.place.page == 1 && error.place.offset != nil)
  }
}
