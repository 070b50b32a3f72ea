import Dump
import ObjectStorage
import Warehouse

/// One run of a copy: decide, verify, plan, and run the plan.
struct CopyJob {
  var options: CopyOptions
  let progress: Progress
  let listing: DumpListing
  let start = ContinuousClock.now
  /// The tables that were chosen.
  let inventories: [TableInventory]

  init(options: CopyOptions, progress: Progress, listing: DumpListing) throws {
    self.options = options
    self.progress = progress
    self.listing = listing
    inventories = try CopyJob.tables(named: options.tables, in: listing)
    for name in options.emptiedTables where listing.receipt[name] == nil {
      throw OperationError(
        .usage, "cannot allow table \(name) to be empty: the receipt has no such table",
        hint: "it has " + listing.receipt.tables.map(\.name).joined(separator: ", "))
    }
    if options.warehouse.target != .duckdb, !listing.store.description.hasPrefix("s3://") {
      throw OperationError(
        .usage,
        "cannot copy \(listing.store.description) into \(options.warehouse.target.title): it reads "
          + "dumps from S3 only", hint: "name the s3:// location of the dump")
    }
  }

  private static func tables(
    named names: [String]?, in listing: DumpListing
  ) throws -> [TableInventory] {
    guard let names else { return listing.check.tables }
    for name in names where listing.receipt[name] == nil {
      throw OperationError(
        .usage, "cannot copy table \(name): the receipt has no such table",
        hint: "it has " + listing.receipt.tables.map(\.name).joined(separator: ", "))
    }
    return listing.check.tables.filter { names.contains($0.name) }
  }

  // MARK: Planning

  /// The plan, from what is known without the target.
  func plan() async throws -> CopyPlan {
    let (sources, findings) = try await verified()
    var plan = try plan(sources, present: options.targetTables)
    plan.findings = findings + plan.findings
    try refuse(plan.findings)
    if options.writesManifests { try await write(plan.manifests) }
    return plan
  }

  /// The plan for a target whose tables are known.
  func plan(_ sources: [SourceTable], present: [TargetTable]?) throws -> CopyPlan {
    try CopyPlan(
      sources, timestamp: listing.receipt.timestamp, location: listing.store.description,
      options: options.warehouse, present: present)
  }

  /// Reads the footers and refuses a dump that is not sound, as far as it is to be looked at.
  func verified() async throws -> ([SourceTable], [Finding]) {
    let survey = try await DumpSurvey(
      listing, tables: inventories, footers: true, threadCount: options.threadCount,
      maxMemoryByteCount: options.maxMemoryByteCount, progress: progress)
    var findings: [Finding] = []
    if options.verification >= .quick { findings += listing.check.findings }
    if options.verification >= .standard { findings += survey.findings }
    if options.verification == .deep {
      findings += try await DeepCheck(
        listing: listing, threadCount: options.threadCount,
        maxMemoryByteCount: options.maxMemoryByteCount
      ).run(survey.readings, progress: progress).flatMap(\.findings)
    }
    let outcome = Outcome(findings)
    guard outcome == .done else {
      throw OperationError(
        outcome, "cannot copy \(listing.store.description): the dump is not sound",
        hint: "`receipt verify` says more; nothing was changed", findings: findings)
    }
    return (try CopySource(survey: survey).tables(), findings)
  }

  /// Refuses a dump for its findings.
  func refuse(_ findings: [Finding]) throws {
    guard Outcome(findings) != .done else { return }
    throw OperationError(
      .refused,
      "cannot copy \(listing.store.description) into \(options.warehouse.target.title): a gate "
        + "refused it", hint: "nothing was changed", findings: findings)
  }

  /// Puts the manifests where the plan's statements look for them.
  func write(_ manifests: [CopyPlan.Manifest]) async throws {
    guard !manifests.isEmpty else { return }
    progress.begin("writing manifests", total: Int64(manifests.count))
    let connection = try S3Connection(options.s3)
    for manifest in manifests {
      let parts = manifest.url.split(separator: "/", omittingEmptySubsequences: false)
      let store = S3Store(try S3Location(parts.dropLast().joined(separator: "/")), connection)
      try await store.put(
        String(parts.last ?? ""), Array(manifest.content.utf8),
        options: PutOptions(contentType: "application/json"))
      progress.add(1)
    }
  }
}
