/// How the values of a page are laid out.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Encodings.md>. A number that the
/// specification does not know is kept, so that metadata can be shown; decoding it is refused.
public struct Encoding: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The number in the file.
  public let rawValue: Int32

  /// An encoding from its number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Values one after the other.
  public static let plain = Encoding(rawValue: 0)
  /// Dictionary indices, under the name that version 1 files use.
  public static let plainDictionary = Encoding(rawValue: 2)
  /// Runs and bit-packed groups.
  public static let rle = Encoding(rawValue: 3)
  /// Bit-packed from the most significant bit; levels of the oldest files.
  public static let bitPacked = Encoding(rawValue: 4)
  /// Differences in blocks, bit-packed.
  public static let deltaBinaryPacked = Encoding(rawValue: 5)
  /// All lengths, then all bytes.
  public static let deltaLengthByteArray = Encoding(rawValue: 6)
  /// Shared prefixes and suffixes.
  public static let deltaByteArray = Encoding(rawValue: 7)
  /// Dictionary indices.
  public static let rleDictionary = Encoding(rawValue: 8)
  /// The first bytes of all values, then the second bytes, and so on.
  public static let byteStreamSplit = Encoding(rawValue: 9)

  var isDictionary: Bool { self == .rleDictionary || self == .plainDictionary }

  /// The specification's spelling, such as `DELTA_BYTE_ARRAY`.
  public var description: String {
    switch self {
    case .plain: "PLAIN"
    case .plainDictionary: "PLAIN_DICTIONARY"
    case .rle: "RLE"
    case .bitPacked: "BIT_PACKED"
    case .deltaBinaryPacked: "DELTA_BINARY_PACKED"
    case .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY"
    case .deltaByteArray: "DELTA_BYTE_ARRAY"
    case .rleDictionary: "RLE_DICTIONARY"
    case .byteStreamSplit: "BYTE_STREAM_SPLIT"
    default: "encoding \(rawValue)"
    }
  }
}
