/// What the values of a leaf column are, without regard to how a file stores them.
///
/// It is what two dumps are compared by. Its text form (``description``) is stable, goes into
/// manifests and reports, and reads back with ``init(parsing:)``.
public enum ColumnType: Sendable, Hashable {
  /// True or false: `boolean`.
  case boolean
  /// Signed, 8 bits: `int8`.
  case int8
  /// Signed, 16 bits: `int16`.
  case int16
  /// Signed, 32 bits: `int32`.
  case int32
  /// Signed, 64 bits: `int64`.
  case int64
  /// Unsigned, 8 bits: `uint8`.
  case uint8
  /// Unsigned, 16 bits: `uint16`.
  case uint16
  /// Unsigned, 32 bits: `uint32`.
  case uint32
  /// Unsigned, 64 bits: `uint64`.
  case uint64
  /// IEEE 754, 16 bits: `float16`.
  case float16
  /// IEEE 754, 32 bits: `float`.
  case float
  /// IEEE 754, 64 bits: `double`.
  case double
  /// Exact decimals of `precision` digits, `scale` of them after the point: `decimal(38,9)`.
  case decimal(precision: Int, scale: Int)
  /// Unicode text: `string`.
  case string
  /// Text from a fixed set: `enum`.
  case enumeration
  /// JSON text: `json`.
  case json
  /// BSON documents: `bson`.
  case bson
  /// UUIDs: `uuid`.
  case uuid
  /// Days without time: `date`.
  case date
  /// Time of day: `time(us)`, or `time(us,utc)` when it is adjusted to UTC.
  case time(Unit, isUTC: Bool)
  /// Date and time: `timestamp(us)`, or `timestamp(us,utc)` for an instant.
  case timestamp(Unit, isUTC: Bool)
  /// The old 96-bit timestamp: `int96`.
  case int96
  /// Months, days and milliseconds: `interval`.
  case interval
  /// Bytes of any number: `binary`.
  case binary
  /// Exactly that many bytes: `fixed(16)`.
  case fixed(byteCount: Int)
  /// A column that holds only NULL: `null`.
  case null
  /// Semi-structured values: `variant`.
  case variant
  /// Planar shapes: `geometry`.
  case geometry
  /// Shapes on the globe: `geography`.
  case geography

  /// The smallest step of a time.
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    /// 1/1,000 s: `ms`.
    case milliseconds = "ms"
    /// 1/1,000,000 s: `us`.
    case microseconds = "us"
    /// 1/1,000,000,000 s: `ns`.
    case nanoseconds = "ns"
  }
}

extension ColumnType: CustomStringConvertible {
  /// The text form, such as `int64`, `decimal(38,9)` or `timestamp(us,utc)`.
  public var description: String {
    if let word = Self.words.first(where: { $0.type == self })?.word { return word }
    switch self {
    case .decimal(let precision, let scale): return "decimal(\(precision),\(scale))"
    case .time(let unit, let isUTC): return "time(\(unit.rawValue)\(isUTC ? ",utc" : ""))"
    case .timestamp(let unit, let isUTC):
      return "timestamp(\(unit.rawValue)\(isUTC ? ",utc" : ""))"
    case .fixed(let byteCount): return "fixed(\(byteCount))"
    default: return "unknown"
    }
  }

  /// Types without parameters and their words.
  private static let words: [(type: ColumnType, word: String)] = [
    (.boolean, "boolean"), (.int8, "int8"), (.int16, "int16"), (.int32, "int32"),
    (.int64, "int64"), (.uint8, "uint8"), (.uint16, "uint16"), (.uint32, "uint32"),
    (.uint64, "uint64"), (.float16, "float16"), (.float, "float"), (.double, "double"),
    (.string, "string"), (.enumeration, "enum"), (.json, "json"), (.bson, "bson"), (.uuid, "uuid"),
    (.date, "date"), (.int96, "int96"), (.interval, "interval"), (.binary, "binary"),
    (.null, "null"), (.variant, "variant"), (.geometry, "geometry"), (.geography, "geography"),
  ]

  /// Reads the text form; `nil` for any other text, spaces included.
  public init?(parsing text: String) {
    if let type = Self.words.first(where: { $0.word == text })?.type {
      self = type
      return
    }
    let parts = text.utf8.split(separator: UInt8(ascii: "("), maxSplits: 1)
    guard parts.count == 2, parts[1].last == UInt8(ascii: ")") else { return nil }
    let arguments = parts[1].dropLast()
      .split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard let type = Self.parametrised(String(Substring(parts[0])), arguments),
      type.description == text  // no "+38", no "038": one type has one text
    else { return nil }
    self = type
  }

  private static func parametrised(_ word: String, _ arguments: [String]) -> ColumnType? {
    let isUTC = arguments.count == 2 && arguments[1] == "utc"
    switch word {
    case "decimal":
      guard arguments.count == 2, let precision = Int(arguments[0]), let scale = Int(arguments[1])
      else { return nil }
      return .decimal(precision: precision, scale: scale)
    case "fixed":
      guard arguments.count == 1, let count = Int(arguments[0]), count >= 0 else { return nil }
      return .fixed(byteCount: count)
    case "time", "timestamp":
      guard isUTC || arguments.count == 1, let unit = Unit(rawValue: arguments[0]) else {
        return nil
      }
      return word == "time" ? .time(unit, isUTC: isUTC) : .timestamp(unit, isUTC: isUTC)
    default: return nil
    }
  }
}

extension ColumnType: Codable {
  /// Reads the text form.
  ///
  /// - Throws: `DecodingError` when the value is not a string or not a type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let type = ColumnType(parsing: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(Wording.quoted(text)) is not a column type")
    }
    self = type
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
