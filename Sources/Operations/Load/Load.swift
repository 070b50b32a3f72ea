import Dump

public import ObjectStorage
import Parquet
import SQLiteTables
import Synchronization

/// Loads all tables of a dump into a new SQLite file: `receipt load`.
///
/// The file is built beside its name and moved there when it is complete and on the disk; until
/// then nothing is at the name, or what was there before.
public struct Load: Sendable {
  /// What may be chosen.
  public var options: LoadOptions
  /// The counters that a display may read.
  public let progress: Progress

  /// A load with options.
  public init(options: LoadOptions = LoadOptions(), progress: Progress = Progress()) {
    self.options = options
    self.progress = progress
  }

  /// Loads the dump of a location.
  ///
  /// - Parameters:
  ///   - store: the location.
  ///   - target: the path of the database file.
  /// - Returns: what was loaded.
  /// - Throws: ``OperationError``; nothing was changed then.
  public func run(_ store: any ObjectStore, into target: String) async throws -> LoadReport {
    do {
      return try await load(store, into: target)
    } catch {
      throw OperationError(error)
    }
  }

  private func load(_ store: any ObjectStore, into path: String) async throws -> LoadReport {
    let clock = ContinuousClock()
    let start = clock.now
    let startedAt = Timestamp.now
    let target = TargetFile.resolved(path)
    try TargetFile.check(target, replaces: options.replaces)
    let listing = try await DumpListing(store)
    let inventories = try chosenTables(of: listing)
    let survey = try await DumpSurvey(
      listing, tables: inventories, footers: true, threadCount: options.threadCount,
      progress: progress)
    let findings = try await verified(survey)
    let loaded = inventories.filter { !$0.files.isEmpty }
    let mappings = try loaded.map { try mapping(of: $0, in: listing) }
    let plan = try LoadPlan(
      tables: loaded, readings: survey.readings, mappings: mappings, options: options)

    let staged = try StagedDatabase(
      for: target, pageSize: try PageSize(options.pageByteCount),
      tables: plan.tables.map(\.definition) + [try LoadLedger.definition()])
    defer { staged.discardHiddenName() }
    try await fill(staged, plan, listing)
    let tables = plan.tables.map { table in
      LoadReport.Table(
        name: table.inventory.name, rows: table.rowCount, files: table.inventory.files.count,
        bytes: table.inventory.byteCount)
    }
    let entry = LoadLedger.Entry(
      receipt: listing.receipt, tables: tables, toolVersion: options.toolVersion,
      startedAt: startedAt, seconds: start.duration(to: clock.now).inSeconds)
    if let ledger = staged.tables.last {
      var writer = LeafRunWriter(ledger, runByteCount: options.pageByteCount)
      try writer.append(row: try entry.row(), rowID: 1)
      try writer.finish()
    }
    try check(try staged.finish(), against: plan)
    try staged.publish(replacing: options.replaces)
    let seconds = start.duration(to: clock.now).inSeconds
    return LoadReport(
      location: store.description, target: path, timestamp: listing.receipt.timestamp,
      tables: tables, rows: plan.rowCount, bytes: tables.reduce(0) { $0 + $1.bytes },
      databaseBytes: Int64(staged.byteCount), seconds: seconds,
      rowsPerSecond: seconds > 0 ? Double(plan.rowCount) / seconds : 0,
      peakMemoryBytes: peakMemoryByteCount, findings: findings)
  }

  /// Every row that the footers promise must be in the database.
  private func check(_ rowCounts: [Int], against plan: LoadPlan) throws {
    for (table, rowCount) in zip(plan.tables, rowCounts) where table.rowCount != rowCount {
      throw OperationError(
        .failed,
        "cannot load table \(table.inventory.name): its files have \(table.rowCount) rows but "
          + "\(rowCount) were written")
    }
  }

  // MARK: Before

  private func chosenTables(of listing: DumpListing) throws -> [TableInventory] {
    guard let names = options.tables else { return listing.check.tables }
    for name in names where listing.receipt[name] == nil {
      throw OperationError(
        .usage, "cannot load table \(name): the receipt has no such table",
        hint: "it has " + listing.receipt.tables.map(\.name).joined(separator: ", "))
    }
    return listing.check.tables.filter { names.contains($0.name) }
  }

  /// Refuses a dump that is not sound, as far as it is to be looked at.
  private func verified(_ survey: DumpSurvey) async throws -> [Finding] {
    var findings: [Finding] = []
    if options.verification >= .quick { findings += survey.listing.check.findings }
    if options.verification >= .standard { findings += survey.findings }
    if options.verification == .deep {
      findings += try await DeepCheck(
        listing: survey.listing, threadCount: options.threadCount
      ).run(survey.readings, progress: progress).flatMap(\.findings)
    }
    let outcome = Outcome(findings)
    guard outcome == .done else {
      throw OperationError(
        outcome, "cannot load \(survey.listing.store.description): the dump is not sound",
        hint: "`receipt verify` says more; nothing was changed", findings: findings)
    }
    return findings
  }

  /// The columns of a table, from the footer of its first file.
  private func mapping(of table: TableInventory, in listing: DumpListing) throws -> TableMapping {
    let file = table.files[0]
    let source = ObjectSource(reader: try listing.open(file))
    return TableMapping(
      try ParquetFile(name: file.key, source: source).schema, options: options.conversion)
  }

  // MARK: Loading

  private func fill(
    _ staged: StagedDatabase, _ plan: LoadPlan, _ listing: DumpListing
  ) async throws {
    progress.begin("loading", total: plan.rowCount, unit: .rows)
    try await onThreads(plan.parts, threadCount: plan.threadCount) { [progress] queue in
      var worker = LoadWorker(plan: plan, listing: listing, staged: staged, progress: progress)
      while let part = queue.next() {
        try worker.load(part) { () throws(CancellationError) in try queue.checkStopped() }
      }
      try worker.finish()
    }
  }
}
