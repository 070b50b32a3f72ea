import Dump
import SQLiteTables

/// What a database knows of dumps: those that were loaded, and what a watch has seen.
struct HeldDumps: Sendable {
  /// The dumps of the ledger, the oldest first.
  let dumps: [DumpFacts]
  /// The tables that are live.
  let live: [TableFacts]
  let summary: Report.Database
  /// The receipts of all these, which prove dumps complete that have none at the location.
  let receipts: [Receipt]
  private let watched: WatchSnapshot?

  /// Reads the ledger of a database, and the state of a watch beside it; neither need be there.
  ///
  /// - Throws: ``OperationError`` and others if one is there and cannot be read.
  init(_ path: String, _ options: ReportOptions) throws {
    let state = options.statePath ?? WatchPlan.defaultStatePath(for: path)
    watched = try WatchSnapshot(path: state)
    let seen = try HeldDumps.receipts(inState: state)
    guard try TargetFile.exists(path, to: "read") else {
      dumps = []
      live = []
      receipts = HeldDumps.parsed(seen)
      summary = Report.Database(path: path, dumps: [])
      return
    }
    let database = try Database(path: TargetFile.resolved(path), mode: .readWrite)
    try database.begin(.read, waiting: options.busyTimeout) { Task.isCancelled }
    let dump = try LiveDump(database)
    receipts = HeldDumps.parsed(seen + dump.entries.map(\.receipt))
    var byLabel: [Timestamp: DumpFacts] = [:]
    for entry in dump.entries {
      let record = entry.record
      var facts =
        byLabel[record.timestamp]
        ?? DumpFacts(label: DumpLabel(record.timestamp), timestamp: record.timestamp)
      facts.loadedAt = record.finishedAt
      for table in record.tables {
        facts.tables.removeAll { isSameName($0.table.name, table.name) }
        facts.tables.append(TableFacts(table))
      }
      facts.tables.sort { $0.table.name < $1.table.name }
      byLabel[record.timestamp] = facts
    }
    dumps = byLabel.values.sorted { $0.timestamp < $1.timestamp }
    live = dump.tables.map { TableFacts($0.record) }
    let holder = try LeaseHolder(in: database)
    summary = Report.Database(
      path: path, dumps: Set(dump.tables.map(\.load.timestamp)).sorted(),
      loadedAt: dump.lastLoad?.finishedAt,
      loading: holder?.isHolding(at: .now) == true ? holder : nil)
  }

  private static func receipts(inState path: String) throws -> [String] {
    guard try TargetFile.exists(path, to: "read") else { return [] }
    let database = try Database(path: path, mode: .readWrite)
    try database.begin(.read, waiting: .seconds(10))
    return try IntakeRecord.all(in: database).map(\.receipt)
  }

  private static func parsed(_ texts: [String]) -> [Receipt] {
    texts.compactMap { try? Receipt(parsing: Array($0.utf8)) }
  }

  /// Adds to a dump at the location what the database knows of it.
  func tell(_ facts: inout DumpFacts) {
    if let seen = watched?.dumps.first(where: { $0.timestamp == facts.timestamp }) {
      facts.watched = seen.state
      facts.findings += seen.findings.filter { !facts.findings.contains($0) }
    }
    guard let held = dumps.first(where: { $0.timestamp == facts.timestamp }) else { return }
    facts.loadedAt = held.loadedAt
    for index in facts.tables.indices {
      let name = facts.tables[index].table.name
      guard let table = held.tables.first(where: { isSameName($0.table.name, name) }),
        let rows = table.table.rows
      else { continue }
      facts.tables[index].take(
        rows: rows, columns: table.columns ?? [], files: table.table.files,
        bytes: table.table.bytes, from: .ledger)
    }
  }
}
