import Dump

/// Statements that all engines have, in one spelling.
extension PlanDraft {
  typealias Statement = CopyPlan.Statement

  /// The columns of a table's definition, one a line.
  func definition(_ columns: [TargetColumn], staging: Bool) -> String {
    columns.map { "  \(dialect.quoted($0.name)) \(staging ? $0.stagingType : $0.type)" }
      .joined(separator: ",\n")
  }

  /// What counts the rows of a staging table.
  func count(_ table: Table) -> Statement {
    Statement(
      "SELECT COUNT(*) AS \(dialect.quoted("row_count")) FROM \(staging(table))",
      comment: "must be \(table.source.rowCount), as the footers say", table: table.source.name,
      expectation: Statement.Expectation(rows: table.source.rowCount))
  }

  /// Inserts the rows of a staging table into the live one, columns by their names.
  func insert(_ table: Table, convert: (TargetColumn) -> String) -> Statement {
    let names = table.drift.pairs.map { dialect.quoted($0.liveName) }
    let values = table.drift.pairs.map { convert($0.column) }
    return Statement(
      "INSERT INTO \(live(table)) (\(names.joined(separator: ", ")))\n"
        + "SELECT \(values.joined(separator: ", "))\nFROM \(staging(table))",
      table: table.source.name)
  }

  // MARK: Guards

  /// Fails if the ledger has the dump already: two runs of one dump have the effect of one.
  var newnessGuard: Statement {
    Statement(
      "SELECT CAST(CASE WHEN COUNT(*) = 0 THEN '0' "
        + "ELSE 'this dump is in the ledger already' END AS INTEGER) AS "
        + "\(dialect.quoted("is_new"))\nFROM \(loadsName)\n"
        + "WHERE \(ledger("dump_timestamp")) = \(dialect.literal(timestamp.description))",
      comment: "fails, and with it the transaction, if this dump was copied before")
  }

  /// Fails if a table has not the rows that the footers promise.
  ///
  /// A text that is no number says what is wrong: the engine's complaint shows it.
  ///
  /// With `isStaged` the staging tables are counted, where nothing undoes a switch.
  func countGuard(isStaged: Bool = false) -> Statement {
    let counts = tables.map { table in
      "SELECT \(dialect.literal(table.source.name)) AS table_name, COUNT(*) AS found, "
        + "\(table.source.rowCount) AS expected FROM \(isStaged ? staging(table) : live(table))"
    }
    return Statement(
      "SELECT SUM(CAST(CASE WHEN found = expected THEN '0' ELSE table_name || ' has ' || "
        + "CAST(found AS VARCHAR(20)) || ' rows and its files have ' || "
        + "CAST(expected AS VARCHAR(20)) END AS INTEGER)) AS "
        + "\(dialect.quoted("differences"))\nFROM (\n  "
        + counts.joined(separator: "\n  UNION ALL ") + "\n) AS counts",
      comment: "fails, and with it what follows, if rows are missing or too many")
  }

  // MARK: Ledger

  /// A column of the ledger, quoted.
  func ledger(_ column: String) -> String { target.ledger(column) }

  /// The columns of both tables of the ledger, with kinds of types.
  private static let loadColumns = [
    ("run_id", "VARCHAR(64)"), ("dump_timestamp", "VARCHAR(32)"), ("location", "VARCHAR(2048)"),
    ("table_count", "BIGINT"), ("row_count", "BIGINT"), ("byte_count", "BIGINT"),
    ("tool_version", "VARCHAR(32)"), ("loaded_at", "TIMESTAMP"),
  ]
  private static let tableColumns = [
    ("run_id", "VARCHAR(64)"), ("dump_timestamp", "VARCHAR(32)"), ("table_name", "VARCHAR(1024)"),
    ("row_count", "BIGINT"), ("file_count", "BIGINT"), ("byte_count", "BIGINT"),
  ]

  /// Makes the ledger where there is none.
  var ledgerDefinitions: [Statement] {
    [
      (loadsName, PlanDraft.loadColumns, "the ledger: one row for each dump"),
      (ledgerTablesName, PlanDraft.tableColumns, "and one for each of its tables"),
    ].map { name, columns, comment in
      let lines = columns.map { column, type in
        "  \(ledger(column)) "
          + (options.target == .clickhouse
            ? type.hasPrefix("VARCHAR") ? "String" : type == "BIGINT" ? "Int64" : "DateTime('UTC')"
            : type)
      }
      let engine =
        options.target == .clickhouse ? " ENGINE = MergeTree ORDER BY \(ledger("run_id"))" : ""
      return Statement(
        "CREATE TABLE IF NOT EXISTS \(name) (\n\(lines.joined(separator: ",\n"))\n)\(engine)",
        comment: comment)
    }
  }

  /// Writes the dump into the ledger; the row of the load comes last.
  var ledgerEntries: [Statement] {
    let literal = dialect.literal
    let key = "\(literal(options.runID)), \(literal(timestamp.description))"
    let rows = tables.map { table in
      "  (\(key), \(literal(table.source.name)), \(table.source.rowCount), "
        + "\(table.source.files.count), \(table.source.byteCount))"
    }
    func names(_ columns: [(String, String)]) -> String {
      columns.map { ledger($0.0) }.joined(separator: ", ")
    }
    let byteCount = tables.reduce(0) { $0 + $1.source.byteCount }
    let tableRows = Statement(
      "INSERT INTO \(ledgerTablesName) (\(names(PlanDraft.tableColumns))) VALUES\n"
        + rows.joined(separator: ",\n"))
    let load = Statement(
      "INSERT INTO \(loadsName) (\(names(PlanDraft.loadColumns)))\n"
        + "VALUES (\(key), \(literal(location)), \(tables.count), \(rowCount), \(byteCount), "
        + "\(literal(options.toolVersion)), \(now))")
    return tables.isEmpty ? [load] : [tableRows, load]
  }

  private var now: String {
    switch options.target {
    case .redshift: "GETDATE()"
    case .snowflake: "CAST(CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP()) AS TIMESTAMP_NTZ)"
    case .duckdb: "CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP)"
    case .clickhouse: "now('UTC')"
    }
  }

  // MARK: Description

  /// The tables as the plan shows them.
  var described: [CopyPlan.Table] {
    tables.map { table in
      CopyPlan.Table(
        name: table.name, source: table.source.name,
        staging: options.target == .duckdb ? nil : table.staging, rows: table.source.rowCount,
        files: table.source.files.count, bytes: table.source.byteCount,
        columns: table.columns.map {
          CopyPlan.Column(
            name: $0.name, type: $0.type, source: $0.source.name, sourceType: $0.source.typeName)
        })
    }
  }

  /// What the plan takes for granted.
  var assumptions: [String] {
    knowsTarget
      ? []
      : [
        "The target was not asked what it has: tables that are there must have these columns.",
        "`--target-schema FILE` or `--run` holds the dump against them.",
      ]
  }
}
