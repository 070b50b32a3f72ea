/// The statements for Snowflake.
///
/// DDL commits by itself there, so that everything that is not DML comes before the moment of the
/// switch, or is the switch.
///
/// <https://docs.snowflake.com/en/sql-reference/sql/copy-into-table>
struct SnowflakePlan {
  /// Files that one COPY may name.
  static let fileLimit = 1_000

  let draft: PlanDraft
  private let stage: String
  private let stageURL: String

  init(_ draft: PlanDraft) throws(WarehouseError) {
    self.draft = draft
    guard let name = draft.options.stage else {
      throw WarehouseError(
        .configuration, "cannot plan a COPY: Snowflake needs a stage from which it reads S3",
        hint: "name it with --stage; `receipt setup` prints what makes one")
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), !parts.contains("") else {
      throw WarehouseError(
        .configuration, "cannot use the stage \(name): it is no name",
        hint: "a stage is named STAGE, SCHEMA.STAGE or DATABASE.SCHEMA.STAGE")
    }
    let quoted = parts.map { draft.dialect.quoted(draft.dialect.folded(String($0))) }
    stage = parts.count == 1 ? draft.schema + "." + quoted[0] : quoted.joined(separator: ".")
    var url = draft.options.stageURL ?? draft.location
    while url.hasSuffix("/") { url.removeLast() }
    stageURL = url + "/"
  }

  private var dialect: Dialect { draft.dialect }
  private var switching: CopySwitch { draft.options.switching }

  func steps() throws(WarehouseError) -> [CopyPlan.Step] {
    var steps = [
      CopyPlan.Step(
        purpose: .prepare, title: "ledger, stage and tables", isTransaction: false,
        statements: prepare())
    ]
    for table in draft.tables {
      steps.append(
        CopyPlan.Step(
          purpose: .stage, title: "stage \(table.source.name)", isTransaction: false,
          statements: try stage(table)))
    }
    return steps + publish() + tidy()
  }

  // MARK: Preparing

  private func prepare() -> [CopyPlan.Statement] {
    var statements: [CopyPlan.Statement] = []
    if switching == .schema {
      statements.append(
        CopyPlan.Statement("CREATE SCHEMA IF NOT EXISTS \(draft.ledgerSchema)"))
      statements.append(CopyPlan.Statement("CREATE SCHEMA IF NOT EXISTS \(draft.schema)"))
      statements.append(CopyPlan.Statement("CREATE OR REPLACE SCHEMA \(draft.stagingSchema)"))
    }
    statements += draft.ledgerDefinitions
    if let integration = draft.options.storageIntegration {
      statements.append(
        CopyPlan.Statement(
          "CREATE STAGE IF NOT EXISTS \(stage)\nURL = \(dialect.literal(stageURL))\n"
            + "STORAGE_INTEGRATION = \(dialect.quoted(dialect.folded(integration)))"))
    }
    guard switching == .transaction else { return statements }
    statements += lockDefinition
    for table in draft.tables {
      if table.drift.isNew {
        statements.append(
          CopyPlan.Statement(
            "CREATE TABLE IF NOT EXISTS \(draft.live(table)) (\n"
              + "\(draft.definition(table.columns, staging: false))\n)",
            comment: "a new table is empty until the switch; DDL cannot be part of it",
            table: table.source.name))
      }
      for column in table.drift.added {
        statements.append(
          CopyPlan.Statement(
            "ALTER TABLE \(draft.live(table)) ADD COLUMN \(dialect.quoted(column.name)) "
              + column.type, comment: "new in this dump; NULL until the switch",
            table: table.source.name))
      }
      for pair in table.drift.widened {
        statements.append(
          CopyPlan.Statement(
            "ALTER TABLE \(draft.live(table)) ALTER COLUMN \(dialect.quoted(pair.liveName)) "
              + "SET DATA TYPE \(pair.column.type)", table: table.source.name))
      }
    }
    return statements
  }

  // MARK: Staging

  private func stage(_ table: PlanDraft.Table) throws(WarehouseError) -> [CopyPlan.Statement] {
    let discarded = Set(table.drift.discarded)
    let columns = table.columns.filter { switching == .transaction || !discarded.contains($0) }
    var statements = [
      CopyPlan.Statement(
        "CREATE OR REPLACE TABLE \(draft.staging(table)) (\n"
          + "\(draft.definition(columns, staging: true))\n)",
        comment: "a new table has no memory of files that it has loaded", table: table.source.name)
    ]
    statements += try copies(table)
    let parsed = columns.filter { $0.conversion == .parseJSON && $0.stagingType == "VARIANT" }
    if !parsed.isEmpty {
      let assignments = parsed.map { column in
        let name = dialect.quoted(column.name)
        return "\(name) = PARSE_JSON(CAST(\(name) AS VARCHAR))"
      }
      statements.append(
        CopyPlan.Statement(
          "UPDATE \(draft.staging(table)) SET \(assignments.joined(separator: ", "))",
          comment: "COPY leaves JSON as a text in the VARIANT", table: table.source.name))
    }
    return statements + [draft.count(table)]
  }

  private func copies(_ table: PlanDraft.Table) throws(WarehouseError) -> [CopyPlan.Statement] {
    var statements: [CopyPlan.Statement] = []
    let files = table.source.files
    for start in stride(from: 0, to: files.count, by: SnowflakePlan.fileLimit) {
      let chunk = files[start..<min(start + SnowflakePlan.fileLimit, files.count)]
      var names: [String] = []
      var folder = ""
      for file in chunk {
        guard file.url.hasPrefix(stageURL) else {
          throw WarehouseError(
            .configuration,
            "cannot load \(file.url) from the stage of \(stageURL): it is not below it",
            hint: "name the URL of the stage with --stage-url")
        }
        let path = file.url.dropFirst(stageURL.count)
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        folder = String(path[..<slash])
        names.append(dialect.literal(String(path[slash...])))
      }
      statements.append(
        CopyPlan.Statement(
          "COPY INTO \(draft.staging(table))\nFROM \(dialect.literal("@\(stage)/\(folder)"))\n"
            + "FILES = (\(names.joined(separator: ", ")))\n"
            + "FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE "
            + "USE_VECTORIZED_SCANNER = TRUE)\n"
            + "MATCH_BY_COLUMN_NAME = "
            + (draft.options.names == .fold ? "CASE_INSENSITIVE" : "CASE_SENSITIVE") + "\n"
            + "ON_ERROR = ABORT_STATEMENT\nFORCE = TRUE",
          comment: "files that are named must be there", table: table.source.name,
          expectation: CopyPlan.Statement.Expectation(
            rows: chunk.reduce(0) { $0 + $1.rowCount }, files: chunk.count)))
    }
    return statements
  }

  // MARK: Publishing

  private var holder: String { dialect.quoted(dialect.folded("holder")) }

  /// A table with a row to change; two rows, made by two runs at once, do no harm.
  private var lockDefinition: [CopyPlan.Statement] {
    let lock = draft.target.lock
    return [
      CopyPlan.Statement(
        "CREATE TABLE IF NOT EXISTS \(lock) (\(holder) VARCHAR(64))",
        comment: "what a publication changes to be alone"),
      CopyPlan.Statement(
        "INSERT INTO \(lock) (\(holder))\nSELECT 'nobody'\n"
          + "WHERE NOT EXISTS (SELECT 1 FROM \(lock))"),
    ]
  }

  /// Waits until no other publication is under way.
  ///
  /// There is no LOCK TABLE, and an UPDATE keeps others out until its transaction ends. What follows
  /// sees what the other one has committed.
  ///
  /// <https://docs.snowflake.com/en/sql-reference/transactions#resource-locking>
  private var lock: CopyPlan.Statement {
    CopyPlan.Statement(
      "UPDATE \(draft.target.lock) SET \(holder) = \(dialect.literal(draft.options.runID))",
      comment: "one publication at a time")
  }

  private func publish() -> [CopyPlan.Step] {
    let isNew = draft.options.reloads ? [] : [draft.newnessGuard]
    let title = "all tables, at one moment"
    switch switching {
    case .transaction, .insert, .rename:
      var statements = [lock] + isNew
      for table in draft.tables {
        statements.append(
          CopyPlan.Statement("DELETE FROM \(draft.live(table))", table: table.source.name))
        statements.append(
          draft.insert(table) { column in
            let name = dialect.quoted(column.name)
            return column.conversion == .parseJSON ? "PARSE_JSON(\(name))" : name
          })
      }
      statements += draft.emptied.map {
        CopyPlan.Statement("DELETE FROM \(draft.schema).\(dialect.quoted($0))")
      }
      if !draft.tables.isEmpty { statements.append(draft.countGuard()) }
      return [
        CopyPlan.Step(
          purpose: .publish, title: title, isTransaction: true,
          statements: statements + draft.ledgerEntries)
      ]
    case .swap:
      let swaps = draft.tables.flatMap { table -> [CopyPlan.Statement] in
        let make = CopyPlan.Statement(
          "CREATE TABLE IF NOT EXISTS \(draft.live(table)) LIKE \(draft.staging(table))",
          table: table.source.name)
        let swap = CopyPlan.Statement(
          "ALTER TABLE \(draft.live(table)) SWAP WITH \(draft.staging(table))",
          table: table.source.name)
        return table.drift.isNew ? [make, swap] : [swap]
      }
      return check(isNew) + [
        CopyPlan.Step(
          purpose: .publish, title: "all tables, one after the other", isTransaction: false,
          statements: swaps + draft.ledgerEntries)
      ]
    case .schema:
      return check(isNew) + [
        CopyPlan.Step(
          purpose: .publish, title: title, isTransaction: false,
          statements: [
            CopyPlan.Statement(
              "ALTER SCHEMA \(draft.schema) SWAP WITH \(draft.stagingSchema)",
              comment: "from here on \(draft.stagingSchema) is the old one")
          ] + draft.ledgerEntries)
      ]
    }
  }

  /// What must hold before a switch that nothing undoes; a step of its own, so that a failure in it
  /// is known to have changed nothing.
  private func check(_ isNew: [CopyPlan.Statement]) -> [CopyPlan.Step] {
    let statements = isNew + (draft.tables.isEmpty ? [] : [draft.countGuard(isStaged: true)])
    if statements.isEmpty { return [] }
    return [
      CopyPlan.Step(
        purpose: .prepare, title: "checks", isTransaction: false, statements: statements)
    ]
  }

  // MARK: Tidying

  private var drops: [CopyPlan.Statement] {
    if switching == .schema {
      return [CopyPlan.Statement("DROP SCHEMA IF EXISTS \(draft.stagingSchema)")]
    }
    return draft.tables.map {
      CopyPlan.Statement("DROP TABLE IF EXISTS \(draft.staging($0))", table: $0.source.name)
    }
  }

  private func tidy() -> [CopyPlan.Step] {
    let old = draft.target.schema(suffix: "__old")
    let keepOld = [
      CopyPlan.Statement("DROP SCHEMA IF EXISTS \(old)"),
      CopyPlan.Statement("ALTER SCHEMA \(draft.stagingSchema) RENAME TO \(old)"),
    ]
    return [
      CopyPlan.Step(
        purpose: .tidy, title: switching == .schema ? "the old schema" : "staging tables",
        isTransaction: false, statements: switching == .schema ? keepOld : drops)
    ]
  }

  /// What removes the stage of a run whose rows are not live.
  func abandon() -> [CopyPlan.Step] {
    drops.map {
      CopyPlan.Step(
        purpose: .tidy, title: switching == .schema ? "staging schema" : "staging table",
        isTransaction: false, statements: [$0])
    }
  }
}
