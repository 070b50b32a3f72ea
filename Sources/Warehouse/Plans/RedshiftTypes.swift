import Dump

/// The types of Redshift that its COPY of Parquet files accepts for each column.
///
/// <https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html>
struct RedshiftTypes: TypeMapping {
  let textLength: TextLength

  /// The most bytes of a VARCHAR.
  static let longestText = 65_535

  func type(of column: SourceColumn) -> (type: String, remark: String?) {
    switch column.shape {
    case .structure, .list, .map: ("SUPER", nil)
    case .scalar(let type): scalar(type, column)
    }
  }

  private func scalar(_ type: ColumnType, _ column: SourceColumn) -> (String, String?) {
    switch type {
    case .boolean: ("BOOLEAN", nil)
    case .int8, .int16, .uint8: ("SMALLINT", nil)
    case .int32, .uint16: ("INTEGER", nil)
    case .int64: ("BIGINT", nil)
    case .uint32: ("BIGINT", "Redshift has no unsigned numbers; its COPY may refuse the column")
    case .uint64:
      ("DECIMAL(20,0)", "Redshift has no unsigned numbers; its COPY may refuse the column")
    case .float16: ("REAL", "Redshift has no 16-bit numbers; its COPY may refuse the column")
    case .float: ("REAL", nil)
    case .double: ("DOUBLE PRECISION", nil)
    case .decimal(let precision, let scale):
      precision <= 38
        ? ("DECIMAL(\(precision),\(scale))", nil)
        : (
          "VARCHAR(\(precision + 3))",
          "Redshift holds 38 digits and the column has \(precision): it becomes text, and its COPY "
            + "may refuse it; export it with fewer digits"
        )
    case .string, .enumeration: ("VARCHAR(\(length(of: column)))", nil)
    case .json: ("VARCHAR(\(RedshiftTypes.longestText))", nil)
    case .date: ("DATE", nil)
    case .time: ("TIME", nil)
    case .timestamp(.nanoseconds, _):
      ("TIMESTAMP", "Redshift keeps microseconds and the column has nanoseconds")
    case .timestamp, .int96: ("TIMESTAMP", nil)
    case .uuid: ("VARBYTE(16)", "Redshift has no UUID; the column holds its 16 bytes")
    case .interval: ("VARBYTE(12)", "Redshift loads no intervals; the column holds its 12 bytes")
    case .fixed(let byteCount): ("VARBYTE(\(max(1, byteCount)))", nil)
    case .binary, .bson, .variant, .geometry, .geography: ("VARBYTE(65535)", nil)
    case .null: ("VARCHAR(256)", nil)
    }
  }

  /// A length that is enough, as far as the footers prove one.
  private func length(of column: SourceColumn) -> Int {
    switch textLength {
    case .fixed(let byteCount): return byteCount
    case .fromFooters:
      guard let limit = column.byteLimit, limit < Int64(RedshiftTypes.longestText) else {
        return RedshiftTypes.longestText
      }
      // Powers of two: the next dump, a little larger, needs no wider column.
      var length = 256
      while Int64(length) < limit { length *= 2 }
      return min(length, RedshiftTypes.longestText)
    }
  }
}
