/// The deprecated BIT_PACKED encoding of levels: numbers one after the other, most significant bit
/// first, without a length.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Encodings.md#BITPACKED>.
struct BitPackedLevelDecoder {
  private let bytes: ByteView
  private let width: Int
  private var bit = 0

  init(_ bytes: ByteView, width: Int) {
    self.bytes = bytes
    self.width = width
  }

  /// The bytes that `count` levels take.
  static func byteCount(of count: Int, width: Int) -> Int { (count * width + 7) / 8 }

  mutating func decode(
    _ count: Int, to target: UnsafeMutablePointer<UInt16>
  ) throws(DecodingFailure) {
    guard bit + count * width <= bytes.count * 8 else {
      throw .truncated(
        "bit-packed levels", needed: (bit + count * width + 7) / 8, available: bytes.count)
    }
    for index in 0..<count {
      var level: UInt16 = 0
      for _ in 0..<width {
        level = level << 1 | UInt16(bytes[bit >> 3] >> UInt8(7 - bit & 7) & 1)
        bit += 1
      }
      unsafe target[index] = level
    }
  }
}
