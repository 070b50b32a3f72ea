import Dump

/// A dump held against a target: names, types and changes, from which statements are made.
struct PlanDraft: Sendable {
  /// A table of the dump with its table in the target.
  struct Table: Sendable {
    let source: SourceTable
    /// The name of the live table.
    let name: String
    /// The name of the table that its files are loaded into first.
    let staging: String
    let columns: [TargetColumn]
    let drift: TableDrift
  }

  let options: WarehouseOptions
  let dialect: Dialect
  let timestamp: Timestamp
  let location: String
  /// Tables that have files.
  private(set) var tables: [Table] = []
  /// Live tables of which the dump has no files any more.
  private(set) var emptied: [String] = []
  private(set) var findings: [Finding] = []
  /// Whether the target's tables are known, or taken to be absent.
  let knowsTarget: Bool

  /// Holds a dump against a target.
  ///
  /// - Parameters:
  ///   - sources: the tables of the dump.
  ///   - timestamp: the dump's id.
  ///   - location: where it is, as it was given.
  ///   - options: what may be chosen.
  ///   - present: the tables that the target has; `nil` if that is not known.
  /// - Throws: ``WarehouseError`` for names that the target cannot hold.
  init(
    _ sources: [SourceTable], timestamp: Timestamp, location: String, options: WarehouseOptions,
    present: [TargetTable]?
  ) throws(WarehouseError) {
    self.options = options
    self.timestamp = timestamp
    self.location = location
    dialect = Dialect(target: options.target, names: options.names)
    knowsTarget = present != nil
    var known: [String: String] = [:]
    for source in sources {
      let name = dialect.folded(source.name)
      try check(name, of: source.name, table: source.name, &known)
      let live = present?.first { dialect.key($0.name) == dialect.key(name) }
      guard !source.files.isEmpty else {
        addEmpty(source, live)
        continue
      }
      let types = ColumnTypes(options: options, dialect: dialect)
      let columns = source.columns.map { types.column($0, of: source.name) }
      var columnNames: [String: String] = [:]
      for column in columns {
        try check(column.name, of: column.source.name, table: source.name, &columnNames)
        guard let remark = column.remark else { continue }
        findings.append(
          Finding(
            .typeReplaced,
            at: Finding.Place(table: source.name, column: column.source.name), remark))
      }
      let drift = TableDrift(
        columns, live: live, table: source.name, options: options, dialect: dialect)
      findings += drift.findings
      tables.append(
        Table(
          source: source, name: live?.name ?? name, staging: stagingName(name), columns: columns,
          drift: drift))
    }
    guard target.ledgerSchema == target.schema else { return }
    for ledger in target.ledgerNames + [target.lockName] {
      guard let name = known[dialect.key(ledger)] else { continue }
      throw WarehouseError(
        .unsupported, "cannot copy table \(name): the ledger has that name",
        hint: "keep the ledger elsewhere with --ledger-schema, or choose --tables")
    }
  }

  private mutating func addEmpty(_ source: SourceTable, _ live: TargetTable?) {
    if let live, options.keepsTables { emptied.append(live.name) }
    findings.append(
      Finding(
        .tableEmpty, at: Finding.Place(table: source.name),
        live == nil
          ? "it has no files, so that its columns are not known; it is left out"
          : options.keepsTables
            ? "it has no files; the rows of the live table are deleted"
            : "it has no files; the live table stays as it is"))
  }

  private func check(
    _ name: String, of source: String, table: String, _ known: inout [String: String]
  ) throws(WarehouseError) {
    let what = source == table ? "table \(table)" : "column \(source) of table \(table)"
    if name.isEmpty || name.unicodeScalars.contains("\0") {
      throw WarehouseError(.unsupported, "cannot copy \(what): the name cannot be written in SQL")
    }
    if name.utf8.count > dialect.nameLimit {
      throw WarehouseError(
        .unsupported,
        "cannot copy \(what): the name has \(name.utf8.count) bytes and \(options.target.title) "
          + "allows \(dialect.nameLimit)")
    }
    if let other = known.updateValue(source, forKey: dialect.key(name)) {
      throw WarehouseError(
        .unsupported,
        "cannot copy \(what): \(options.target.title) takes its name and \(other) for the same",
        hint: options.names == .fold && [.redshift, .snowflake].contains(options.target)
          ? "--names keep tells them apart, and queries must then quote them" : nil)
    }
  }

  /// A name that no other run uses; scripts of one dump share theirs.
  private func stagingName(_ name: String) -> String {
    if options.switching == .schema { return name }
    return dialect.folded(
      StagingName.name(
        name, end: StagingName.suffix(timestamp, options.runID), byteLimit: dialect.nameLimit))
  }

  // MARK: Names

  /// Rows that the target must have in the end.
  var rowCount: Int64 { tables.reduce(0) { $0 + $1.source.rowCount } }

  /// The names of schemas and of the ledger.
  var target: TargetNames { TargetNames(options) }

  /// The schema of the live tables, quoted.
  var schema: String { target.schema }
  /// The schema of the staging tables, quoted.
  var stagingSchema: String {
    options.switching == .schema
      ? target.schema(suffix: StagingName.suffix(timestamp, options.runID)) : schema
  }
  /// The schema of the ledger, quoted.
  var ledgerSchema: String { target.ledgerSchema }
  /// The ledger's table of loads, quoted.
  var loadsName: String { target.loads }
  /// The ledger's table of tables, quoted.
  var ledgerTablesName: String { target.ledgerTables }

  /// A live table, quoted.
  func live(_ table: Table) -> String { schema + "." + dialect.quoted(table.name) }

  /// A staging table, quoted.
  func staging(_ table: Table) -> String { stagingSchema + "." + dialect.quoted(table.staging) }
}
