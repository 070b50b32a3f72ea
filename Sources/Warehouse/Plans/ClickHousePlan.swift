import Dump

/// The statements for ClickHouse.
///
/// It has no transaction over several tables; each table changes places with its successor.
struct ClickHousePlan {
  /// Files that one INSERT names.
  static let fileLimit = 500

  let draft: PlanDraft

  private var dialect: Dialect { draft.dialect }

  func steps() throws(WarehouseError) -> [CopyPlan.Step] {
    var steps = [
      CopyPlan.Step(
        purpose: .prepare, title: "ledger", isTransaction: false,
        statements: draft.ledgerDefinitions)
    ]
    for table in draft.tables {
      steps.append(
        CopyPlan.Step(
          purpose: .stage, title: "stage \(table.source.name)", isTransaction: false,
          statements: try stage(table)))
    }
    steps.append(
      CopyPlan.Step(
        purpose: .publish, title: "all tables, one after the other", isTransaction: false,
        statements: publish()))
    steps.append(
      CopyPlan.Step(
        purpose: .tidy, title: "staging tables", isTransaction: false,
        statements: draft.tables.map(drop)))
    return steps
  }

  private func drop(_ table: PlanDraft.Table) -> CopyPlan.Statement {
    CopyPlan.Statement("DROP TABLE IF EXISTS \(draft.staging(table))", table: table.source.name)
  }

  private func stage(_ table: PlanDraft.Table) throws(WarehouseError) -> [CopyPlan.Statement] {
    let discarded = Set(table.drift.discarded)
    let columns = table.columns.filter { !discarded.contains($0) }
    var statements = [
      drop(table),
      CopyPlan.Statement(
        "CREATE TABLE \(draft.staging(table)) (\n\(draft.definition(columns, staging: true))\n"
          + ") ENGINE = MergeTree ORDER BY tuple()", table: table.source.name),
    ]
    let names = columns.map { dialect.quoted($0.name) }.joined(separator: ", ")
    let sources = columns.map { dialect.quoted($0.source.name) }.joined(separator: ", ")
    for start in stride(from: 0, to: table.source.files.count, by: ClickHousePlan.fileLimit) {
      let end = min(start + ClickHousePlan.fileLimit, table.source.files.count)
      let address = try address(of: table.source.files[start..<end])
      statements.append(
        CopyPlan.Statement(
          "INSERT INTO \(draft.staging(table)) (\(names))\nSELECT \(sources)\n"
            + "FROM s3(\(dialect.literal(address)), 'Parquet')", table: table.source.name))
    }
    statements.append(
      CopyPlan.Statement(
        "SELECT throwIf(count() != \(table.source.rowCount), "
          + dialect.literal(
            "\(table.source.name) has not the \(table.source.rowCount) rows of its files")
          + ") FROM \(draft.staging(table))",
        comment: "fails, before anything is switched, if rows are missing or too many",
        table: table.source.name))
    return statements
  }

  /// The address of files in one folder: `…/events/{000000000000.parquet,000000000001.parquet}`.
  private func address(of files: ArraySlice<SourceFile>) throws(WarehouseError) -> String {
    var folder = ""
    var names: [String] = []
    for file in files {
      guard file.url.hasPrefix("s3://") else {
        throw WarehouseError(
          .configuration, "cannot load \(file.url) into ClickHouse: it is not in S3",
          hint: "name the s3:// location of the dump")
      }
      try FileGlobs.check(file.url, characters: "*?{},%#")
      let path = file.url.dropFirst(5)
      let slash = path.firstIndex(of: "/") ?? path.endIndex
      let base = draft.options.bucketURL ?? "https://\(path[..<slash]).s3.amazonaws.com"
      let key = path[slash...].dropFirst()
      let last = key.lastIndex(of: "/").map { key.index(after: $0) } ?? key.startIndex
      folder = (base.hasSuffix("/") ? base : base + "/") + key[..<last]
      names.append(String(key[last...]))
    }
    return folder + (names.count == 1 ? names[0] : "{" + names.joined(separator: ",") + "}")
  }

  private func publish() -> [CopyPlan.Statement] {
    var statements: [CopyPlan.Statement] = []
    if !draft.options.reloads {
      statements.append(
        CopyPlan.Statement(
          "SELECT throwIf(count() > 0, 'this dump is in the ledger already') "
            + "FROM \(draft.loadsName) WHERE \(draft.ledger("dump_timestamp")) = "
            + dialect.literal(draft.timestamp.description),
          comment: "fails if this dump was copied before"))
    }
    for table in draft.tables {
      if table.drift.isNew {
        statements.append(
          CopyPlan.Statement(
            "CREATE TABLE IF NOT EXISTS \(draft.live(table)) AS \(draft.staging(table))",
            table: table.source.name))
      }
      statements.append(
        CopyPlan.Statement(
          "EXCHANGE TABLES \(draft.live(table)) AND \(draft.staging(table))",
          table: table.source.name))
    }
    return statements + draft.ledgerEntries
  }
}
