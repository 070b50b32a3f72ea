import Dump
public import ObjectStorage
import SQLiteTables

/// Looks at the last dumps of a location, and at how they differ: `receipt report`.
///
/// Rows come from manifests and from the ledger of a database where these speak of the files that
/// are there, and else from the footers. Nothing is written.
public struct Reporting: Sendable {
  /// What may be chosen.
  public var options: ReportOptions
  /// The counters that a display may read.
  public let progress: Progress

  /// A report with options.
  public init(options: ReportOptions = ReportOptions(), progress: Progress = Progress()) {
    self.options = options
    self.progress = progress
  }

  /// Looks at a location.
  ///
  /// That dumps are broken, or that there are none, is a normal result.
  ///
  /// - Parameters:
  ///   - store: the location.
  ///   - s3: how S3 is reached.
  /// - Returns: what there is to see.
  /// - Throws: ``OperationError`` if the location cannot be listed or the database not be read.
  public func run(_ store: any ObjectStore, _ s3: S3Options) async throws -> Report {
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let held = try options.database.map { try HeldDumps($0, options) }
      let survey = try await ReportSurvey(
        store, limit: options.dumpLimit, known: held?.receipts ?? [], progress: progress)
      var notes: [String] = []
      var facts: [DumpFacts] = []
      for dump in survey.inventory.dumps {
        facts.append(try await self.facts(of: dump, survey, held, &notes))
      }
      if let held {
        let labels = Set(facts.map(\.label))
        facts += held.dumps.filter { !labels.contains($0.label) }
      }
      facts.sort { $0.timestamp < $1.timestamp }
      let dropped = facts.count - options.dumpLimit
      // What only the ledger knows goes first; the location's own are as many as were asked for.
      for _ in 0..<max(0, dropped) {
        guard let index = facts.firstIndex(where: { $0.state == nil }) else { break }
        facts.remove(at: index)
      }
      var report = Report(survey, facts, options, now: .now)
      report.notes += notes
      report.database = held?.summary
      report.comparison = try await comparison(facts, survey, held, s3, &report.notes)
      report.traffic = store.traffic
      report.seconds = start.duration(to: clock.now).inSeconds
      return report
    } catch {
      throw OperationError(error)
    }
  }

  // MARK: One dump

  private func facts(
    of dump: DumpInventory.Dump, _ survey: ReportSurvey, _ held: HeldDumps?, _ notes: inout [String]
  ) async throws -> DumpFacts {
    var facts = DumpFacts(
      label: dump.label, timestamp: dump.timestamp ?? dump.label.timestamp, state: dump.state,
      isCurrent: dump.isCurrent, isPinned: dump.isPinned)
    guard let listing = survey.listings[dump.label] else { return facts }
    let tables = listing.check.tables
    let isPromised = dump.timestamp != nil
    facts.tables = tables.map { TableFacts($0, isPromised: isPromised) }
    facts.fileSizes = Dictionary(
      tables.map { ($0.name, $0.files.map(\.byteCount)) }, uniquingKeysWith: { first, _ in first })
    if isPromised { facts.findings = listing.check.findings }
    held?.tell(&facts)
    do {
      if isPromised, dump.objects.contains(where: { $0.key == DumpKeys.manifest(of: dump.label) }) {
        try await addManifest(of: listing, to: &facts)
      }
      if dump.state != .inFlight { try await addFooters(of: listing, to: &facts) }
    } catch let error as StorageError where [.changed, .notFound].contains(error.code) {
      notes.append("dump \(dump.label) changed while it was looked at: \(error.message)")
    }
    return facts
  }

  private func addManifest(of listing: DumpListing, to facts: inout DumpFacts) async throws {
    switch try await Manifest.of(listing.receipt, in: listing.store) {
    case .success(let manifest):
      facts.findings += ManifestCheck(manifest).findings(listing.check.tables)
      for index in facts.tables.indices {
        guard let table = manifest[facts.tables[index].table.name] else { continue }
        facts.tables[index].take(
          rows: table.rows, columns: table.columns, files: table.files.count, bytes: table.bytes,
          from: .manifest)
        if facts.tables[index].table.rows == 0, facts.tables[index].table.files > 0 {
          facts.findings.append(
            Finding(
              .tableEmpty, at: Finding.Place(table: table.name),
              "the manifest says that its files have no rows"))
        }
      }
    case .failure(let failure): facts.findings.append(failure.finding)
    case nil: break
    }
  }

  /// Files whose footers are read at once, at least: their columns are in memory meanwhile.
  private static let batchFileCount = 256

  /// Reads the footers of the tables of which nobody else says how many rows they have.
  private func addFooters(of listing: DumpListing, to facts: inout DumpFacts) async throws {
    let wanted = Set(facts.tables.filter { $0.table.rows == nil }.map(\.table.name))
    var batch: [TableInventory] = []
    for table in listing.check.tables where wanted.contains(table.name) {
      batch.append(table)
      if batch.reduce(0, { $0 + $1.files.count }) < Self.batchFileCount { continue }
      try await addFooters(of: batch, listing, to: &facts)
      batch = []
    }
    if !batch.isEmpty { try await addFooters(of: batch, listing, to: &facts) }
  }

  private func addFooters(
    of tables: [TableInventory], _ listing: DumpListing, to facts: inout DumpFacts
  ) async throws {
    let survey = try await self.survey(listing, tables)
    facts.findings += survey.findings
    for table in survey.tables {
      guard let index = facts.tables.firstIndex(where: { $0.table.name == table.line.name }) else {
        continue
      }
      facts.tables[index].take(rows: table.line.rows, columns: table.columns, from: .footers)
    }
  }

  func survey(
    _ listing: DumpListing, _ tables: [TableInventory]? = nil
  ) async throws -> DumpSurvey {
    try await DumpSurvey(
      listing, tables: tables, footers: true, threadCount: options.threadCount,
      maxMemoryByteCount: options.maxMemoryByteCount, progress: progress)
  }
}
