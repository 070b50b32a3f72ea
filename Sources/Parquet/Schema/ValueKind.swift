/// How the values of a leaf column are to be understood, resolved once from the storage and the
/// logical type.
package enum ValueKind: Sendable, Hashable, BitwiseCopyable {
  case boolean
  /// A signed integer in the low bits of an INT32 or INT64.
  case signed(bitWidth: Int)
  /// An unsigned integer in the low bits of an INT32 or INT64.
  case unsigned(bitWidth: Int)
  case float
  case double
  case float16
  /// UTF-8: STRING, ENUM, JSON.
  case text
  case binary
  case decimal(scale: Int)
  case date
  case time(LogicalType.TimeUnit)
  case timestamp(LogicalType.TimeUnit, isAdjustedToUTC: Bool)
  case int96
  case uuid
  case interval
  /// UNKNOWN: always null.
  case null
}

extension LeafColumn {
  /// How the values are to be understood.
  package var valueKind: ValueKind {
    // Any annotation on INT96 is ignored.
    if physicalType == .int96 { return .int96 }
    switch logicalType {
    case .string, .enumeration, .json: return .text
    case .uuid: return .uuid
    case .integer(let bitWidth, let isSigned):
      return isSigned ? .signed(bitWidth: bitWidth) : .unsigned(bitWidth: bitWidth)
    case .decimal(_, let scale): return .decimal(scale: scale)
    case .date: return .date
    case .time(let unit, _): return .time(unit)
    case .timestamp(let unit, let isAdjustedToUTC):
      return .timestamp(unit, isAdjustedToUTC: isAdjustedToUTC)
    case .float16: return .float16
    case .interval: return .interval
    case .unknown: return .null
    case .bson, .geometry, .geography, .list, .map, .variant, nil: break
    }
    switch physicalType {
    case .boolean: return .boolean
    case .int32: return .signed(bitWidth: 32)
    case .int64: return .signed(bitWidth: 64)
    case .float: return .float
    case .double: return .double
    case .int96: return .int96
    case .byteArray, .fixedLengthByteArray: return .binary
    }
  }
}
