/// Compresses the pages of one column chunk after another; keeps what a codec library can use
/// again.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Compression.md>.
final class Compressor {
  private let zstd = ZstdCompressor()
  private let zlib = ZlibCompressor()
  private let lz4 = LZ4Compressor()

  /// Replaces the contents of `output` by the compressed input.
  ///
  /// - Parameters:
  ///   - input: the plain bytes, at most ``Limits/pageByteCount``.
  ///   - output: what is compressed.
  ///   - codec: a codec that ``isSupported(_:)``.
  ///   - level: as ``levels(of:)`` allows; `nil` is the codec's own.
  /// - Throws: `EncodingFailure` if the library gives up.
  func compress(
    _ input: ByteView, into output: inout Buffer<UInt8>, codec: Codec, level: Int?
  ) throws(EncodingFailure) {
    output.removeAll()
    switch codec {
    case .snappy: try compressSnappy(input, into: &output)
    case .gzip: try zlib.compress(input, into: &output, level: level ?? 6)
    case .brotli: try compressBrotli(input, into: &output, quality: level ?? 5)
    case .zstd: try zstd.compress(input, into: &output, level: level ?? 3)
    case .lz4Raw: try lz4.compress(input, into: &output)
    default: throw .codec(codec, "it cannot be written")
    }
  }

  static func isSupported(_ codec: Codec) -> Bool {
    switch codec {
    case .uncompressed, .snappy, .gzip, .brotli, .zstd, .lz4Raw: true
    default: false
    }
  }

  /// The levels that a codec has; `nil` if it has none.
  static func levels(of codec: Codec) -> ClosedRange<Int>? {
    switch codec {
    case .gzip: 1...9
    case .brotli: 0...11
    case .zstd: 1...22
    default: nil
    }
  }
}

/// Why values cannot be encoded, without the place; widened once to a ``ParquetError``.
enum EncodingFailure: Error {
  /// A codec library refused to compress.
  case codec(Codec, String)
  /// A page would be larger than a page may be.
  case pageSize(Int)

  func widened(at place: ParquetError.Place) -> ParquetError {
    switch self {
    case .codec(let codec, let why):
      ParquetError(.limit, at: place, "\(codec) does not compress a page: \(why)")
    case .pageSize(let byteCount):
      ParquetError(
        .limit, at: place,
        "a page would have \(grouped(byteCount)) bytes but may have \(grouped(Limits.pageByteCount))",
        hint: "a single row must fit a page; write fewer or shorter values in it")
    }
  }
}
