/// How the pages of a column chunk are compressed.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Compression.md>. A number that the
/// specification does not know is kept, so that metadata can be shown; reading it is refused.
public struct Codec: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The number in the file.
  public let rawValue: Int32

  /// A codec from its number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Not compressed.
  public static let uncompressed = Codec(rawValue: 0)
  /// Snappy's raw format.
  public static let snappy = Codec(rawValue: 1)
  /// One or several gzip members.
  public static let gzip = Codec(rawValue: 2)
  /// LZO, which is not supported.
  public static let lzo = Codec(rawValue: 3)
  /// Brotli.
  public static let brotli = Codec(rawValue: 4)
  /// LZ4 in the framings seen in the wild; deprecated, read only.
  public static let lz4 = Codec(rawValue: 5)
  /// Zstandard.
  public static let zstd = Codec(rawValue: 6)
  /// One LZ4 block.
  public static let lz4Raw = Codec(rawValue: 7)

  /// The specification's spelling, such as `LZ4_RAW`.
  public var description: String {
    switch self {
    case .uncompressed: "UNCOMPRESSED"
    case .snappy: "SNAPPY"
    case .gzip: "GZIP"
    case .lzo: "LZO"
    case .brotli: "BROTLI"
    case .lz4: "LZ4"
    case .zstd: "ZSTD"
    case .lz4Raw: "LZ4_RAW"
    default: "UNKNOWN(\(rawValue))"
    }
  }
}
