import Testing

@testable import Parquet

/// The deprecated codec LZ4: what its bytes are depends on the writer.
@Suite struct `LZ4 framing` {
  /// `abcdefgh`, four times, as the values of a page.
  private static let values = Array(repeating: Array("abcdefgh".utf8), count: 4).flatMap { $0 }

  /// An LZ4 block of literals only.
  private static func block(_ literals: ArraySlice<UInt8>) -> [UInt8] {
    let count = literals.count
    return (count < 15 ? [UInt8(count) << 4] : [0xf0, UInt8(count - 15)]) + literals
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    littleEndian(UInt32(value).byteSwapped)
  }

  private static func sized(_ block: [UInt8]) -> [UInt8] { bigEndian(block.count) + block }

  struct Page: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: [UInt8]

    init(_ name: String, _ parts: [UInt8]...) {
      testDescription = name
      body = parts.flatMap { $0 }
    }
  }

  static let sound = [
    Page("one bare block", block(values[...])),
    Page("one frame of Hadoop", bigEndian(32), sized(block(values[...]))),
    Page(
      "two frames of Hadoop", bigEndian(16), sized(block(values[..<16])), bigEndian(16),
      sized(block(values[16...]))),
    // Hadoop's BlockCompressorStream cuts what exceeds its buffer into blocks of one frame.
    Page(
      "two blocks in a frame of Hadoop", bigEndian(32), sized(block(values[..<24])),
      sized(block(values[24...])), bigEndian(0)),
    Page(
      "an empty block in a frame of Hadoop", bigEndian(32), sized(block(values[...])),
      bigEndian(0), sized([0])),
    // Before it had Hadoop's framing, parquet-rs wrote LZ4's own.
    Page("LZ4's own frame", frameHeader, [32, 0, 0, 0x80], values, [0, 0, 0, 0]),
  ]

  static let broken = [
    Page("a block too few", bigEndian(32), sized(block(values[..<24]))),
    Page("a wrong size of a frame", bigEndian(31), sized(block(values[...]))),
    Page("empty blocks", bigEndian(32), sized([0]), sized([0])),
    Page("LZ4's own frame, cut", frameHeader, [32, 0, 0, 0x80, 1, 2]),
    Page("nothing at all"),
  ]

  private static let frameHeader: [UInt8] = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]

  private func file(_ page: Page) -> [UInt8] {
    FileBytes.column(
      FileBytes.Element(name: "c", type: .int64), rows: 4, codec: .lz4,
      pages: [dataPage(4, page.body, uncompressed: 32)]
    ).bytes
  }

  @Test(arguments: sound)
  func `all framings are read`(page: Page) throws {
    #expect(
      try canonicalRows(file(page)) == Array(repeating: "[7523094288207667809]", count: 4))
  }

  @Test(arguments: broken)
  func `broken framings are refused`(page: Page) throws {
    let error = try #require(try failure(of: file(page)))
    #expect(error.code == .corrupt)
    #expect(error.message.hasPrefix("the LZ4 page does not decompress: "))
  }
}
