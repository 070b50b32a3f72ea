import Dump
import ObjectStorage
import Parquet
import SQLiteTables

extension LoadJob {
  /// The tables that are loaded with their tables in the database: the columns come from the footer
  /// of the first file; a table that has come to have no file keeps the columns that it has.
  func tableDefinitions() throws -> [(TableInventory, TableDefinition)] {
    try inventories.compactMap { table in
      guard let file = table.files.first else {
        guard let live = live?[table.name] else { return nil }
        return (table, try TableDefinition(name: table.name, columns: live.columns))
      }
      let source = ObjectSource(reader: try listing.open(file))
      let schema = try ParquetFile(name: file.key, source: source).schema
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
    let staged = likelyByteCount(of: parquet)
    var copied: Int64 = 0
    if target.way == .transaction, let live {
      copied = live.isWAL ? staged : max(0, staged - live.freeByteCount)
    }
    let (needed, overflow) = staged.addingReportingOverflow(copied)
    try DiskSpace.check(
      for: target.path, needs: overflow ? .max : needed, what: "load into")
  }

  /// What some bytes of Parquet are likely to take in the database.
  ///
  /// The last load tells that was of about as much: each table takes a page at least, so that one
  /// of a small table took many times its Parquet, and would have ten times too much asked for.
  private func likelyByteCount(of parquet: Int64) -> Int64 {
    let loads = live?.entries.map(\.record) ?? []
    guard let like = loads.last(where: { $0.bytes > 0 && $0.bytes >= parquet / 2 }) else {
      return parquet
    }
    return Int64(
      clamping: Int128(parquet) * Int128(like.databaseBytes) / Int128(like.bytes))
  }

  /// Builds the pages of all tables and publishes them.
  func load(_ plan: LoadPlan, lease: Lease?, dropping gone: [String]) async throws -> LoadReport {
    let keepsFile = target.way == .transaction
    let ledger = keepsFile ? [] : [try Ledger.loadsDefinition(), try Ledger.tablesDefinition()]
    let pageByteCount = keepsFile ? live?.pageByteCount : nil
    let staged = try StagedDatabase(
      for: target.path, pageSize: try PageSize(pageByteCount ?? options.pageByteCount),
      tables: plan.tables.map(\.definition) + ledger)
    defer { staged.discardHiddenName() }
    HiddenName.removeAbandoned(for: target.path)
    let build = LoadBuild(plan: plan, listing: listing, staged: staged, progress: progress)
    if let lease {
      try await lease.keep { try await build.run() }
    } else {
      try await build.run()
    }
    let databaseByteCount = Int64(staged.byteCount)
    let tables = records(of: plan)
    let entry = { @Sendable [self] in self.entry(tables, databaseByteCount) }
    var outcome = LivePublication.Outcome()
    switch target.way {
    case .newFile:
      try build.finish(ledger: [entry()])
      try staged.publish(replacing: false)
    case .replacement:
      try build.finish(ledger: [entry()])
      outcome.seconds = try await exchange(staged) { _ in }
    case .swap:
      try build.finish(ledger: (live?.entries ?? []) + [entry()])
      if let lease {
        outcome.seconds = try await exchange(staged) { database in
          try lease.check(in: database)
          try passGatesAgain(in: database, plan, dropping: gone)
        }
      }
    case .transaction:
      try build.finish(ledger: [])
      if let lease {
        progress.begin("publishing", total: plan.rowCount, unit: .rows)
        let publication = LivePublication(
          target: target, lease: lease, staged: staged,
          tables: plan.tables.map { Publication.Table($0.definition, rowCount: $0.rowCount) },
          dropped: gone, busyTimeout: options.busyTimeout, progress: progress)
        outcome = try await onOneThread { [self] isCancelled in
          try publication.run(
            check: { database in try passGatesAgain(in: database, plan, dropping: gone) },
            entry: entry, isCancelled: isCancelled)
        }
      }
    }
    return report(
      tables, publishing: target.publishing, databaseByteCount: databaseByteCount,
      lockedSeconds: outcome.seconds, findings: outcome.findings)
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

  private func entry(_ tables: [LoadRecord.Table], _ databaseByteCount: Int64) -> Ledger.Entry {
    Ledger.Entry(
      record: LoadRecord(
        id: (live?.lastLoad?.id ?? 0) + 1, timestamp: listing.receipt.timestamp,
        location: listing.store.description, publishing: target.publishing,
        conversion: options.conversion.flags, rows: tables.reduce(0) { $0 + $1.rows },
        bytes: tables.reduce(0) { $0 + $1.bytes }, databaseBytes: databaseByteCount,
        toolVersion: options.toolVersion, startedAt: startedAt, finishedAt: .now,
        seconds: start.duration(to: .now).inSeconds, tables: tables),
      receipt: listing.receipt.text)
  }

  func report(
    _ tables: [LoadRecord.Table], publishing: LoadRecord.Publishing?, databaseByteCount: Int64,
    lockedSeconds: Double, findings more: [Finding] = []
  ) -> LoadReport {
    let seconds = start.duration(to: .now).inSeconds
    let rows = tables.reduce(0) { $0 + $1.rows }
    return LoadReport(
      status: publishing == nil ? .nothingNew : .loaded, location: listing.store.description,
      target: path, timestamp: listing.receipt.timestamp, previous: live?.lastLoad?.timestamp,
      publishing: publishing,
      tables: tables.map {
        LoadReport.Table(name: $0.name, rows: $0.rows, files: $0.files, bytes: $0.bytes)
      },
      rows: rows, bytes: tables.reduce(0) { $0 + $1.bytes }, databaseBytes: databaseByteCount,
      seconds: seconds, lockedSeconds: lockedSeconds,
      rowsPerSecond: publishing != nil && seconds > 0 ? Double(rows) / seconds : 0,
      peakMemoryBytes: peakMemoryByteCount, findings: findings + more,
      traffic: listing.store.traffic)
  }
}
