/// One element of the footer's flat schema, as it stands in the file.
///
/// Source: `SchemaElement` in the format's Thrift definition. ``Schema`` is the tree that follows.
public struct SchemaElement: Sendable, Hashable {
  /// How often a field occurs in its parent.
  public enum Repetition: Int32, Sendable, Hashable {
    case required = 0
    case optional = 1
    case repeated = 2
  }

  /// The LogicalType union of the file: none, one that this library knows, or another.
  enum Annotation: Hashable {
    case none
    case known(LogicalType)
    case unknownMember

    /// Whether the union has parameters that are not kept.
    var isPartial: Bool {
      switch self {
      case .none: false
      case .known(let type): type == .variant || type == .geometry || type == .geography
      case .unknownMember: true
      }
    }
  }

  /// The storage type; `nil` for a group.
  public var physicalType: PhysicalType?
  /// The length of FIXED_LEN_BYTE_ARRAY values, in bytes.
  public var typeLength: Int32?
  /// `nil` for the root.
  public var repetition: Repetition?
  /// The name, as it is.
  public var name: String = ""
  /// The number of children; 0 for a leaf.
  public var childCount: Int32 = 0
  /// The legacy annotation's number.
  public var convertedType: Int32?
  /// DECIMAL's scale beside the legacy annotation.
  public var scale: Int32?
  /// DECIMAL's precision beside the legacy annotation.
  public var precision: Int32?
  /// The writer's own field id.
  public var fieldID: Int32?
  var annotation: Annotation = .none
  /// The LogicalType union as it stands in the file, where it says more than ``annotation`` holds.
  var annotationSource: [UInt8]?

  init(from reader: inout CompactProtocolReader) throws(DecodingFailure) {
    var lastID: Int16 = 0
    var hasName = false
    var hasChildCount = false
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1:
        let raw = try reader.int32(field)
        guard let type = PhysicalType(rawValue: raw) else {
          throw .outOfRange("a physical type", value: Int64(raw), limit: 7)
        }
        physicalType = type
      case 2: typeLength = try reader.int32(field)
      case 3:
        let raw = try reader.int32(field)
        guard let value = Repetition(rawValue: raw) else {
          throw .outOfRange("a repetition type", value: Int64(raw), limit: 2)
        }
        repetition = value
      case 4:
        name = try reader.string(field)
        hasName = true
      case 5:
        childCount = try reader.int32(field)
        hasChildCount = true
      case 6: convertedType = try reader.int32(field)
      case 7: scale = try reader.int32(field)
      case 8: precision = try reader.int32(field)
      case 9: fieldID = try reader.int32(field)
      case 10:
        try reader.structure(field)
        let start = reader.offset
        annotation = try SchemaElement.annotation(from: &reader)
        if annotation.isPartial { annotationSource = reader.bytes(from: start) }
      default: try reader.skip(field)
      }
    }
    guard hasName else { throw .malformed("a schema element has no name") }
    guard childCount >= 0 else {
      throw .outOfRange("a schema element's number of children", value: Int64(childCount), limit: 0)
    }
    if physicalType != nil, hasChildCount, childCount > 0 {
      throw .malformed("a schema element has both a physical type and children")
    }
  }

  /// The LogicalType union.
  private static func annotation(
    from reader: inout CompactProtocolReader
  ) throws(DecodingFailure) -> Annotation {
    var lastID: Int16 = 0
    var result = Annotation.none
    while let field = try reader.nextField(&lastID) {
      guard field.type == .structure else {
        throw .malformed("a logical type is not a struct")
      }
      let known: LogicalType?
      switch field.id {
      case 1: known = .string
      case 2: known = .map
      case 3: known = .list
      case 4: known = .enumeration
      case 5:
        result = .known(try decimal(from: &reader))
        continue
      case 6: known = .date
      case 7, 8:
        result = try time(from: &reader, isTimestamp: field.id == 8)
        continue
      case 10:
        result = .known(try integer(from: &reader))
        continue
      case 11: known = .unknown
      case 12: known = .json
      case 13: known = .bson
      case 14: known = .uuid
      case 15: known = .float16
      case 16: known = .variant
      case 17: known = .geometry
      case 18: known = .geography
      default: known = nil
      }
      try reader.skip(field)
      result = known.map(Annotation.known) ?? .unknownMember
    }
    return result
  }

  private static func decimal(
    from reader: inout CompactProtocolReader
  ) throws(DecodingFailure) -> LogicalType {
    var lastID: Int16 = 0
    var scale: Int32 = 0
    var precision: Int32 = 0
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: scale = try reader.int32(field)
      case 2: precision = try reader.int32(field)
      default: try reader.skip(field)
      }
    }
    return .decimal(precision: Int(precision), scale: Int(scale))
  }

  private static func time(
    from reader: inout CompactProtocolReader, isTimestamp: Bool
  ) throws(DecodingFailure) -> Annotation {
    var lastID: Int16 = 0
    var isAdjustedToUTC = false
    var unit: LogicalType.TimeUnit?
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: isAdjustedToUTC = try reader.boolean(field)
      case 2:
        try reader.structure(field)
        var lastMember: Int16 = 0
        while let member = try reader.nextField(&lastMember) {
          switch member.id {
          case 1: unit = .milliseconds
          case 2: unit = .microseconds
          case 3: unit = .nanoseconds
          default: unit = nil
          }
          try reader.skip(member)
        }
      default: try reader.skip(field)
      }
    }
    guard let unit else { return .unknownMember }
    return .known(
      isTimestamp
        ? .timestamp(unit: unit, isAdjustedToUTC: isAdjustedToUTC)
        : .time(unit: unit, isAdjustedToUTC: isAdjustedToUTC))
  }

  private static func integer(
    from reader: inout CompactProtocolReader
  ) throws(DecodingFailure) -> LogicalType {
    var lastID: Int16 = 0
    var bitWidth: Int8 = 0
    var isSigned = true
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: bitWidth = try reader.byte(field)
      case 2: isSigned = try reader.boolean(field)
      default: try reader.skip(field)
      }
    }
    return .integer(bitWidth: Int(bitWidth), isSigned: isSigned)
  }
}
