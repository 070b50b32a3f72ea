import Testing

@testable import Parquet

/// The examples of <https://github.com/apache/parquet-format/blob/master/Encodings.md>, written.
@Suite struct `Encoders` {
  private func runs(_ numbers: [UInt32], width: Int) -> [UInt8] {
    var source = Buffer<UInt32>()
    for number in numbers { source.append(number) }
    var target = Buffer<UInt8>()
    target.append(runs: source, 0..<numbers.count, width: width)
    return target.view.array
  }

  private func deltas<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ numbers: [T]
  ) -> [UInt8] where T.Magnitude: BitwiseCopyable {
    let source = ByteBuffer(count: 0)
    for number in numbers { source.append(littleEndian(number)) }
    var target = Buffer<UInt8>()
    target.append(deltas: source.view, as: T.self)
    return target.view.array
  }

  /// “The numbers 0 through 7 with a bit width of 3 are encoded as 10001000 11000110 11111010”.
  @Test func `RLE: a bit-packed run`() {
    #expect(runs(Array(0...7), width: 3) == [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010])
  }

  @Test func `RLE: equal numbers are one run`() {
    #expect(runs(Array(repeating: 5, count: 100), width: 3) == varint(100 << 1) + [5])
    #expect(runs(Array(repeating: 300, count: 9), width: 12) == varint(9 << 1) + [0x2c, 0x01])
    #expect(runs([], width: 7) == [])
    #expect(runs([1], width: 1) == [1 << 1, 1])
  }

  @Test func `RLE: runs and groups follow each other`() {
    let numbers: [UInt32] = [1, 2, 3, 4, 5, 6, 7, 0] + Array(repeating: 7, count: 16) + [1, 2]
    let groups: [UInt8] = [0b1101_0001, 0b0101_1000, 0b0001_1111]
    #expect(runs(numbers, width: 3) == [0b11] + groups + [16 << 1, 7] + [0b11, 0b1_0001, 0, 0])
  }

  @Test(arguments: 1...32)
  func `RLE: numbers of every width come back`(width: Int) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let limit = UInt32.max >> UInt32(32 - width)
    var numbers: [UInt32] = []
    for _ in 0..<60 {
      let number = UInt32.random(in: 0...limit, using: &random)
      let isRun = Bool.random(using: &random)
      let count = Int.random(in: 1...(isRun ? 40 : 3), using: &random)
      numbers += Array(repeating: number, count: count)
    }
    let bytes = ByteBuffer(count: 0)
    bytes.append(runs(numbers, width: width))
    var decoder = RunLengthDecoder(bytes.view, width: width)
    var target = Buffer<UInt32>(capacity: numbers.count)
    unsafe try decoder.decode(numbers.count, to: target.base)
    target.count = numbers.count
    #expect(target.array == numbers, "seed \(seed)")
  }

  @Test(arguments: [1, 2, 3, 8])
  func `RLE: what is passed over is counted as what is decoded`(width: Int) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let limit = UInt32.max >> UInt32(32 - width)
    let numbers = (0..<2_000).flatMap { _ in
      Array(
        repeating: UInt32.random(in: 0...limit, using: &random),
        count: Int.random(in: 1...100, using: &random) == 1 ? 40 : 1)
    }
    let bytes = ByteBuffer(count: 0)
    bytes.append(runs(numbers, width: width))
    for number in [0, 1, limit] {
      var decoder = RunLengthDecoder(bytes.view, width: width)
      var start = 0
      while start < numbers.count {
        let end = min(numbers.count, start + Int.random(in: 1...150, using: &random))
        let found = try decoder.skip(end - start, counting: number)
        #expect(
          found == numbers[start..<end].count { $0 == number },
          "\(number) in \(start)..<\(end), seed \(seed)")
        start = end
      }
    }
  }

  /// “1, 2, 3, 4, 5” and “7, 5, 3, 1, 2, 3, 4, 5”, whose deltas are −2, −2, −2, 1, 1, 1, 1.
  @Test func `DELTA_BINARY_PACKED`() {
    let head = varint(128) + varint(4)
    #expect(
      deltas([1, 2, 3, 4, 5] as [Int64])
        == head + varint(5) + zigzag(1) + zigzag(1) + [0, 0, 0, 0])
    #expect(
      deltas([7, 5, 3, 1, 2, 3, 4, 5] as [Int32])
        == head + varint(8) + zigzag(7) + zigzag(-2) + [2, 0, 0, 0]
        + [0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0])
    #expect(deltas([] as [Int32]) == head + varint(0) + zigzag(0))
    #expect(deltas([-3] as [Int64]) == head + varint(1) + zigzag(-3))
  }

  @Test(arguments: [1, 2, 31, 32, 33, 127, 128, 129, 130, 1_000])
  func `DELTA_BINARY_PACKED: differences that overflow come back`(count: Int) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let wide = (0..<count).map { _ in
      [Int64.min, .max, 0, Int64.random(in: .min ... .max, using: &random)]
        .randomElement(using: &random) ?? 0
    }
    let narrow = wide.map { Int32(truncatingIfNeeded: $0 >> 20) }
    let bytes = ByteBuffer(count: 0)
    bytes.append(deltas(wide))
    var decoder = try DeltaBinaryPackedDecoder(bytes.view)
    var target = Buffer<Int64>(capacity: count)
    unsafe try decoder.decode(count, to: target.base)
    target.count = count
    #expect(target.array == wide, "seed \(seed)")
    let other = ByteBuffer(count: 0)
    other.append(deltas(narrow))
    #expect(other.view.slice(0, 2).array == varint(128))
    // No miniblock of 32-bit numbers is wider than they are.
    #expect(other.count <= 20 + count * 5 + 160 + 128)
    var narrowDecoder = try DeltaBinaryPackedDecoder(other.view)
    var narrowTarget = Buffer<Int32>(capacity: count)
    unsafe try narrowDecoder.decode(count, to: narrowTarget.base)
    narrowTarget.count = count
    #expect(narrowTarget.array == narrow, "seed \(seed)")
  }

  private func views(_ texts: [String], _ body: (borrowing Buffer<ByteView>) -> Void) {
    let bytes = ByteBuffer(count: 0)
    bytes.append(texts.flatMap { Array($0.utf8) })
    var views = Buffer<ByteView>()
    var start = 0
    for text in texts {
      views.append(bytes.view.slice(start, text.utf8.count))
      start += text.utf8.count
    }
    body(views)
  }

  /// “"Hello", "World", "Foobar", "ABCDEF" are DeltaEncoding(5, 5, 6, 6) "HelloWorldFoobarABCDEF"”.
  @Test func `DELTA_LENGTH_BYTE_ARRAY`() {
    views(["Hello", "World", "Foobar", "ABCDEF"]) { values in
      var encoder = ByteArrayEncoder()
      var target = Buffer<UInt8>()
      encoder.appendDeltaLengths(values, to: &target)
      #expect(
        target.view.array == deltas([5, 5, 6, 6] as [Int32]) + Array("HelloWorldFoobarABCDEF".utf8))
    }
  }

  /// “"axis", "axle", "babble", "babyhood": prefixes 0, 2, 0, 3; suffixes "axis", "le", "babble",
  /// "yhood"”.
  @Test func `DELTA_BYTE_ARRAY`() {
    views(["axis", "axle", "babble", "babyhood"]) { values in
      var encoder = ByteArrayEncoder()
      var target = Buffer<UInt8>()
      encoder.appendDeltas(values, to: &target)
      #expect(
        target.view.array
          == deltas([0, 2, 0, 3] as [Int32]) + deltas([4, 2, 6, 5] as [Int32])
          + Array("axislebabbleyhood".utf8))
    }
  }

  /// “The values AA BB CC DD, 00 11 22 33, A3 B4 C5 D6 become AA 00 A3 BB 11 B4 CC 22 C5 DD 33 D6”.
  @Test func `BYTE_STREAM_SPLIT`() {
    let bytes = ByteBuffer(count: 0)
    bytes.append([0xaa, 0xbb, 0xcc, 0xdd, 0, 0x11, 0x22, 0x33, 0xa3, 0xb4, 0xc5, 0xd6])
    var target = Buffer<UInt8>()
    target.append(splitting: bytes.view, width: 4)
    #expect(
      target.view.array
        == [0xaa, 0, 0xa3, 0xbb, 0x11, 0xb4, 0xcc, 0x22, 0xc5, 0xdd, 0x33, 0xd6])
  }

  @Test(arguments: [Codec.snappy, .gzip, .brotli, .zstd, .lz4Raw])
  func `each codec compresses what its decompressor takes`(codec: Codec) throws {
    let compressor = Compressor()
    let decompressor = Decompressor()
    let plains: [[UInt8]] = [
      [], [7], Array(repeating: 1, count: 100_000), (0..<5_000).map { UInt8($0 % 251) },
    ]
    for plain in plains {
      let input = ByteBuffer(count: 0)
      input.append(plain)
      var levels: [Int?] = [nil]
      if let range = Compressor.levels(of: codec) {
        levels += [range.lowerBound, range.upperBound]
      }
      for level in levels {
        var compressed = Buffer<UInt8>()
        try compressor.compress(input.view, into: &compressed, codec: codec, level: level)
        let output = ByteBuffer(count: plain.count)
        let copy = ByteBuffer(count: 0)
        copy.append(compressed.view)
        try decompressor.decompress(copy.view, into: output, codec: codec)
        #expect(output.view.array == plain)
      }
    }
  }
}

extension Buffer where Element: Equatable {
  fileprivate var array: [Element] {
    var elements: [Element] = []
    for index in 0..<count { elements.append(self[index]) }
    return elements
  }
}
