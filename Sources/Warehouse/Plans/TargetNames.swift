/// The names of schemas and of the ledger in the target.
struct TargetNames: Sendable {
  let options: WarehouseOptions
  let dialect: Dialect

  init(_ options: WarehouseOptions) {
    self.options = options
    dialect = Dialect(target: options.target, names: options.names)
  }

  /// The database and a point, quoted; empty for the connection's own.
  var database: String { options.database.map { quoted($0) + "." } ?? "" }

  private func quoted(_ name: String) -> String { dialect.quoted(dialect.folded(name)) }

  /// The schema of the live tables, quoted.
  var schema: String { database + quoted(options.schema) }

  /// A schema beside the live one.
  func schema(suffix: String) -> String { database + quoted(options.schema + suffix) }

  /// The schema of the ledger, not quoted.
  var ledgerSchemaName: String {
    if let name = options.ledgerSchema { return dialect.folded(name) }
    // What is in the live schema would leave with it.
    return dialect.folded(options.schema + (options.switching == .schema ? "__receipt" : ""))
  }

  /// The schema of the ledger, quoted.
  var ledgerSchema: String { database + dialect.quoted(ledgerSchemaName) }

  /// The names of the ledger's tables.
  var ledgerNames: [String] {
    [dialect.folded("receipt_loads"), dialect.folded("receipt_tables")]
  }

  /// The name of the table that a publication changes to be alone, where there is no LOCK TABLE.
  var lockName: String { dialect.folded("receipt_lock") }
  /// The table that a publication changes to be alone, quoted.
  var lock: String { ledgerSchema + "." + dialect.quoted(lockName) }

  /// The ledger's table of loads, quoted.
  var loads: String { ledgerSchema + "." + dialect.quoted(ledgerNames[0]) }
  /// The ledger's table of tables, quoted.
  var ledgerTables: String { ledgerSchema + "." + dialect.quoted(ledgerNames[1]) }

  /// A column of the ledger, quoted.
  func ledger(_ column: String) -> String { dialect.quoted(dialect.folded(column)) }
}
