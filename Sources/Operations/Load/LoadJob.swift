import Dump
import ObjectStorage
import Parquet
import SQLiteTables

/// One run of a load: decide, verify, build, publish.
struct LoadJob {
  let options: LoadOptions
  let progress: Progress
  let listing: DumpListing
  let target: LoadTarget
  /// The target as it was given.
  let path: String
  let start = ContinuousClock.now
  let startedAt = Timestamp.now
  /// The tables that were chosen.
  let inventories: [TableInventory]
  /// Files that were read as a whole with their footers.
  let kept: KeptObjects
  /// What is live in the target; `nil` for a new file.
  private(set) var live: LiveDump?
  /// What is worth knowing so far.
  private(set) var findings: [Finding] = []

  init(
    options: LoadOptions, progress: Progress, listing: DumpListing, target: LoadTarget,
    path: String
  ) throws {
    self.options = options
    self.progress = progress
    self.listing = listing
    self.target = target
    self.path = path
    kept = KeptObjects(maxMemoryByteCount: options.maxMemoryByteCount)
    inventories = try LoadJob.tables(named: options.tables, in: listing)
  }

  private static func tables(
    named names: [String]?, in listing: DumpListing
  ) throws -> [TableInventory] {
    guard let names else { return listing.check.tables }
    for name in names where listing.receipt[name] == nil {
      throw OperationError(
        .usage, "cannot load table \(name): the receipt has no such table",
        hint: "it has " + listing.receipt.tables.map(\.name).joined(separator: ", "))
    }
    return listing.check.tables.filter { names.contains($0.name) }
  }

  mutating func run() async throws -> LoadReport {
    if let count = options.keptDumpCount, count > 0, target.way == .swap {
      throw OperationError(
        .usage, "cannot keep earlier dumps in \(path) with --publish swap",
        hint: "--publish transaction keeps them")
    }
    if target.isLive { live = try target.live(busyTimeout: options.busyTimeout) }
    try checkEmptiedTables()
    try checkKeys()
    if let report = try refuseOrSkip() { return report }
    let survey = try await DumpSurvey(
      listing, tables: inventories, footers: true, threadCount: options.threadCount,
      maxMemoryByteCount: options.maxMemoryByteCount, kept: kept, progress: progress)
    findings += try await verified(survey)
    let definitions = try tableDefinitions(survey.readings)
    let plan = try LoadPlan(
      tables: definitions, indexes: try indexes(on: definitions.map(\.1)),
      readings: survey.readings, options: options)
    var gone = try passGates(plan)
    try checkSpace(for: plan)
    guard target.isLive else { return try await load(plan, lease: nil, dropping: []) }
    let lease = try await takeLease()
    do {
      // Between the first look and the lease another load may have ended.
      let known = live?.lastLoad?.id
      live = try target.live(busyTimeout: options.busyTimeout)
      if live?.lastLoad?.id != known {
        if let report = try refuseOrSkip() {
          lease.release()
          return report
        }
        gone = try passGates(plan)
      }
      return try await load(plan, lease: lease, dropping: gone)
    } catch {
      lease.release()
      throw error
    }
  }

  /// Refuses `--allow-empty` for a table that is neither in the dump nor in the database: a slip of
  /// the pen would otherwise show only on the day it is needed.
  private func checkEmptiedTables() throws {
    for name in options.emptiedTables where live?[name] == nil {
      if listing.receipt.tables.contains(where: { isSameName($0.name, name) }) { continue }
      throw OperationError(
        .usage, "cannot allow table \(name) to be empty: the receipt has no such table",
        hint: "it has " + listing.receipt.tables.map(\.name).joined(separator: ", "))
    }
  }

  private func takeLease() async throws -> Lease {
    try await onOneThread { [target, options] isCancelled in
      try Lease(
        taking: target.path, owner: "receipt load", duration: options.leaseDuration,
        busyTimeout: options.busyTimeout, isCancelled: isCancelled)
    }
  }

  // MARK: Deciding

  /// What can be said by the receipt alone.
  ///
  /// - Returns: the report if there is nothing to do.
  private mutating func refuseOrSkip() throws -> LoadReport? {
    guard let live else { return nil }
    let timestamp = listing.receipt.timestamp
    // A table that has come to have no file is one to be emptied.
    let names = inventories.filter { !$0.files.isEmpty || live[$0.name] != nil }.map(\.name)
    let flags = options.conversion.flags
    if !options.reloads, !names.isEmpty, tablesGone(from: live).isEmpty,
      live.holds(names, of: timestamp, conversion: flags)
    {
      let tables = names.compactMap { live[$0]?.record }
      return report(tables, publishing: nil, databaseByteCount: 0, lockedSeconds: 0)
    }
    if !options.reloads, live.wasTakenBack(timestamp) {
      findings.append(
        Finding(
          .dumpRolledBack, at: Finding.Place(), "the dump was loaded and taken back by a rollback",
          hint: "--force loads it all the same; the next dump is loaded as ever."))
      return report(
        names.compactMap { live[$0]?.record }, publishing: nil, databaseByteCount: 0,
        lockedSeconds: 0)
    }
    let older = LoadGates(live: live, options: options).findings(of: timestamp, tables: names)
    try refuse(older)
    return nil
  }

  /// What changes from the live dump to this one.
  ///
  /// - Returns: the live tables that go.
  private mutating func passGates(_ plan: LoadPlan) throws -> [String] {
    guard let live else { return [] }
    let (found, gone) = gates(plan, against: live)
    try refuse(found)
    try target.check(live, replacing: plan.tables.map(\.inventory.name) + gone)
    return gone
  }

  /// Passes the gates once more, with the database locked: while the pages were built, its users
  /// may have made what would be lost now.
  ///
  /// - Parameters:
  ///   - database: the target, in the transaction that keeps others out.
  ///   - plan: what is loaded.
  ///   - gone: the live tables that go.
  /// - Throws: ``OperationError`` with `refused`.
  func passGatesAgain(
    in database: borrowing Database, _ plan: LoadPlan, dropping gone: [String]
  ) throws {
    let now = try LiveDump(database)
    let (found, goneNow) = gates(plan, against: now)
    guard Outcome(found) == .done, goneNow == gone else { throw refusal(found) }
    try target.check(now, replacing: plan.tables.map(\.inventory.name) + gone)
  }

  private func gates(
    _ plan: LoadPlan, against live: LiveDump
  ) -> (findings: [Finding], gone: [String]) {
    let gone = tablesGone(from: live)
    let tables = plan.tables.map { table in
      LoadGates.Table(
        name: table.inventory.name, rowCount: table.rowCount, columns: table.columns,
        columnNames: table.inventory.files.isEmpty ? nil : table.definition.columns.map(\.name))
    }
    return (
      LoadGates(live: live, options: options).findings(tables, gone: gone),
      gone.map(\.record.name)
    )
  }

  /// Live tables that the dump has not, when all of it is loaded.
  private func tablesGone(from live: LiveDump) -> [LiveDump.Table] {
    options.tables == nil ? live.tables(notIn: listing.receipt) : []
  }

  private mutating func refuse(_ findings: [Finding]) throws {
    let known = Set(self.findings)
    self.findings += findings.filter { !known.contains($0) }
    guard Outcome(findings) == .done else { throw refusal(findings) }
  }

  private func refusal(_ findings: [Finding]) -> OperationError {
    OperationError(
      .refused, "cannot load \(listing.store.description) into \(path): a gate refused it",
      hint: "nothing was changed", findings: findings)
  }

  /// Refuses a dump that is not sound, as far as it is to be looked at.
  private func verified(_ survey: DumpSurvey) async throws -> [Finding] {
    var findings: [Finding] = []
    if options.verification >= .quick { findings += survey.listing.check.findings }
    if options.verification >= .standard { findings += survey.findings }
    if options.verification == .deep {
      findings += try await DeepCheck(
        listing: survey.listing, threadCount: options.threadCount,
        maxMemoryByteCount: options.maxMemoryByteCount, kept: kept.all
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
}
