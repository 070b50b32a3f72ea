/// A field as a program defines it, to make a ``Schema`` of.
///
///     let schema = try Schema(fields: [
///       .int64("id", isOptional: false),
///       .string("name"),
///       .timestamp("time", .microseconds, isAdjustedToUTC: true),
///       .list("tags", of: .string("element")),
///     ])
public struct FieldDefinition: Sendable, Hashable {
  /// What a field holds.
  public indirect enum Shape: Sendable, Hashable {
    /// A primitive value; the length counts for FIXED_LEN_BYTE_ARRAY only.
    case value(PhysicalType, length: Int = 0, LogicalType? = nil)
    /// A struct.
    case structure([FieldDefinition])
    /// A list. The element's name is not written in the standard style.
    case list(FieldDefinition, ListStyle)
    /// A map. The key must be required; both names are written as `key` and `value`.
    case map(key: FieldDefinition, value: FieldDefinition)
  }

  /// How a list is spelled.
  public enum ListStyle: Sendable, Hashable {
    /// Three levels, as the specification has it: `group (LIST) { repeated group list { element } }`.
    case standard
    /// A repeated field, as BigQuery has it: neither the list nor an element can be null.
    case bare
  }

  /// The name.
  public var name: String
  /// Whether the field may be null.
  public var isOptional: Bool
  /// What it holds.
  public var shape: Shape
  /// An id of the writer's own.
  public var fieldID: Int32?

  /// A field of any shape.
  public init(_ name: String, isOptional: Bool = true, _ shape: Shape, fieldID: Int32? = nil) {
    self.name = name
    self.isOptional = isOptional
    self.shape = shape
    self.fieldID = fieldID
  }
}

extension FieldDefinition {
  /// A BOOLEAN.
  public static func boolean(_ name: String, isOptional: Bool = true) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .value(.boolean))
  }

  /// An INT32.
  public static func int32(_ name: String, isOptional: Bool = true) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .value(.int32))
  }

  /// An INT64.
  public static func int64(_ name: String, isOptional: Bool = true) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .value(.int64))
  }

  /// An integer of 8, 16, 32 or 64 bits, in the storage type that it belongs in.
  public static func integer(
    _ name: String, isOptional: Bool = true, bitWidth: Int, isSigned: Bool
  ) -> FieldDefinition {
    FieldDefinition(
      name, isOptional: isOptional,
      .value(bitWidth == 64 ? .int64 : .int32, .integer(bitWidth: bitWidth, isSigned: isSigned)))
  }

  /// A FLOAT.
  public static func float(_ name: String, isOptional: Bool = true) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .value(.float))
  }

  /// A DOUBLE.
  public static func double(_ name: String, isOptional: Bool = true) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .value(.double))
  }

  /// A text.
  public static func string(_ name: String, isOptional: Bool = true) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .value(.byteArray, .string))
  }

  /// A JSON text.
  public static func json(_ name: String, isOptional: Bool = true) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .value(.byteArray, .json))
  }

  /// Bytes.
  public static func binary(_ name: String, isOptional: Bool = true) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .value(.byteArray))
  }

  /// Sixteen bytes with the logical type UUID.
  public static func uuid(_ name: String, isOptional: Bool = true) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .value(.fixedLengthByteArray, length: 16, .uuid))
  }

  /// A DATE.
  public static func date(_ name: String, isOptional: Bool = true) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .value(.int32, .date))
  }

  /// A time of day.
  public static func time(
    _ name: String, isOptional: Bool = true, _ unit: LogicalType.TimeUnit, isAdjustedToUTC: Bool
  ) -> FieldDefinition {
    FieldDefinition(
      name, isOptional: isOptional,
      .value(
        unit == .milliseconds ? .int32 : .int64,
        .time(unit: unit, isAdjustedToUTC: isAdjustedToUTC)))
  }

  /// An instant, or a local date and time.
  public static func timestamp(
    _ name: String, isOptional: Bool = true, _ unit: LogicalType.TimeUnit, isAdjustedToUTC: Bool
  ) -> FieldDefinition {
    FieldDefinition(
      name, isOptional: isOptional,
      .value(.int64, .timestamp(unit: unit, isAdjustedToUTC: isAdjustedToUTC)))
  }

  /// A DECIMAL in FIXED_LEN_BYTE_ARRAY, of as many bytes as the precision needs or more.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - isOptional: whether it may be null.
  ///   - precision: the number of digits.
  ///   - scale: those of them behind the point.
  ///   - length: bytes of a value; `nil` for as few as the precision needs.
  /// - Returns: the field.
  public static func decimal(
    _ name: String, isOptional: Bool = true, precision: Int, scale: Int, length: Int? = nil
  ) -> FieldDefinition {
    FieldDefinition(
      name, isOptional: isOptional,
      .value(
        .fixedLengthByteArray, length: length ?? decimalByteCount(precision: precision),
        .decimal(precision: precision, scale: scale)))
  }

  /// A struct.
  public static func structure(
    _ name: String, isOptional: Bool = true, _ fields: [FieldDefinition]
  ) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .structure(fields))
  }

  /// A list in the standard style.
  public static func list(
    _ name: String, isOptional: Bool = true, of element: FieldDefinition
  ) -> FieldDefinition {
    FieldDefinition(name, isOptional: isOptional, .list(element, .standard))
  }

  /// A repeated field, as BigQuery writes its lists.
  public static func repeated(_ element: FieldDefinition) -> FieldDefinition {
    var element = element
    element.isOptional = false
    return FieldDefinition(element.name, isOptional: false, .list(element, .bare))
  }

  /// A map.
  public static func map(
    _ name: String, isOptional: Bool = true, key: FieldDefinition, value: FieldDefinition
  ) -> FieldDefinition {
    var key = key
    key.isOptional = false
    return FieldDefinition(name, isOptional: isOptional, .map(key: key, value: value))
  }
}

/// The fewest bytes whose two's complement numbers have all decimals of a precision.
func decimalByteCount(precision: Int) -> Int {
  // 10^precision must not exceed 2^(8 n − 1): a digit takes log2(10) bits, a little less than this.
  let digits = min(max(precision, 1), Limits.decimalDigitCount)
  return (digits * 33_219_281 / 10_000_000 + 1 + 8) / 8
}
