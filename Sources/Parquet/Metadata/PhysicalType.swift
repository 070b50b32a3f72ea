/// How the values of a leaf column are stored.
///
/// Source: `Type` in <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>.
public enum PhysicalType: Int32, Sendable, Hashable, BitwiseCopyable, CustomStringConvertible {
  case boolean = 0
  case int32 = 1
  case int64 = 2
  /// Twelve bytes: nanoseconds of the day and the Julian day. Deprecated, read only.
  case int96 = 3
  case float = 4
  case double = 5
  case byteArray = 6
  case fixedLengthByteArray = 7

  /// The specification's spelling, such as `BYTE_ARRAY`.
  public var description: String {
    switch self {
    case .boolean: "BOOLEAN"
    case .int32: "INT32"
    case .int64: "INT64"
    case .int96: "INT96"
    case .float: "FLOAT"
    case .double: "DOUBLE"
    case .byteArray: "BYTE_ARRAY"
    case .fixedLengthByteArray: "FIXED_LEN_BYTE_ARRAY"
    }
  }
}
