import Dump
import SQLiteTables

/// What must hold between the dump that is live in a database and the one that is to replace it.
///
/// Pure: two descriptions in, findings out. Each says which number trips it and which flag lets it
/// pass; what a flag has let pass stays in the report as information.
struct LoadGates {
  /// A table of the new dump.
  struct Table {
    let name: String
    let rowCount: Int64
    let columns: [Column]
    /// Its columns in the database; `nil` if the table keeps those it has.
    let columnNames: [String]?
  }

  let live: LiveDump
  let options: LoadOptions

  /// Whether the dump is older than what it would replace.
  func findings(of timestamp: Timestamp, tables names: [String]) -> [Finding] {
    let later = names.compactMap { live[$0]?.load.timestamp }.max()
    guard let later, later > timestamp else { return [] }
    return [
      Finding(
        .dumpOlder, severity: options.allowsOlder ? .info : .error,
        "the dump is of \(timestamp), and the database holds the one of \(later)",
        hint: options.allowsOlder ? nil : "--allow-older loads it all the same.")
    ]
  }

  /// What the new tables would do to the live ones.
  ///
  /// - Parameters:
  ///   - tables: the tables that are loaded.
  ///   - gone: live tables that the dump no longer has.
  /// - Returns: findings, those that refuse the dump with the severity of an error.
  func findings(_ tables: [Table], gone: [LiveDump.Table]) -> [Finding] {
    var findings: [Finding] = []
    for table in tables {
      guard let before = live[table.name] else {
        findings += newcomer(table)
        continue
      }
      findings += rows(of: table, before: before.record)
      findings += columns(of: table, before: before)
    }
    for table in gone {
      findings.append(
        judged(
          Finding(
            .tableGone, at: Finding.Place(table: table.record.name),
            "the table was in the dump of \(table.load.timestamp) and is not in this one"),
          isAllowed: options.schemaRule == .evolve,
          hint: "--schema evolve drops it from the database."))
    }
    return findings
  }

  /// A table that no load has made before, whose name may be somebody else's.
  private func newcomer(_ table: Table) -> [Finding] {
    let place = Finding.Place(table: table.name)
    guard let object = live.objects.first(where: { $0.isNamed(table.name) }) else {
      guard let last = live.lastLoad else { return [] }
      return [
        judged(
          Finding(.tableAdded, at: place, "the table was not in the dump of \(last.timestamp)"),
          isAllowed: false, refuses: options.schemaRule == .freeze,
          hint: "--schema additive lets it pass.")
      ]
    }
    guard object.kind == .table else {
      return [
        Finding(
          .tableForeign, at: place,
          "the database has \(object.kind == .index ? "an" : "a") \(object.kind.rawValue) of that "
            + "name", hint: "Rename or drop it, or leave the table out with --tables.")
      ]
    }
    return [
      judged(
        Finding(
          .tableForeign, at: place, "the database has a table of that name that no load has made"),
        isAllowed: options.adoptsTables, hint: "--adopt replaces it and all its rows.")
    ]
  }

  private func rows(of table: Table, before: LoadRecord.Table) -> [Finding] {
    let isExcepted = options.emptiedTables.contains { isSameName($0, table.name) }
    if before.rows > 0, table.rowCount == 0 {
      return [
        judged(
          Finding(
            .tableEmptied, at: Finding.Place(table: table.name),
            "no rows, and the live dump has \(before.rows)"),
          isAllowed: isExcepted, hint: "--allow-empty \(table.name) lets it be emptied.")
      ]
    }
    guard
      let finding = options.rowDropRule.finding(
        table: table.name, before: before.rows, after: table.rowCount)
    else { return [] }
    return [judged(finding, isAllowed: isExcepted, hint: finding.hint)]
  }

  private func columns(of table: Table, before: LiveDump.Table) -> [Finding] {
    // No dump has these, and a table that keeps its columns would keep them as plain ones.
    let generated = before.generatedColumns.map { lostColumn($0, of: table) }
    guard let names = table.columnNames else { return generated }
    var findings = SchemaDifference(from: before.record.columns, to: table.columns)
      .findings(table: table.name).map { finding in
        let isHarmless = finding.code.findingClass != .gate
        return judged(
          finding, isAllowed: options.schemaRule == .evolve,
          refuses: !isHarmless || options.schemaRule == .freeze,
          hint: isHarmless
            ? "--schema additive lets it pass." : "--schema evolve lets it pass.")
      }
    if findings.contains(where: { $0.code == .columnRemoved }) { return findings + generated }
    findings += generated
    // Columns that somebody has added to the table, or another --nested has made.
    for name in before.columns.map(\.name) where !names.contains(where: { isSameName($0, name) }) {
      findings.append(lostColumn(name, of: table))
    }
    return findings
  }

  private func lostColumn(_ name: String, of table: Table) -> Finding {
    judged(
      Finding(
        .columnRemoved, at: Finding.Place(table: table.name, column: name),
        "the table has the column in the database, and would not have it any more"),
      isAllowed: options.schemaRule == .evolve, hint: "--schema evolve lets it pass.")
  }

  /// A finding with the weight that the flags give it.
  private func judged(
    _ finding: Finding, isAllowed: Bool, refuses: Bool = true, hint: String?
  ) -> Finding {
    let isError = refuses && !isAllowed
    let severity: Finding.Severity? = isError ? .error : refuses ? .info : nil
    return Finding(
      finding.code, at: finding.place, severity: severity, finding.message,
      hint: isError ? hint : nil)
  }
}
