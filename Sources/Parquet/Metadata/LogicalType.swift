/// What the values of a column mean, beyond how they are stored.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/LogicalTypes.md>. The legacy
/// converted types are read into these too, so that a reader looks in one place.
public enum LogicalType: Sendable, Hashable {
  /// The unit of a time or timestamp.
  public enum TimeUnit: Sendable, Hashable, BitwiseCopyable {
    case milliseconds
    case microseconds
    case nanoseconds

    /// Fraction digits of a second: 3, 6 or 9.
    public var fractionDigitCount: Int {
      switch self {
      case .milliseconds: 3
      case .microseconds: 6
      case .nanoseconds: 9
      }
    }

    /// Units in one second.
    public var perSecond: Int64 {
      switch self {
      case .milliseconds: 1_000
      case .microseconds: 1_000_000
      case .nanoseconds: 1_000_000_000
      }
    }
  }

  /// UTF-8 text.
  case string
  /// One of a set of UTF-8 texts.
  case enumeration
  /// JSON text.
  case json
  /// A BSON document.
  case bson
  /// Sixteen bytes.
  case uuid
  /// An integer of 8, 16, 32 or 64 bits.
  case integer(bitWidth: Int, isSigned: Bool)
  /// A decimal number: the stored integer divided by ten to the power of `scale`.
  case decimal(precision: Int, scale: Int)
  /// Days since 1970-01-01.
  case date
  /// Time of day.
  case time(unit: TimeUnit, isAdjustedToUTC: Bool)
  /// An instant (adjusted to UTC) or a local date and time.
  case timestamp(unit: TimeUnit, isAdjustedToUTC: Bool)
  /// A half-precision float in two bytes.
  case float16
  /// Months, days and milliseconds in three unsigned 32-bit integers.
  case interval
  /// A column of nulls only.
  case unknown
  /// A list group.
  case list
  /// A map group.
  case map
  /// A group of VARIANT's physical fields.
  case variant
  /// A geometry as WKB.
  case geometry
  /// A geography as WKB.
  case geography
}

extension LogicalType: CustomStringConvertible {
  /// The specification's spelling with its parameters, such as `DECIMAL(38,9)`.
  public var description: String {
    switch self {
    case .string: "STRING"
    case .enumeration: "ENUM"
    case .json: "JSON"
    case .bson: "BSON"
    case .uuid: "UUID"
    case .integer(let bitWidth, let isSigned): "INTEGER(\(bitWidth),\(isSigned))"
    case .decimal(let precision, let scale): "DECIMAL(\(precision),\(scale))"
    case .date: "DATE"
    case .time(let unit, let isAdjustedToUTC): "TIME(\(unit),\(isAdjustedToUTC))"
    case .timestamp(let unit, let isAdjustedToUTC): "TIMESTAMP(\(unit),\(isAdjustedToUTC))"
    case .float16: "FLOAT16"
    case .interval: "INTERVAL"
    case .unknown: "UNKNOWN"
    case .list: "LIST"
    case .map: "MAP"
    case .variant: "VARIANT"
    case .geometry: "GEOMETRY"
    case .geography: "GEOGRAPHY"
    }
  }
}

extension LogicalType.TimeUnit: CustomStringConvertible {
  /// The specification's spelling: `MILLIS`, `MICROS`, `NANOS`.
  public var description: String {
    switch self {
    case .milliseconds: "MILLIS"
    case .microseconds: "MICROS"
    case .nanoseconds: "NANOS"
    }
  }
}
