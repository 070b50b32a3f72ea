import Dump
import Parquet

extension Schema {
  /// The leaf columns in the neutral form that dumps are compared by.
  var columns: [Column] {
    var columns: [Column] = []
    for field in fields { field.collect(path: [], depth: 0, isNullable: false, &columns) }
    return columns
  }
}

extension Field {
  /// Adds the leaves below, without the names that lists and maps need for themselves.
  fileprivate func collect(
    path: [String], depth: Int, isNullable: Bool, _ columns: inout [Column], name: String? = nil
  ) {
    let path = name == "" ? path : path + [name ?? self.name]
    let isNullable = isNullable || isOptional
    switch shape {
    case .leaf(let leaf):
      columns.append(
        Column(path: path, type: leaf.columnType, isNullable: isNullable, listDepth: depth))
    case .structure(let fields):
      for child in fields {
        child.collect(path: path, depth: depth, isNullable: isNullable, &columns)
      }
    case .list(let element, _):
      element.collect(path: path, depth: depth + 1, isNullable: isNullable, &columns, name: "")
    case .map(let key, let value, _):
      key.collect(path: path, depth: depth + 1, isNullable: isNullable, &columns, name: "key")
      value?.collect(path: path, depth: depth + 1, isNullable: isNullable, &columns, name: "value")
    }
  }
}

extension LeafColumn {
  /// What the values are, in the neutral form.
  fileprivate var columnType: ColumnType {
    switch logicalType {
    case .bson: return .bson
    case .json: return .json
    case .enumeration: return .enumeration
    case .geometry: return .geometry
    case .geography: return .geography
    case .decimal(let precision, let scale): return .decimal(precision: precision, scale: scale)
    case .time(let unit, let isUTC): return .time(unit.columnUnit, isUTC: isUTC)
    default: break
    }
    switch valueKind {
    case .boolean: return .boolean
    case .signed(8): return .int8
    case .signed(16): return .int16
    case .signed(32): return .int32
    case .signed: return .int64
    case .unsigned(8): return .uint8
    case .unsigned(16): return .uint16
    case .unsigned(32): return .uint32
    case .unsigned: return .uint64
    case .float: return .float
    case .double: return .double
    case .float16: return .float16
    case .text: return .string
    case .date: return .date
    case .timestamp(let unit, let isUTC): return .timestamp(unit.columnUnit, isUTC: isUTC)
    case .int96: return .int96
    case .uuid: return .uuid
    case .interval: return .interval
    case .null: return .null
    case .binary, .decimal, .time:
      return physicalType == .fixedLengthByteArray ? .fixed(byteCount: typeLength) : .binary
    }
  }
}

extension LogicalType.TimeUnit {
  fileprivate var columnUnit: ColumnType.Unit {
    switch self {
    case .milliseconds: .milliseconds
    case .microseconds: .microseconds
    case .nanoseconds: .nanoseconds
    }
  }
}
