package import Parquet

/// The type of a column, below all domains.
package struct ColumnType: Sendable, Hashable {
  /// What one value is.
  package enum Scalar: Sendable, Hashable {
    case boolean
    case int16
    case int32
    case int64
    /// Numbers of objects: unsigned, of 32 bits.
    case oid
    case float
    case double
    /// NUMERIC; without a precision each value has digits as it likes.
    case numeric(precision: Int?, scale: Int)
    /// Everything that the server sends as the text that it is.
    case text
    case bytes
    case date
    case time
    /// A date and time of no place.
    case timestamp
    /// An instant.
    case timestampWithTimeZone
    case uuid
    case json
    case jsonb
    /// The cast to text adds what the type's own text leaves out.
    case inet
    /// Anything else, which goes by its text.
    case other
  }

  package let scalar: Scalar
  /// Whether a value is an array of these.
  package let isArray: Bool
  /// The name as the server writes it, for errors.
  package let name: String

  package init(_ scalar: Scalar, isArray: Bool, name: String) {
    self.scalar = scalar
    self.isArray = isArray
    self.name = name
  }
}

extension ColumnType.Scalar {
  /// The type by its name in the catalog.
  ///
  /// - Parameters:
  ///   - name: the name without a schema; `nil` for a type that does not come with the server.
  ///   - isEnumeration: whether its values are labels.
  ///   - modifier: what stands in parentheses behind the name, as the catalog has it.
  init(_ name: String?, isEnumeration: Bool, modifier: Int) {
    switch name {
    case _ where isEnumeration: self = .text
    case "bool": self = .boolean
    case "int2": self = .int16
    case "int4": self = .int32
    case "int8": self = .int64
    case "oid": self = .oid
    case "float4": self = .float
    case "float8": self = .double
    case "numeric":
      guard modifier >= 4 else {
        self = .numeric(precision: nil, scale: 0)
        return
      }
      let bits = modifier - 4
      // A scale has 11 bits and may be below zero, since PostgreSQL 15.
      let scale = (bits & 0x7ff ^ 0x400) - 0x400
      self = .numeric(precision: bits >> 16 & 0xffff, scale: scale)
    case "text", "varchar", "bpchar", "name": self = .text
    case "bytea": self = .bytes
    case "date": self = .date
    case "time": self = .time
    case "timestamp": self = .timestamp
    case "timestamptz": self = .timestampWithTimeZone
    case "uuid": self = .uuid
    case "json": self = .json
    case "jsonb": self = .jsonb
    case "inet": self = .inet
    default: self = .other
    }
  }

  /// The field that holds every value of the type, or nearly: dates and times have values in
  /// PostgreSQL that Parquet has none for.
  func field(_ name: String, isOptional: Bool) -> FieldDefinition {
    switch self {
    case .boolean: .boolean(name, isOptional: isOptional)
    case .int16: .integer(name, isOptional: isOptional, bitWidth: 16, isSigned: true)
    case .int32: .int32(name, isOptional: isOptional)
    case .int64: .int64(name, isOptional: isOptional)
    case .float: .float(name, isOptional: isOptional)
    case .double: .double(name, isOptional: isOptional)
    case .numeric(let precision, let scale):
      ColumnType.Scalar.decimal(name, isOptional, precision: precision, scale: scale)
        ?? .string(name, isOptional: isOptional)
    case .text, .oid, .inet, .other: .string(name, isOptional: isOptional)
    case .bytes: .binary(name, isOptional: isOptional)
    case .date: .date(name, isOptional: isOptional)
    case .time: .time(name, isOptional: isOptional, .microseconds, isAdjustedToUTC: false)
    case .timestamp: .timestamp(name, isOptional: isOptional, .microseconds, isAdjustedToUTC: false)
    case .timestampWithTimeZone:
      .timestamp(name, isOptional: isOptional, .microseconds, isAdjustedToUTC: true)
    case .uuid: .uuid(name, isOptional: isOptional)
    case .json, .jsonb: .json(name, isOptional: isOptional)
    }
  }

  /// A DECIMAL in the smallest storage type that has its digits; `nil` for more than 38.
  ///
  /// A scale above the precision means zeros behind the point, and one below zero means zeros before
  /// it; Parquet has neither, and counts them as digits.
  private static func decimal(
    _ name: String, _ isOptional: Bool, precision: Int?, scale: Int
  ) -> FieldDefinition? {
    guard let precision else { return nil }
    let digits = max(scale, precision - min(scale, 0))
    let logicalType = LogicalType.decimal(precision: digits, scale: max(scale, 0))
    switch digits {
    case ...9: return FieldDefinition(name, isOptional: isOptional, .value(.int32, logicalType))
    case ...18: return FieldDefinition(name, isOptional: isOptional, .value(.int64, logicalType))
    case ...CopyNumeric.maximumPrecision:
      return .decimal(name, isOptional: isOptional, precision: digits, scale: max(scale, 0))
    default: return nil
    }
  }
}

extension ColumnType {
  /// The field that a column becomes unless a schema says otherwise.
  ///
  /// - Parameters:
  ///   - name: the column's name.
  ///   - listStyle: how lists are spelled.
  /// - Returns: the field; it may be null always, whatever the table says.
  package func field(
    _ name: String, listStyle: FieldDefinition.ListStyle
  ) -> FieldDefinition {
    guard isArray else { return scalar.field(name, isOptional: true) }
    switch listStyle {
    case .standard: return .list(name, of: scalar.field("element", isOptional: true))
    case .bare: return .repeated(scalar.field(name, isOptional: false))
    }
  }
}
