/// The statements for DuckDB: one transaction.
struct DuckDBPlan {
  let draft: PlanDraft

  func steps() throws(WarehouseError) -> [CopyPlan.Step] {
    var statements = draft.ledgerDefinitions
    if !draft.options.reloads { statements.append(draft.newnessGuard) }
    for table in draft.tables { statements += try replace(table) }
    if !draft.tables.isEmpty { statements.append(draft.countGuard()) }
    return [
      CopyPlan.Step(
        purpose: .publish, title: "all tables, at one moment", isTransaction: true,
        statements: statements + draft.ledgerEntries)
    ]
  }

  private func replace(_ table: PlanDraft.Table) throws(WarehouseError) -> [CopyPlan.Statement] {
    let dialect = draft.dialect
    var urls: [String] = []
    for file in table.source.files {
      try FileGlobs.check(file.url, characters: "*?[")
      urls.append("  \(dialect.literal(file.url))")
    }
    let discarded = Set(table.drift.discarded)
    let columns = table.columns.filter { !discarded.contains($0) }.map { column in
      let source = dialect.quoted(column.source.name)
      return column.source.name == column.name
        ? source : "\(source) AS \(dialect.quoted(column.name))"
    }
    return [
      CopyPlan.Statement(
        "CREATE OR REPLACE TABLE \(draft.live(table)) AS\nSELECT "
          + columns.joined(separator: ", ") + "\nFROM read_parquet([\n"
          + urls.joined(separator: ",\n") + "\n])",
        table: table.source.name)
    ]
  }
}

/// Names of files that an engine would take for patterns.
enum FileGlobs {
  /// Refuses a name that has a character of patterns in it.
  static func check(_ url: String, characters: String) throws(WarehouseError) {
    guard let found = url.first(where: { characters.contains($0) }) else { return }
    throw WarehouseError(
      .unsupported, "cannot name \(url) in SQL: the target takes its \(found) for a pattern")
  }
}
