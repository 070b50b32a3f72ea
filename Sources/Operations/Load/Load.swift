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

  /// Rows that are decoded at once by one thread.
  private static let batchRowCount = 1_024

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

  private func load(_ store: any ObjectStore, into target: String) async throws -> LoadReport {
    let clock = ContinuousClock()
    let start = clock.now
    let startedAt = Timestamp.now
    let placement = try TargetFile(target, replaces: options.replaces)
    let listing = try await DumpListing(store)
    let inventories = try chosenTables(of: listing)
    let readings = try await FooterReading(listing: listing, threadCount: options.threadCount)
      .run(inventories, progress: progress)
    let findings = try check(listing, inventories, readings)
    let loaded = inventories.filter { !$0.files.isEmpty }
    let mappings = try loaded.map { try mapping(of: $0, in: listing) }
    let plan = try LoadPlan(
      tables: loaded, readings: readings, mappings: mappings, options: options)

    let staged = try StagedDatabase(
      creating: placement.stagedPath, pageSize: try PageSize(options.pageByteCount),
      tables: plan.tables.map(\.definition) + [try LoadLedger.definition()])
    var tables: [LoadReport.Table] = []
    do {
      try await fill(staged, plan, listing)
      tables = plan.tables.map { table in
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
      _ = try staged.finish()
      try publishFile(at: placement.stagedPath, as: target)
    } catch {
      placement.removeStaged()
      throw error
    }
    return LoadReport(
      location: store.description, target: target, timestamp: listing.receipt.timestamp,
      tables: tables, rows: plan.rowCount, bytes: tables.reduce(0) { $0 + $1.bytes },
      databaseBytes: placement.byteCount, seconds: start.duration(to: clock.now).inSeconds,
      peakMemoryBytes: peakMemoryByteCount, findings: findings)
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

  private func check(
    _ listing: DumpListing, _ tables: [TableInventory], _ readings: [FileReading]
  ) throws -> [Finding] {
    let findings = listing.check.findings + readings.flatMap(\.findings)
    let outcome = Outcome(findings)
    guard outcome == .done else {
      throw OperationError(
        outcome, "cannot load \(listing.store.description): the dump is not sound",
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
      let context = ReadContext()
      var writer: LeafRunWriter?
      var table = -1
      while let part = queue.next() {
        if part.table != table {
          try writer.take()?.finish()
          writer = LeafRunWriter(staged.tables[part.table])
          table = part.table
        }
        try Load.load(part, plan, listing, context, &writer, progress)
      }
      try writer.take()?.finish()
    }
  }

  private static func load(
    _ part: LoadPlan.Part, _ plan: LoadPlan, _ listing: DumpListing, _ context: ReadContext,
    _ writer: inout LeafRunWriter?, _ progress: Progress
  ) throws {
    let source = ObjectSource(reader: try listing.open(part.file))
    let file = try ParquetFile(name: part.file.key, source: source)
    let mapping = TableMapping(file.schema, options: plan.options.conversion)
    let definition = plan.tables[part.table].definition
    guard try mapping.definition(named: definition.name) == definition else {
      throw OperationError(
        .corrupt,
        "cannot load \(part.file.key): its columns differ from those of its table's first file",
        hint: "`receipt verify` names the columns")
    }
    let reader = try RowGroupReader(
      file, rowGroup: part.rowGroup, source: source, context: context)
    guard reader.rowCount == part.rowCount else {
      throw OperationError(
        .transient, "cannot load \(part.file.key): the file changed while the dump was loaded")
    }
    let converter = BatchConverter(mapping, vectors: reader.columns)
    var rowID = part.firstRowID
    while true {
      let count = try reader.readBatch(rows: batchRowCount)
      if count == 0 { return }
      let columns = try converter.convert(rowCount: count, firstRowID: rowID)
      try writer?.append(columns: columns, rowCount: count, firstRowID: rowID)
      rowID += Int64(count)
      progress.add(Int64(count))
    }
  }
}
