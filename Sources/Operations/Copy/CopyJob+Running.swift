import Dump
import ObjectStorage
import Warehouse

extension CopyJob {
  /// Asks the target, plans, and runs the plan.
  func run() async throws -> CopyReport {
    guard let access = options.access else {
      throw OperationError(
        .usage, "cannot run a copy into \(options.warehouse.target.title): there is no way to it",
        hint: "print the plan and run it with the target's own client")
    }
    var job = self
    job.options.warehouse.runID = CopyJob.newRunID()
    return try await job.run(over: try access.connection(timeout: options.statementTimeout))
  }

  private static func newRunID() -> String {
    (0..<2).map { _ in
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  private mutating func run(over connection: any WarehouseConnection) async throws -> CopyReport {
    progress.begin("asking \(options.warehouse.target.title)", total: 0)
    let ledger = try await CopyLedger(connection, options.warehouse)
    let timestamp = listing.receipt.timestamp
    if !options.warehouse.reloads, let load = ledger[timestamp] {
      let names = inventories.filter { !$0.files.isEmpty }.map(\.name)
      let known = try await ledger.tables(of: timestamp)
      if names.allSatisfy({ known[$0] != nil }) {
        return nothingNew(load, known, names)
      }
      // Some of its tables are there; what is new is that there are more of them.
      options.warehouse.reloads = true
    }
    try refuse(older(than: ledger.latest))
    let (sources, findings) = try await verified()
    let gates = try await gates(sources, ledger)
    try refuse(gates)
    var plan = try plan(sources, present: try await ledger.present(sources.map(\.name)))
    plan.findings = findings + gates + plan.findings
    try refuse(plan.findings)
    try await write(plan.manifests)
    let run = CopyRun(
      plan: plan, connection: connection, questions: TargetQuestions(options.warehouse),
      reloads: options.warehouse.reloads, progress: progress)
    let outcome = try await run.run()
    if outcome.wasOvertaken {
      // The other run may have been one of other tables: the ledger says which are there. The names
      // of requests are made of the run's.
      options.warehouse.runID = CopyJob.newRunID()
      return try await self.run(over: connection)
    }
    return report(plan, outcome, previous: ledger.latest?.timestamp)
  }

  // MARK: Gates

  private func older(than latest: TargetQuestions.Load?) -> [Finding] {
    guard let latest, latest.timestamp > listing.receipt.timestamp else { return [] }
    return [
      Finding(
        .dumpOlder, severity: options.allowsOlder ? .info : .error,
        "the dump is of \(listing.receipt.timestamp), and the target holds the one of "
          + "\(latest.timestamp)",
        hint: options.allowsOlder ? nil : "--allow-older copies it all the same.")
    ]
  }

  /// What the new tables would do to the rows of the live ones.
  private func gates(_ sources: [SourceTable], _ ledger: CopyLedger) async throws -> [Finding] {
    guard let latest = ledger.latest else { return [] }
    let before = try await ledger.tables(of: latest.timestamp)
    return sources.compactMap { source in
      guard let rows = before[source.name] else { return nil }
      let isExcepted = options.emptiedTables.contains(source.name)
      if rows > 0, source.rowCount == 0 {
        return Finding(
          .tableEmptied, at: Finding.Place(table: source.name),
          severity: isExcepted ? .info : .error, "no rows, and the live dump has \(rows)",
          hint: isExcepted ? nil : "--allow-empty \(source.name) lets it be emptied.")
      }
      guard
        let finding = options.rowDropRule.finding(
          table: source.name, before: rows, after: source.rowCount)
      else { return nil }
      return Finding(
        finding.code, at: finding.place, severity: isExcepted ? .info : .error, finding.message,
        hint: isExcepted ? nil : finding.hint)
    }
  }

  // MARK: Reporting

  private func nothingNew(
    _ load: TargetQuestions.Load, _ known: [String: Int64], _ names: [String]
  ) -> CopyReport {
    let tables = inventories.filter { names.contains($0.name) }.map { table in
      CopyReport.Table(
        name: table.name, rows: known[table.name] ?? 0, files: table.files.count,
        bytes: table.byteCount)
    }
    return report(.nothingNew, load.runID, tables, CopyRun.Outcome(), [], previous: load.timestamp)
  }

  private func report(
    _ plan: CopyPlan, _ outcome: CopyRun.Outcome, previous: Timestamp?
  ) -> CopyReport {
    let tables = plan.tables.map {
      CopyReport.Table(name: $0.source, rows: $0.rows, files: $0.files, bytes: $0.bytes)
    }
    return report(.copied, plan.runID, tables, outcome, plan.findings, previous: previous)
  }

  private func report(
    _ status: CopyReport.Status, _ runID: String, _ tables: [CopyReport.Table],
    _ outcome: CopyRun.Outcome, _ findings: [Finding], previous: Timestamp?
  ) -> CopyReport {
    CopyReport(
      status: status, location: listing.store.description, target: options.warehouse.target,
      schema: options.warehouse.schema, timestamp: listing.receipt.timestamp, runID: runID,
      previous: previous, switching: options.warehouse.switching, tables: tables,
      rows: tables.reduce(0) { $0 + $1.rows }, bytes: tables.reduce(0) { $0 + $1.bytes },
      statements: outcome.statementCount, repetitions: outcome.repetitionCount,
      seconds: start.duration(to: .now).inSeconds, publishSeconds: outcome.publishSeconds,
      findings: findings + outcome.findings, traffic: listing.store.traffic)
  }
}
