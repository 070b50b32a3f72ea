import Dump

/// The types of ClickHouse for each column of a Parquet file.
///
/// Lists, maps and structs cannot be NULL there: a missing list is an empty one, and a missing
/// struct one of missing fields.
struct ClickHouseTypes: TypeMapping {
  let dialect: Dialect

  func type(of column: SourceColumn) -> (type: String, remark: String?) {
    var remark: String?
    if case .scalar(.decimal(let precision, _)) = column.shape, precision > 76 {
      remark = "ClickHouse holds 76 digits and the column has \(precision): it becomes text"
    }
    return (name(column), remark)
  }

  private func name(_ column: SourceColumn) -> String {
    switch column.shape {
    case .scalar(let type):
      column.isNullable || type == .null ? "Nullable(\(scalar(type)))" : scalar(type)
    case .structure(let fields):
      "Tuple("
        + fields.map { "\(dialect.quoted($0.name)) \(name($0))" }.joined(separator: ", ") + ")"
    case .list(let element): "Array(\(name(element)))"
    case .map(let key, let value): "Map(\(keyName(key)), \(value.map(name) ?? "Nullable(String)"))"
    }
  }

  private func keyName(_ key: SourceColumn) -> String {
    if case .scalar(let type) = key.shape { scalar(type) } else { name(key) }
  }

  private func scalar(_ type: ColumnType) -> String {
    switch type {
    case .boolean: "Bool"
    case .int8: "Int8"
    case .int16: "Int16"
    case .int32: "Int32"
    case .int64: "Int64"
    case .uint8: "UInt8"
    case .uint16: "UInt16"
    case .uint32: "UInt32"
    case .uint64: "UInt64"
    case .float16, .float: "Float32"
    case .double: "Float64"
    case .decimal(let precision, let scale):
      precision <= 76 ? "Decimal(\(precision), \(scale))" : "String"
    case .date: "Date32"
    case .time(let unit, _): "Time64(\(unit.digits))"
    case .timestamp(let unit, _): "DateTime64(\(unit.digits), 'UTC')"
    case .int96: "DateTime64(9, 'UTC')"
    case .fixed(let byteCount): "FixedString(\(max(1, byteCount)))"
    case .uuid: "UUID"
    case .interval: "FixedString(12)"
    case .string, .enumeration, .json, .binary, .bson, .variant, .geometry, .geography, .null:
      "String"
    }
  }
}
