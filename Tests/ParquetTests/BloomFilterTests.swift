import Testing

@testable import Parquet

@Suite struct `Bloom filters` {
  private func hash(_ text: String) -> UInt64 {
    let bytes = ByteBuffer(count: 0)
    bytes.append(Array(text.utf8))
    return xxHash64(bytes.view)
  }

  /// Digests that the reference implementation gives with seed 0.
  @Test(
    arguments: [
      ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
      ("xxhash", 0x32dd_3895_2c4b_c720),
      ("The quick brown fox jumps over the lazy dog", 0x0b24_2d36_1fda_71bc),
      ("I want an unsigned 64-bit seed!", 0xd4cb_0a70_a2b8_c7c1),
    ] as [(String, UInt64)])
  func `XXH64 has the published digests`(text: String, digest: UInt64) {
    #expect(hash(text) == digest)
  }

  @Test(arguments: [1, 100, 10_000])
  func `a filter has all its values and few others`(count: Int) {
    var filter = BloomFilter()
    filter.begin(distinctCount: count, WriterOptions.BloomFilter())
    let bytes = ByteBuffer(count: 0)
    for index in 0..<2 * count { bytes.append(littleEndian(UInt64(index))) }
    let values = (0..<2 * count).map { bytes.view.slice(8 * $0, 8) }
    for value in values.prefix(count) { filter.insert(value) }
    var found = (own: 0, other: 0)
    for value in values.prefix(count) where filter.mayContain(value) { found.own += 1 }
    for value in values.suffix(count) where filter.mayContain(value) { found.other += 1 }
    #expect(found.own == count)
    #expect(found.other <= count / 50)
  }

  @Test func `the size is a power of two within the limit`() {
    var filter = BloomFilter()
    var options = WriterOptions.BloomFilter()
    var sizes: [Int] = []
    filter.begin(distinctCount: 0, options)
    sizes.append(filter.byteCount)
    filter.begin(distinctCount: 26_214, options)
    sizes.append(filter.byteCount)
    options.byteLimit = 40_000
    filter.begin(distinctCount: 26_214, options)
    sizes.append(filter.byteCount)
    #expect(sizes == [32, 65_536, 32_768])
  }
}
