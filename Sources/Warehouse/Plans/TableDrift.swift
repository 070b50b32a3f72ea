import Dump

/// What must happen to a table of the target before it can take a table of the dump in.
struct TableDrift: Sendable {
  /// A column of the dump with the column that takes it.
  struct Pair: Sendable, Hashable {
    let column: TargetColumn
    /// The name of the live column, which somebody may have spelled in another case.
    let liveName: String
  }

  /// Whether the table is made by this plan.
  private(set) var isNew = false
  /// Columns that the table gets.
  private(set) var added: [TargetColumn] = []
  /// Columns whose type is widened.
  private(set) var widened: [Pair] = []
  /// The columns that rows are inserted into.
  private(set) var pairs: [Pair] = []
  /// Columns of the dump that are left out.
  private(set) var discarded: [TargetColumn] = []
  /// What is worth knowing, or refuses the dump.
  private(set) var findings: [Finding] = []

  /// Compares a table with the one that is there.
  ///
  /// - Parameters:
  ///   - columns: the columns of the dump as the target would have them.
  ///   - live: the table that is there; `nil` for none.
  ///   - table: the table's name in the dump.
  ///   - options: what columns may do, and how the switch is made.
  ///   - dialect: how names are compared.
  init(
    _ columns: [TargetColumn], live: TargetTable?, table: String, options: WarehouseOptions,
    dialect: Dialect
  ) {
    guard let live else {
      isNew = true
      pairs = columns.map { Pair(column: $0, liveName: $0.name) }
      return
    }
    let present = Dictionary(
      live.columns.map { (dialect.key($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    var known: Set<String> = []
    for column in columns {
      known.insert(dialect.key(column.name))
      if let there = present[dialect.key(column.name)] {
        compare(column, with: there, table, options)
      } else {
        add(column, table, options)
      }
    }
    for column in live.columns where !known.contains(dialect.key(column.name)) {
      findings.append(
        finding(
          .columnRemoved, table, column.name,
          options.keepsTables
            ? "the target has the column and the dump has not: it will hold only NULL"
            : "the target has the column and the dump has not: it goes",
          refuses: options.drift == .freeze, severity: .warning, options))
    }
  }

  private mutating func add(
    _ column: TargetColumn, _ table: String, _ options: WarehouseOptions
  ) {
    if options.drift == .discardColumn {
      discarded.append(column)
      findings.append(
        Finding(
          .columnAdded, at: Finding.Place(table: table, column: column.source.name),
          severity: .warning, "the target has no such column, and it is left out"))
      return
    }
    findings.append(
      finding(
        .columnAdded, table, column.source.name, "the target has no such column; it is added",
        refuses: options.drift == .freeze, severity: .info, options))
    added.append(column)
    pairs.append(Pair(column: column, liveName: column.name))
  }

  private mutating func compare(
    _ column: TargetColumn, with there: TargetTable.Column, _ table: String,
    _ options: WarehouseOptions
  ) {
    let pair = Pair(column: column, liveName: there.name)
    let what = "the target's column is \(there.type) and the dump's \(column.type)"
    // Lengths of which the new one is only a smaller guess do not count as a change.
    switch TypeName(there.type).fit(TypeName(column.type), in: options.target) {
    case .holds: pairs.append(pair)
    case .widenable where options.drift == .evolve:
      findings.append(
        Finding(
          .columnWidened, at: Finding.Place(table: table, column: column.source.name),
          severity: .info, "\(what); it is widened"))
      widened.append(pair)
      pairs.append(pair)
    case .differs where options.drift == .evolve && !options.keepsTables:
      findings.append(
        Finding(
          .columnChanged, at: Finding.Place(table: table, column: column.source.name),
          severity: .warning, "\(what); the new table has the new type"))
      pairs.append(pair)
    case .widenable, .differs:
      if options.drift == .discardColumn {
        discarded.append(column)
        findings.append(
          Finding(
            .columnChanged, at: Finding.Place(table: table, column: column.source.name),
            severity: .warning, "\(what); it is left out and will hold only NULL"))
      } else {
        pairs.append(pair)
        findings.append(
          finding(
            .columnChanged, table, column.source.name, what, refuses: true, severity: .error,
            options))
      }
    }
  }

  private func finding(
    _ code: FindingCode, _ table: String, _ column: String, _ message: String, refuses: Bool,
    severity: Finding.Severity, _ options: WarehouseOptions
  ) -> Finding {
    var hint: String?
    if refuses {
      hint =
        options.drift == .freeze
        ? "--drift evolve lets it pass; --drift discard-column leaves it out."
        : "Rename or drop the column, or leave it out with --drift discard-column"
          + (options.target.switches.contains { !$0.keepsTables }
            ? ", or replace whole tables with another --switch." : ".")
    }
    return Finding(
      code, at: Finding.Place(table: table, column: column), severity: refuses ? .error : severity,
      message, hint: hint)
  }
}
