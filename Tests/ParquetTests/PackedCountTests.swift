import Testing

@testable import Parquet

/// Levels of rows that nobody wants are counted without being unpacked.
@Suite struct PackedCountTests {
  @Test(arguments: 0...32)
  func `packed numbers are counted, of whatever width and from wherever`(width: Int) {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    let wanted = UInt32.random(in: 0...UInt32((UInt64(1) << UInt64(width)) - 1), using: &random)
    // Half of them are the wanted one; the others differ from it in a single bit.
    let numbers = (0..<500).map { _ in
      width == 0 || Bool.random(using: &random)
        ? wanted : wanted ^ (1 << UInt32.random(in: 0..<UInt32(width), using: &random))
    }
    var bytes = [UInt8](repeating: 0, count: (numbers.count * width + 7) / 8 + ByteBuffer.padding)
    for (index, number) in numbers.enumerated() {
      for bit in 0..<width where number >> UInt32(bit) & 1 == 1 {
        bytes[(index * width + bit) / 8] |= 1 << UInt8((index * width + bit) % 8)
      }
    }
    for _ in 0..<50 {
      let start = Int.random(in: 0..<numbers.count, using: &random)
      let end = Int.random(in: start...numbers.count, using: &random)
      let found = unsafe bytes.withUnsafeBytes { bytes in
        unsafe bytes.baseAddress.map {
          unsafe countPacked(wanted, $0, from: start, width: width, count: end - start)
        }
      }
      #expect(
        found == numbers[start..<end].count { $0 == wanted },
        "\(start)..<\(end), seed \(seed)")
    }
  }
}
