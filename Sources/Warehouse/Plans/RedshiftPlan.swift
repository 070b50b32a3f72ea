/// The statements for Redshift.
///
/// Its COPY of Parquet files fills columns by their position, so that every file's columns are
/// loaded into a staging table made for them; from there they go into the live table by name.
///
/// <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html>
struct RedshiftPlan {
  let draft: PlanDraft
  private let role: String

  init(_ draft: PlanDraft) throws(WarehouseError) {
    guard let role = draft.options.iamRole else {
      throw WarehouseError(
        .configuration, "cannot plan a COPY: Redshift needs a role with which it reads S3",
        hint: "name it with --iam-role, an ARN or `default`")
    }
    if draft.options.switching == .rename {
      let names = Set(draft.tables.map { draft.dialect.key($0.name) })
      for table in draft.tables {
        let old = RedshiftPlan.oldName(of: table, draft)
        guard names.contains(draft.dialect.key(old)) else { continue }
        throw WarehouseError(
          .unsupported,
          "cannot rename table \(table.name) to \(old): the dump has a table of that name",
          hint: "--switch insert renames nothing")
      }
    }
    self.draft = draft
    self.role = role == "default" ? "default" : draft.dialect.literal(role)
  }

  private var dialect: Dialect { draft.dialect }

  func manifests() throws(WarehouseError) -> [CopyPlan.Manifest] {
    var manifests: [CopyPlan.Manifest] = []
    let names = RedshiftManifest(draft)
    for table in draft.tables {
      manifests.append(
        CopyPlan.Manifest(
          table: table.source.name, url: try names.url(of: table.source.name),
          content: RedshiftManifest.text(table.source.files)))
    }
    return manifests
  }

  func steps(_ manifests: [CopyPlan.Manifest]) -> [CopyPlan.Step] {
    let widening = draft.tables.flatMap { table in
      table.drift.widened.map { pair in
        CopyPlan.Statement(
          "ALTER TABLE \(draft.live(table)) ALTER COLUMN \(dialect.quoted(pair.liveName)) "
            + "TYPE \(pair.column.type)",
          comment: "no transaction may hold it; it changes no row", table: table.source.name)
      }
    }
    var steps = [
      CopyPlan.Step(
        purpose: .prepare, title: "ledger", isTransaction: true,
        statements: draft.ledgerDefinitions)
    ]
    if !widening.isEmpty, draft.options.switching == .insert {
      steps.append(
        CopyPlan.Step(
          purpose: .prepare, title: "wider columns", isTransaction: false, statements: widening))
    }
    for (table, manifest) in zip(draft.tables, manifests) {
      steps.append(
        CopyPlan.Step(
          purpose: .stage, title: "stage \(table.source.name)", isTransaction: true,
          statements: stage(table, manifest)))
    }
    let drops = draft.options.switching == .insert ? draft.tables.map(dropStaging) : []
    return steps + RedshiftBatches(draft, publication).publish() + RedshiftBatches.tidy(drops)
  }

  /// What removes staging tables and procedures, whether they are there or not.
  func abandon() -> [CopyPlan.Step] {
    RedshiftBatches.tidy(draft.tables.map(dropStaging))
      + RedshiftBatches(draft, publication).abandon()
  }

  private func dropStaging(_ table: PlanDraft.Table) -> CopyPlan.Statement {
    CopyPlan.Statement("DROP TABLE IF EXISTS \(draft.staging(table))", table: table.source.name)
  }

  private func stage(
    _ table: PlanDraft.Table, _ manifest: CopyPlan.Manifest
  ) -> [CopyPlan.Statement] {
    let hasSuper = table.columns.contains { $0.stagingType == "SUPER" }
    return [
      dropStaging(table),
      CopyPlan.Statement(
        "CREATE TABLE \(draft.staging(table)) (\n\(draft.definition(table.columns, staging: true))\n)"
          + (draft.options.switching == .insert ? " BACKUP NO" : ""),
        comment: "columns in the order of the files: COPY fills them by position",
        table: table.source.name),
      CopyPlan.Statement(
        "COPY \(draft.staging(table))\nFROM \(dialect.literal(manifest.url))\nIAM_ROLE \(role)\n"
          + "FORMAT AS PARQUET" + (hasSuper ? " SERIALIZETOJSON" : "") + "\nMANIFEST",
        comment:
          "the manifest names its files (\(table.source.files.count)), and each must be there",
        table: table.source.name),
      draft.count(table),
    ]
  }

  // MARK: Publishing

  private var publication: RedshiftBatches.Publication {
    var tables: [[CopyPlan.Statement]] = draft.tables.map { table in
      draft.options.switching == .insert ? replaceRows(of: table) : rename(table)
    }
    tables += draft.emptied.map { name in
      [CopyPlan.Statement("DELETE FROM \(draft.schema).\(dialect.quoted(name))")]
    }
    return RedshiftBatches.Publication(
      before: [
        CopyPlan.Statement(
          "LOCK TABLE \(draft.loadsName)", comment: "one publication at a time")
      ] + (draft.options.reloads ? [] : [draft.newnessGuard]),
      tables: tables,
      after: (draft.tables.isEmpty ? [] : [draft.countGuard()]) + draft.ledgerEntries)
  }

  private func replaceRows(of table: PlanDraft.Table) -> [CopyPlan.Statement] {
    var statements: [CopyPlan.Statement] = []
    if table.drift.isNew {
      statements.append(
        CopyPlan.Statement(
          "CREATE TABLE IF NOT EXISTS \(draft.live(table)) (\n"
            + "\(draft.definition(table.columns, staging: false))\n)", table: table.source.name))
    }
    for column in table.drift.added {
      statements.append(
        CopyPlan.Statement(
          "ALTER TABLE \(draft.live(table)) ADD COLUMN \(dialect.quoted(column.name)) "
            + column.type, comment: "new in this dump", table: table.source.name))
    }
    statements.append(
      CopyPlan.Statement("DELETE FROM \(draft.live(table))", table: table.source.name))
    statements.append(
      draft.insert(table) { column in
        let name = dialect.quoted(column.name)
        return column.conversion == .parseJSON ? "JSON_PARSE(\(name))" : name
      })
    return statements
  }

  /// The name of the table that was live; the same for every dump.
  private static func oldName(of table: PlanDraft.Table, _ draft: PlanDraft) -> String {
    StagingName.name(table.name, end: "__old", byteLimit: draft.dialect.nameLimit)
  }

  private func rename(_ table: PlanDraft.Table) -> [CopyPlan.Statement] {
    let old = dialect.quoted(RedshiftPlan.oldName(of: table, draft))
    var statements = table.drift.discarded.map { column in
      CopyPlan.Statement(
        "ALTER TABLE \(draft.staging(table)) DROP COLUMN \(dialect.quoted(column.name))",
        comment: "the live table has no such column", table: table.source.name)
    }
    if table.drift.isNew, !draft.knowsTarget {
      statements.append(
        CopyPlan.Statement(
          "CREATE TABLE IF NOT EXISTS \(draft.live(table)) (LIKE \(draft.staging(table)))",
          comment: "so that there is something to rename", table: table.source.name))
    }
    if !table.drift.isNew || !draft.knowsTarget {
      statements.append(
        CopyPlan.Statement(
          "DROP TABLE IF EXISTS \(draft.schema).\(old)", table: table.source.name))
      statements.append(
        CopyPlan.Statement(
          "ALTER TABLE \(draft.live(table)) RENAME TO \(old)", table: table.source.name))
    }
    statements.append(
      CopyPlan.Statement(
        "ALTER TABLE \(draft.staging(table)) RENAME TO \(dialect.quoted(table.name))",
        table: table.source.name))
    return statements
  }
}
