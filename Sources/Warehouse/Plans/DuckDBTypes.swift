import Dump

/// The types that DuckDB's reader gives to each column of a Parquet file.
struct DuckDBTypes: TypeMapping {
  let dialect: Dialect

  func type(of column: SourceColumn) -> (type: String, remark: String?) {
    (name(column), nil)
  }

  private func name(_ column: SourceColumn) -> String {
    switch column.shape {
    case .scalar(let type): scalar(type)
    case .structure(let fields):
      "STRUCT("
        + fields.map { "\(dialect.quoted($0.name)) \(name($0))" }.joined(separator: ", ") + ")"
    case .list(let element): name(element) + "[]"
    case .map(let key, let value): "MAP(\(name(key)), \(value.map(name) ?? "INTEGER"))"
    }
  }

  private func scalar(_ type: ColumnType) -> String {
    switch type {
    case .boolean: "BOOLEAN"
    case .int8: "TINYINT"
    case .int16: "SMALLINT"
    case .int32: "INTEGER"
    case .int64: "BIGINT"
    case .uint8: "UTINYINT"
    case .uint16: "USMALLINT"
    case .uint32: "UINTEGER"
    case .uint64: "UBIGINT"
    case .float16, .float: "FLOAT"
    case .double: "DOUBLE"
    case .decimal(let precision, let scale):
      precision <= 38 ? "DECIMAL(\(precision),\(scale))" : "DOUBLE"
    case .string, .enumeration: "VARCHAR"
    case .json: "JSON"
    case .date: "DATE"
    case .time(_, let isUTC): isUTC ? "TIME WITH TIME ZONE" : "TIME"
    case .timestamp(_, isUTC: true): "TIMESTAMP WITH TIME ZONE"
    case .timestamp(.milliseconds, _), .timestamp(.microseconds, _): "TIMESTAMP"
    case .timestamp(.nanoseconds, _): "TIMESTAMP_NS"
    case .int96: "TIMESTAMP"
    case .uuid: "UUID"
    case .interval: "INTERVAL"
    case .null: "INTEGER"
    case .binary, .bson, .fixed, .variant, .geometry, .geography: "BLOB"
    }
  }
}
