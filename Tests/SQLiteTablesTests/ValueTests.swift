import Testing

@testable import SQLiteTables

/// What becomes of values in the record format.
@Suite struct `A value` {
  @Test(
    arguments: [
      (0, 8, 0), (1, 9, 0), (-1, 1, 1), (2, 1, 1), (127, 1, 1), (-128, 1, 1), (128, 2, 2),
      (-129, 2, 2), (32767, 2, 2), (-32768, 2, 2), (32768, 3, 3), (8_388_607, 3, 3),
      (8_388_608, 4, 4), (-8_388_609, 4, 4), (2_147_483_647, 4, 4), (2_147_483_648, 5, 6),
      (140_737_488_355_327, 5, 6), (-140_737_488_355_328, 5, 6), (140_737_488_355_328, 6, 8),
      (Int64.max, 6, 8), (Int64.min, 6, 8),
    ] as [(Int64, UInt64, UInt64)])
  func `of an integer takes the fewest bytes`(value: Int64, type: UInt64, byteCount: UInt64) {
    #expect(SerialType.ofInteger(value) == type)
    #expect(SerialType.bodyByteCount(ofNumber: type) == byteCount)
    let numbers = NumberForms()
    #expect(unsafe SerialType.ofInteger(value, numbers.typesByHighestBit) == type)
  }

  @Test(
    arguments: [
      (0.0, 8), (1.0, 9), (-1.0, 1), (300.0, 2), (-140_737_488_355_328.0, 5),
      (140_737_488_355_327.0, 5), (140_737_488_355_328.0, 7), (0.5, 7), (-0.0, 7),
      (1e300, 7), (-1e300, 7), (0x1p52, 7), (0x1.8p52, 7), (0x1p63, 7), (-0x1.8p52, 7),
      (.leastNonzeroMagnitude, 7), (.infinity, 7), (-.infinity, 7), (.nan, 0), (.signalingNaN, 0),
    ] as [(Double, UInt64)])
  func `of a real is an integer when it is whole and short`(value: Double, type: UInt64) {
    #expect(SerialType.ofReal(value) == type)
    if type != 7, type != 0 {
      #expect(SerialType.integer(ofIntegral: value) == Int64(value))
    }
  }

  @Test func `of a real keeps its type, its bits and the sign of zero`() throws {
    let values = [0.0, -0.0, 1, -7, 0.1, 140_737_488_355_328, .infinity, -.infinity, 1e-300]
    let block = Block(
      rowCount: values.count, shapes: [.reals], values: [values.map { .real($0) }])
    let built = try BuiltTable([.reals])
    try built.append(block)
    _ = try built.staged.finishAndPublish()
    let database = try Database(path: built.path, mode: .readOnly)
    let statement = try database.prepare("SELECT c0, typeof(c0) FROM t")
    for value in values {
      #expect(try statement.step())
      #expect(statement.double(0).bitPattern == value.bitPattern)
      #expect(statement.text(1) == "real")
    }
  }

  @Test func `that is not a number becomes NULL`() throws {
    let block = Block(rowCount: 1, shapes: [.reals], values: [[.real(.nan)]])
    let built = try BuiltTable([.reals])
    try built.append(block)
    _ = try built.staged.finishAndPublish()
    #expect(try rows(of: "t", in: built.path) == [[.integer(1), .null]])
  }

  @Test func `of text may hold any bytes, NUL among them`() throws {
    let values: [Value] = [
      .text(""), .text("a\0b"), .text("🧾 ünï"), .text([0xFF, 0xFE]), .blob([]), .null,
    ]
    let built = try BuiltTable([.cells])
    try built.append(.cells(values))
    _ = try built.staged.finishAndPublish()
    #expect(try rows(of: "t", in: built.path).map(\.[1]) == values)
  }

  @Test func `of any number of bits is a varint as long as it says`() {
    for bits in 0..<64 {
      for value in [
        UInt64(1) << UInt64(bits), (UInt64(1) << UInt64(bits)) - 1, .max >> UInt64(bits),
      ] {
        var bytes = [UInt8](repeating: 0xEE, count: 10)
        Varint.store(value, in: &bytes, at: 0)
        let count = Varint.byteCount(value)
        #expect(bytes[count...].allSatisfy { $0 == 0xEE })
        var read: UInt64 = 0
        for byte in bytes[..<min(count, 8)] { read = read << 7 | UInt64(byte & 0x7F) }
        if count == 9 { read = read << 8 | UInt64(bytes[8]) }
        #expect(read == value)
        #expect(bytes[..<count].prefix(8).dropLast(count == 9 ? 0 : 1).allSatisfy { $0 >= 0x80 })
      }
    }
  }

  @Test func `of a text of up to 200 bytes is copied exactly`() throws {
    let pattern = (0..<200).map { UInt8($0) }
    let values = (0...200).map { Value.text(Array(pattern.prefix($0))) }
    let built = try BuiltTable([.cells])
    try built.append(.cells(values + values.reversed()))
    _ = try built.staged.finishAndPublish()
    #expect(try rows(of: "t", in: built.path).map(\.[1]) == values + values.reversed())
  }
}
