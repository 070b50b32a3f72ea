/// The legacy annotations, by their number in the file.
private enum ConvertedType: Int32 {
  case utf8, map, mapKeyValue, list, enumeration, decimal, date, timeMillis, timeMicros
  case timestampMillis, timestampMicros, uint8, uint16, uint32, uint64, int8, int16, int32, int64
  case json, bson, interval
}

extension SchemaElement {
  fileprivate var converted: ConvertedType? { convertedType.flatMap(ConvertedType.init(rawValue:)) }

  /// Whether the group is annotated as a list.
  var isList: Bool {
    switch annotation {
    case .known(let type): type == .list
    case .unknownMember: false
    case .none: converted == .list
    }
  }

  /// Whether the group is annotated as a map; MAP_KEY_VALUE on the outer group is one too.
  var isMap: Bool {
    switch annotation {
    case .known(let type): type == .map
    case .unknownMember: false
    case .none: converted == .map || converted == .mapKeyValue
    }
  }

  /// What a leaf's values mean: the logical type, else the converted type, and nothing where the
  /// annotation does not fit the storage type.
  ///
  /// parquet-mr 1.12 wrote INTERVAL columns with the logical type UNKNOWN beside the converted
  /// type, so beside UNKNOWN the converted type counts.
  func leafLogicalType(typeLength: Int) throws(DecodingFailure) -> LogicalType? {
    var candidate: LogicalType?
    switch annotation {
    case .unknownMember: return nil
    case .known(.unknown): candidate = legacyType ?? .unknown
    case .known(let type): candidate = type
    case .none: candidate = legacyType
    }
    guard let candidate, let physicalType, candidate.fits(physicalType, length: typeLength)
    else { return nil }
    if case .decimal(let precision, let scale) = candidate {
      guard precision > 0, scale >= 0, scale <= precision else {
        throw .malformed("a DECIMAL column's scale lies outside of 0 to its precision")
      }
      guard precision <= Limits.decimalDigitCount else {
        throw .outOfRange(
          "the precision of a DECIMAL column", value: Int64(precision),
          limit: Int64(Limits.decimalDigitCount))
      }
    }
    return candidate
  }

  fileprivate var legacyType: LogicalType? {
    switch converted {
    case .utf8: .string
    case .enumeration: .enumeration
    case .decimal: .decimal(precision: Int(precision ?? 0), scale: Int(scale ?? 0))
    case .date: .date
    case .timeMillis: .time(unit: .milliseconds, isAdjustedToUTC: true)
    case .timeMicros: .time(unit: .microseconds, isAdjustedToUTC: true)
    case .timestampMillis: .timestamp(unit: .milliseconds, isAdjustedToUTC: true)
    case .timestampMicros: .timestamp(unit: .microseconds, isAdjustedToUTC: true)
    case .uint8: .integer(bitWidth: 8, isSigned: false)
    case .uint16: .integer(bitWidth: 16, isSigned: false)
    case .uint32: .integer(bitWidth: 32, isSigned: false)
    case .uint64: .integer(bitWidth: 64, isSigned: false)
    case .int8: .integer(bitWidth: 8, isSigned: true)
    case .int16: .integer(bitWidth: 16, isSigned: true)
    case .int32: .integer(bitWidth: 32, isSigned: true)
    case .int64: .integer(bitWidth: 64, isSigned: true)
    case .json: .json
    case .bson: .bson
    case .interval: .interval
    case .map, .mapKeyValue, .list, nil: nil
    }
  }
}

extension SchemaElement {
  /// Sets the logical type, and the legacy annotation that the format asks for beside it.
  mutating func annotate(_ type: LogicalType) {
    // INTERVAL exists as a legacy annotation only.
    annotation = type == .interval ? .none : .known(type)
    if case .decimal(let precision, let scale) = type {
      self.precision = Int32(truncatingIfNeeded: precision)
      self.scale = Int32(truncatingIfNeeded: scale)
    }
    let legacy: ConvertedType? =
      switch type {
      case .string: .utf8
      case .enumeration: .enumeration
      case .json: .json
      case .bson: .bson
      case .decimal: .decimal
      case .date: .date
      case .time(.milliseconds, _): .timeMillis
      case .time(.microseconds, _): .timeMicros
      case .timestamp(.milliseconds, _): .timestampMillis
      case .timestamp(.microseconds, _): .timestampMicros
      case .integer(let bitWidth, let isSigned):
        switch bitWidth {
        case 8: isSigned ? .int8 : .uint8
        case 16: isSigned ? .int16 : .uint16
        case 32: isSigned ? .int32 : .uint32
        case 64: isSigned ? .int64 : .uint64
        default: nil
        }
      case .interval: .interval
      case .list: .list
      case .map: .map
      case .time(.nanoseconds, _), .timestamp(.nanoseconds, _), .uuid, .float16, .unknown,
        .variant, .geometry, .geography:
        nil
      }
    convertedType = legacy?.rawValue
  }
}

extension LogicalType {
  /// Whether the annotation may stand on values of a storage type.
  fileprivate func fits(_ type: PhysicalType, length: Int) -> Bool {
    switch self {
    case .string, .enumeration, .json, .bson, .geometry, .geography: type == .byteArray
    case .uuid: type == .fixedLengthByteArray && length == 16
    case .float16: type == .fixedLengthByteArray && length == 2
    case .interval: type == .fixedLengthByteArray && length == 12
    case .integer(let bitWidth, _):
      switch bitWidth {
      case 8, 16, 32: type == .int32
      case 64: type == .int64
      default: false
      }
    case .decimal:
      type == .int32 || type == .int64 || type == .byteArray || type == .fixedLengthByteArray
    case .date: type == .int32
    case .time(let unit, _): type == (unit == .milliseconds ? .int32 : .int64)
    case .timestamp: type == .int64
    case .unknown: true
    case .list, .map, .variant: false
    }
  }
}

extension SchemaElement {
  /// The legacy annotation as the specification spells it.
  var legacyAnnotationName: String? {
    switch converted {
    case .map: "MAP"
    case .mapKeyValue: "MAP_KEY_VALUE"
    case .list: "LIST"
    default: legacyType?.description
    }
  }
}
