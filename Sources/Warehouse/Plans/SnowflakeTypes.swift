import Dump

/// The types of Snowflake that its vectorized scanner gives to each column of a Parquet file.
///
/// <https://docs.snowflake.com/en/sql-reference/sql/copy-into-table>
struct SnowflakeTypes: TypeMapping {
  let textLength: TextLength

  func type(of column: SourceColumn) -> (type: String, remark: String?) {
    switch column.shape {
    case .structure, .list, .map: ("VARIANT", nil)
    case .scalar(let type): scalar(type)
    }
  }

  private func scalar(_ type: ColumnType) -> (String, String?) {
    switch type {
    case .boolean: ("BOOLEAN", nil)
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: ("NUMBER(38,0)", nil)
    case .float16, .float, .double: ("FLOAT", nil)
    case .decimal(let precision, let scale):
      precision <= 38
        ? ("NUMBER(\(precision),\(scale))", nil)
        : (
          "VARCHAR",
          "Snowflake holds 38 digits and the column has \(precision): it becomes text"
        )
    case .string, .enumeration:
      // Without a length it is as long as a text may be, and costs nothing.
      switch textLength {
      case .fixed(let byteCount) where byteCount != RedshiftTypes.longestText:
        ("VARCHAR(\(byteCount))", nil)
      case .fixed, .fromFooters: ("VARCHAR", nil)
      }
    case .json, .null: ("VARCHAR", nil)
    case .date: ("DATE", nil)
    case .time(let unit, _): ("TIME(\(unit.digits))", nil)
    // What is not called UTC stays as it is; what is must not be shifted by the session's zone.
    case .timestamp(let unit, let isUTC):
      ("TIMESTAMP_\(isUTC ? "LTZ" : "NTZ")(\(unit.digits))", nil)
    case .int96: ("TIMESTAMP_LTZ(9)", nil)
    case .uuid: ("BINARY(16)", "the column holds the UUID's 16 bytes")
    case .interval: ("BINARY(12)", "Snowflake loads no intervals; the column holds its 12 bytes")
    case .fixed(let byteCount): ("BINARY(\(max(1, byteCount)))", nil)
    case .binary, .bson, .geometry, .geography: ("BINARY", nil)
    case .variant: ("VARIANT", nil)
    }
  }
}

extension ColumnType.Unit {
  /// Digits behind the second.
  var digits: Int {
    switch self {
    case .milliseconds: 3
    case .microseconds: 6
    case .nanoseconds: 9
    }
  }
}
