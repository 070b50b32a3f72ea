package import Dump

/// What a target is asked before a plan is made, and what its answers mean.
package struct TargetQuestions: Sendable {
  /// A dump that the ledger has.
  package struct Load: Sendable, Hashable {
    /// What identifies the run that copied it.
    package let runID: String
    /// The dump's id.
    package let timestamp: Timestamp
  }

  private let names: TargetNames
  private var dialect: Dialect { names.dialect }
  private var options: WarehouseOptions { names.options }

  /// Questions about the target of some options.
  package init(_ options: WarehouseOptions) { names = TargetNames(options) }

  // MARK: Tables

  /// Asks for the columns of the live tables of some names.
  package func columns(ofTables tables: [String]) -> String {
    columns(
      tables.map(dialect.folded), in: dialect.folded(options.schema),
      database: options.database.map { dialect.quoted(dialect.folded($0)) + "." } ?? "")
  }

  /// Asks for the columns of the ledger: none if there is no ledger yet.
  package var ledgerColumns: String {
    columns(
      names.ledgerNames, in: names.ledgerSchemaName,
      database: options.database.map { dialect.quoted(dialect.folded($0)) + "." } ?? "")
  }

  private func columns(_ tables: [String], in schema: String, database: String) -> String {
    let list = tables.map(dialect.literal).joined(separator: ", ")
    // Redshift's catalog is that of the database that is connected.
    let catalog = options.target == .snowflake ? database : ""
    let fraction = options.target == .snowflake ? "datetime_precision" : "CAST(NULL AS INTEGER)"
    return "SELECT table_name, column_name, data_type, character_maximum_length, "
      + "numeric_precision, numeric_scale, \(fraction)\n"
      + "FROM \(catalog)information_schema.columns\n"
      + "WHERE table_schema = \(dialect.literal(schema)) AND table_name IN (\(list))\n"
      + "ORDER BY table_name, ordinal_position"
  }

  /// A kind of thing that killed runs leave.
  package struct LeftOvers: Sendable {
    /// Asks for names, among them all of this kind; ``StagingName`` tells which they are.
    package let question: String
    /// What removes one, but for its name, and what stands behind that.
    let removal: (start: String, end: String)
    let dialect: Dialect

    init(_ question: String, removal start: String, end: String = "", _ dialect: Dialect) {
      self.question = question
      removal = (start, end)
      self.dialect = dialect
    }

    /// Removes one that is there.
    package func drop(_ name: String) -> CopyPlan.Statement {
      CopyPlan.Statement(removal.start + dialect.quoted(name) + removal.end)
    }
  }

  /// What killed runs may have left.
  package var leftOvers: [LeftOvers] {
    let catalog =
      options.target == .snowflake
      ? options.database.map { dialect.quoted(dialect.folded($0)) + "." } ?? "" : ""
    let schema = dialect.literal(dialect.folded(options.schema))
    var kinds = [
      LeftOvers(
        "SELECT table_name\nFROM \(catalog)information_schema.tables\n"
          + "WHERE table_schema = \(schema) AND LOWER(table_name) LIKE '%stg%'",
        removal: "DROP TABLE IF EXISTS \(names.schema).", dialect)
    ]
    if options.target == .redshift {
      kinds.append(
        LeftOvers(
          "SELECT CAST(p.proname AS VARCHAR(128))\nFROM pg_catalog.pg_proc AS p\n"
            + "JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace\n"
            + "WHERE n.nspname = \(schema) AND p.proname LIKE 'receipt%stg%'",
          removal: "DROP PROCEDURE \(names.schema).", end: "()", dialect))
    }
    if options.switching == .schema {
      let start = dialect.literal(dialect.folded(options.schema + StagingName.mark))
      kinds.append(
        LeftOvers(
          "SELECT schema_name\nFROM \(catalog)information_schema.schemata\n"
            + "WHERE STARTSWITH(schema_name, \(start))",
          removal: "DROP SCHEMA IF EXISTS \(names.database)", dialect))
    }
    return kinds
  }

  /// The tables that an answer describes.
  ///
  /// - Throws: ``WarehouseError`` with code `malformed` if it is another answer.
  package static func tables(_ rows: [[String?]]) throws(WarehouseError) -> [TargetTable] {
    var tables: [TargetTable] = []
    for row in rows {
      guard row.count == 7, let table = row[0], let name = row[1], let type = row[2] else {
        throw WarehouseError(.malformed, "the target's catalog is not understood")
      }
      let column = TargetTable.Column(name: name, type: typeName(type, Array(row[3...])))
      if tables.last?.name == table {
        tables[tables.count - 1].columns.append(column)
      } else {
        tables.append(TargetTable(name: table, columns: [column]))
      }
    }
    return tables
  }

  /// `character varying` and `256` as `VARCHAR(256)`.
  private static func typeName(_ type: String, _ sizes: [String?]) -> String {
    let base = TypeName(type).base
    switch base {
    case "VARCHAR", "VARBYTE": return sizes[0].map { "\(base)(\($0))" } ?? base
    case "DECIMAL":
      guard let precision = sizes[1], let scale = sizes[2] else { return base }
      return "\(base)(\(precision),\(scale))"
    case "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ":
      return sizes[3].map { "\(base)(\($0))" } ?? base
    default: return ASCIICase.upper(type)
    }
  }

  // MARK: Ledger

  /// Asks for the latest dumps that the ledger has.
  package var loads: String {
    "SELECT \(names.ledger("run_id")), \(names.ledger("dump_timestamp"))\nFROM \(names.loads)\n"
      + "ORDER BY \(names.ledger("loaded_at")) DESC LIMIT 1000"
  }

  /// The dumps that an answer names; rows that somebody else has written are passed over.
  package static func loads(_ rows: [[String?]]) -> [Load] {
    rows.compactMap { row in
      guard row.count == 2, let runID = row[0], let text = row[1],
        let timestamp = try? Timestamp(parsing: text)
      else { return nil }
      return Load(runID: runID, timestamp: timestamp)
    }
  }

  /// Asks for the tables of the dumps that the ledger has, with their rows.
  package func tables(ofRuns runIDs: [String]) -> String {
    "SELECT \(names.ledger("table_name")), \(names.ledger("row_count")), "
      + "\(names.ledger("run_id"))\nFROM \(names.ledgerTables)\n"
      + "WHERE \(names.ledger("run_id")) IN (\(runIDs.map(dialect.literal).joined(separator: ", ")))"
  }
}
