import Dump

/// A column as the target has it or will have it.
struct TargetColumn: Sendable, Hashable {
  /// What becomes of a value on its way from the staging table to the live one.
  enum Conversion: Sendable, Hashable {
    /// Nothing.
    case none
    /// JSON text becomes a semi-structured value.
    case parseJSON
  }

  /// The column of the files.
  let source: SourceColumn
  /// The name in the target.
  let name: String
  /// The type in the live table.
  var type: String
  /// The type in the staging table.
  var stagingType: String
  /// What lies between the two.
  var conversion = Conversion.none
  /// What is lost or uncertain.
  var remark: String?
}

/// Gives columns the types of an engine.
protocol TypeMapping: Sendable {
  /// The type of a column, with a remark where it is not quite the file's.
  func type(of column: SourceColumn) -> (type: String, remark: String?)
}

/// The types of one engine, with the options that change them.
struct ColumnTypes: Sendable {
  let options: WarehouseOptions
  let dialect: Dialect

  private var mapping: any TypeMapping {
    switch options.target {
    case .redshift: RedshiftTypes(textLength: options.textLength)
    case .snowflake: SnowflakeTypes(textLength: options.textLength)
    case .duckdb: DuckDBTypes(dialect: dialect)
    case .clickhouse: ClickHouseTypes(dialect: dialect)
    }
  }

  /// A column of a table as the target will have it.
  func column(_ source: SourceColumn, of table: String) -> TargetColumn {
    let (type, remark) = mapping.type(of: source)
    var column = TargetColumn(
      source: source, name: dialect.folded(source.name), type: type, stagingType: type,
      remark: remark)
    guard isJSON(source, of: table) else { return column }
    switch (options.target, options.switching) {
    case (.redshift, .insert):
      column.type = "SUPER"
      column.conversion = .parseJSON
    case (.redshift, _):
      column.remark = "JSON stays text with --switch rename; --switch insert makes it SUPER"
    case (.snowflake, let switching):
      column.type = "VARIANT"
      if !switching.keepsTables { column.stagingType = "VARIANT" }
      column.conversion = .parseJSON
    case (.duckdb, _), (.clickhouse, _): break
    }
    return column
  }

  /// Whether the column's text is JSON: its type says so, or the caller does.
  private func isJSON(_ column: SourceColumn, of table: String) -> Bool {
    switch column.shape {
    case .scalar(.json): true
    case .scalar(.string):
      options.jsonColumns.contains { $0 == column.name || $0 == "\(table).\(column.name)" }
    case .scalar, .structure, .list, .map: false
    }
  }
}
