import Dump
import ObjectStorage
import Parquet
import SQLiteTables

extension LoadJob {
  /// The tables that are loaded with their tables in the database: the columns come from the footer
  /// of the first file; a table that has come to have no file keeps the columns that it has.
  func tableDefinitions(
    _ readings: [FileReading]
  ) throws -> [(TableInventory, TableDefinition)] {
    try inventories.compactMap { table in
      guard let first = readings.first(where: { $0.table == table.name }) else {
        guard let live = live?[table.name] else { return nil }
        return (table, try TableDefinition(name: table.name, columns: live.columns))
      }
      guard let schema = try first.facts.get().schema else { return nil }
      let mapping = TableMapping(schema, options: options.conversion)
      return (table, try mapping.definition(named: table.name))
    }
  }

  /// Makes sure that the disk can take what the load is likely to need.
  ///
  /// The pages are built beside the database and then copied: by as much as it has no room for
  /// its file grows, or its write-ahead log by all.
  func checkSpace(for plan: LoadPlan) throws {
    let parquet = plan.tables.reduce(0) { $0 + $1.inventory.byteCount }
    let staged = LoadRecord.likelyByteCount(
      of: parquet, after: live?.entries.map(\.record) ?? [])
    var copied: Int64 = 0
    if target.way == .transaction, let live {
      copied = live.isWAL ? staged : max(0, staged - live.freeByteCount)
    }
    let (needed, overflow) = staged.addingReportingOverflow(copied)
    try DiskSpace.check(
      for: target.path, needs: overflow ? .max : needed, what: "load into")
  }

  /// Builds the pages of all tables, or of the rows that have changed, and publishes them.
  func load(_ plan: LoadPlan, lease: Lease?, dropping gone: [String]) async throws -> LoadReport {
    if let lease, let search = changeSearch(plan) {
      let comparison = try await Comparison(search, lease, target, options)
      do {
        return try await load(plan, lease: lease, dropping: gone, comparison)
      } catch is StaleComparison {
        // Somebody has written to the database meanwhile. Replacing is right whatever they wrote.
        return try await load(plan, lease: lease, dropping: gone, nil)
      }
    }
    return try await load(plan, lease: lease, dropping: gone, nil)
  }

  private func load(
    _ plan: LoadPlan, lease: Lease?, dropping gone: [String], _ comparison: Comparison?
  ) async throws -> LoadReport {
    let keepsFile = target.way == .transaction
    let ledger = keepsFile ? [] : [try Ledger.loadsDefinition(), try Ledger.tablesDefinition()]
    let changed = try comparison?.stagedTables(plan) ?? []
    let replaced = plan.tables.indices.filter { index in !changed.contains { $0.table == index } }
    let staged = try StagedDatabase(
      for: target.path,
      pageSize: try PageSize((keepsFile ? live?.pageByteCount : nil) ?? options.pageByteCount),
      tables: plan.tables.map(\.definition) + changed.flatMap { $0.staged.stagedTables.dropFirst() }
        + ledger,
      indexes: plan.indexes.filter { index in
        replaced.contains { isSameName(plan.tables[$0].definition.name, index.table) }
      }, keepsStatistics: !keepsFile && options.analyzes && !plan.indexes.isEmpty,
      keyByteLimit: Int(clamping: options.maxMemoryByteCount / 4))
    defer { staged.discardHiddenName() }
    HiddenName.removeAbandoned(for: target.path)
    let build = LoadBuild(
      plan: plan, listing: listing, staged: staged, kept: kept, progress: progress,
      changes: comparison?.changes ?? [:])
    if let lease {
      try await lease.keep { try await build.run() }
    } else {
      try await build.run()
    }
    let databaseByteCount = Int64(staged.byteCount)
    let tables = records(of: plan)
    let publishing = changed.isEmpty ? target.publishing : .changes
    let entry = { @Sendable [self] in self.entry(tables, publishing, databaseByteCount) }
    var outcome = LivePublication.Outcome()
    switch target.way {
    case .newFile:
      try build.finish(ledger: [entry()])
      try check(staged)
      try staged.publish(replacing: false)
    case .replacement:
      try build.finish(ledger: [entry()])
      try check(staged)
      outcome.seconds = try await exchange(staged) { _ in }
    case .swap:
      try build.finish(ledger: (live?.entries ?? []) + [entry()])
      try check(staged)
      if let lease {
        outcome.seconds = try await exchange(staged) { database in
          try lease.check(in: database)
          try passGatesAgain(in: database, plan, dropping: gone)
        }
      }
    case .transaction:
      try build.writeChanges(changed)
      try build.finish(ledger: [])
      try check(staged)
      if let lease {
        progress.begin("publishing", total: plan.rowCount, unit: .rows)
        let publication = LivePublication(
          target: target, lease: lease, staged: staged,
          tables: replaced.map { index in
            let table = plan.tables[index]
            return Publication.Table(
              table.definition, rowCount: table.rowCount,
              indexes: build.indexes(of: table.definition))
          }, dropped: gone + keptTooLong(replaced.map { plan.tables[$0].inventory.name } + gone),
          kept: suffixes(replaced.map { plan.tables[$0].inventory.name } + gone),
          analyzes: options.analyzes, changes: changed.map(\.staged), checks: options.checks,
          watched: comparison?.watched, busyTimeout: options.busyTimeout, progress: progress)
        outcome = try await JournalWriteBack(ofDatabase: target.path).during { [self] in
          try await onOneThread { isCancelled in
            try publication.run(
              check: { database in try passGatesAgain(in: database, plan, dropping: gone) },
              entry: entry, isCancelled: isCancelled)
          }
        }
      }
    }
    return report(
      tables, publishing: publishing, databaseByteCount: databaseByteCount,
      lockedSeconds: outcome.seconds, findings: (comparison?.findings ?? []) + outcome.findings,
      applied: comparison?.applied(plan) ?? [:])
  }

  /// Has SQLite check what was built, if it is to.
  private func check(_ staged: StagedDatabase) throws {
    guard options.checks else { return }
    progress.begin("checking", total: 1)
    if let complaint = try staged.quickCheck() {
      throw OperationError(
        .failed,
        "cannot load into \(path): what was built does not pass SQLite's check: \(complaint)",
        hint: "nothing was changed; please report it with the dump's footers")
    }
  }

  // MARK: Reporting

  private func records(of plan: LoadPlan) -> [LoadRecord.Table] {
    plan.tables.map { table in
      LoadRecord.Table(
        name: table.inventory.name, rows: table.rowCount, files: table.inventory.files.count,
        bytes: table.inventory.byteCount,
        columns: table.columns.isEmpty
          ? live?[table.inventory.name]?.record.columns ?? [] : table.columns)
    }
  }

  private func entry(
    _ tables: [LoadRecord.Table], _ publishing: LoadRecord.Publishing, _ databaseByteCount: Int64
  ) -> Ledger.Entry {
    Ledger.Entry(
      record: LoadRecord(
        id: (live?.lastLoad?.id ?? 0) + 1, timestamp: listing.receipt.timestamp,
        location: listing.store.description, publishing: publishing,
        conversion: options.conversion.flags, rows: tables.reduce(0) { $0 + $1.rows },
        bytes: tables.reduce(0) { $0 + $1.bytes }, databaseBytes: databaseByteCount,
        toolVersion: options.toolVersion, startedAt: startedAt, finishedAt: .now,
        seconds: start.duration(to: .now).inSeconds, tables: tables),
      receipt: listing.receipt.text)
  }

  func report(
    _ tables: [LoadRecord.Table], publishing: LoadRecord.Publishing?, databaseByteCount: Int64,
    lockedSeconds: Double, findings more: [Finding] = [],
    applied: [String: LoadReport.Applied] = [:]
  ) -> LoadReport {
    let seconds = start.duration(to: .now).inSeconds
    let rows = tables.reduce(0) { $0 + $1.rows }
    return LoadReport(
      status: publishing == nil ? .nothingNew : .loaded, location: listing.store.description,
      target: path, timestamp: listing.receipt.timestamp, previous: live?.lastLoad?.timestamp,
      publishing: publishing,
      tables: tables.map {
        LoadReport.Table(
          name: $0.name, rows: $0.rows, files: $0.files, bytes: $0.bytes, applied: applied[$0.name])
      },
      rows: rows, bytes: tables.reduce(0) { $0 + $1.bytes }, databaseBytes: databaseByteCount,
      seconds: seconds, lockedSeconds: lockedSeconds,
      rowsPerSecond: publishing != nil && seconds > 0 ? Double(rows) / seconds : 0,
      peakMemoryBytes: peakMemoryByteCount, findings: findings + more,
      traffic: listing.store.traffic)
  }
}
