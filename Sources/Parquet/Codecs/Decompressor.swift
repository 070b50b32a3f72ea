/// Decompresses the pages of one column chunk after another; keeps what a codec library can use
/// again.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Compression.md>.
final class Decompressor {
  private let zstd = ZstdDecompressor()
  private let zlib = ZlibDecompressor()

  /// Fills `output` from `input`; both sizes come from the page header.
  ///
  /// - Throws: if the input does not give exactly as many bytes as `output` has, or the codec is
  ///   not supported.
  func decompress(_ input: ByteView, into output: ByteBuffer, codec: Codec) throws(DecodingFailure)
  {
    switch codec {
    case .snappy: try decompressSnappy(input, into: output)
    case .gzip: try zlib.decompress(input, into: output)
    case .brotli: try decompressBrotli(input, into: output)
    case .zstd: try zstd.decompress(input, into: output)
    case .lz4Raw: try decompressLZ4Raw(input, into: output)
    case .lz4: try decompressLZ4(input, into: output)
    default: throw .unsupported("codec \(codec)")
    }
  }

  /// Holds a page's announced size against what its codec can give at the most, before memory is
  /// reserved for it.
  static func checkExpansion(
    of codec: Codec, from compressed: Int, to uncompressed: Int
  ) throws(DecodingFailure) {
    let limit =
      if let factor = Limits.maximumExpansion(of: codec) {
        compressed * factor + 64
      } else {
        max(Limits.inflatedByteCount, compressed * Limits.inflatedExpansion)
      }
    guard uncompressed <= limit else {
      throw .outOfRange(
        "the uncompressed size of a page", value: Int64(uncompressed), limit: Int64(limit))
    }
  }

  static func isSupported(_ codec: Codec) -> Bool {
    switch codec {
    case .uncompressed, .snappy, .gzip, .brotli, .zstd, .lz4, .lz4Raw: true
    default: false
    }
  }
}

extension DecodingFailure {
  /// A codec gave another number of bytes than the page header announces.
  static func size(_ codec: Codec, announced: Int, got: Int) -> DecodingFailure {
    .codec(
      codec, "the page header says \(grouped(announced)) bytes but the data gives \(grouped(got))")
  }
}
