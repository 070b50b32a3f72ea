/// A split block bloom filter.
///
/// A block has eight words of 32 bits. A value sets one bit in each word of one block. Source:
/// <https://github.com/apache/parquet-format/blob/master/BloomFilter.md>.
struct BloomFilter: ~Copyable {
  private var words = Buffer<UInt32>()
  private var blockCount = 0

  private static let salt: SIMD8<UInt32> = [
    0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947,
    0x5c6b_fb31,
  ]

  /// Begins an empty filter for some distinct values.
  mutating func begin(distinctCount: Int, _ options: WriterOptions.BloomFilter) {
    let wanted = Double(distinctCount) * options.bitsPerValue / 8
    var byteCount = 32
    while Double(byteCount) < wanted, byteCount * 2 <= options.byteLimit { byteCount *= 2 }
    blockCount = byteCount / 32
    words.removeAll()
    words.append(repeating: 0, count: byteCount / 4)
  }

  /// The size of the bits.
  var byteCount: Int { 4 * words.count }

  /// Adds a value by the bytes of its PLAIN encoding, without a length.
  mutating func insert(_ value: ByteView) {
    let hash = xxHash64(value)
    let block = Int((hash >> 32 &* UInt64(blockCount)) >> 32)
    let bits = (BloomFilter.salt &* UInt32(truncatingIfNeeded: hash)) &>> 27
    for word in 0..<8 { words[8 * block + word] |= 1 &<< bits[word] }
  }

  /// Whether a value may have been added.
  func mayContain(_ value: ByteView) -> Bool {
    let hash = xxHash64(value)
    let block = Int((hash >> 32 &* UInt64(blockCount)) >> 32)
    let bits = (BloomFilter.salt &* UInt32(truncatingIfNeeded: hash)) &>> 27
    return (0..<8).allSatisfy { words[8 * block + $0] & (1 &<< bits[$0]) != 0 }
  }

  /// Appends the bits.
  func write(to target: inout Buffer<UInt8>) {
    for index in 0..<words.count { target.append(littleEndian: words[index]) }
  }
}
