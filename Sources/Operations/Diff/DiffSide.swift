import Dump
import ObjectStorage
import SQLiteTables

/// One of the two things that are compared: a dump, or a database that one was loaded into.
enum DiffSide: Sendable {
  case dump(DumpSurvey)
  case database(DatabaseSnapshot, path: String, tables: [DatabaseTable])

  /// A table that a load has left in a database.
  struct DatabaseTable: Sendable {
    let source: SourceTable
    let record: LoadRecord.Table
    let timestamp: Timestamp
  }

  /// What is at a location.
  ///
  /// - Parameters:
  ///   - text: the path of a database or directory, or a URL.
  ///   - dump: an earlier dump of it; `nil` for the one in force, or the live tables.
  ///   - s3: how S3 is reached.
  ///   - names: the tables wanted; `nil` for all.
  ///   - options: how it is read.
  ///   - progress: the counters to raise.
  /// - Throws: ``OperationError`` and others if it cannot be read.
  init(
    _ text: String, _ dump: DumpName?, _ s3: S3Options, tables names: [String]?,
    options: DiffOptions,
    progress: Progress
  ) async throws {
    if !text.contains("://"), try DatabaseSnapshot.isDatabase(at: text) {
      let path = TargetFile.resolved(text)
      let live = try LiveDump(path: path, busyTimeout: options.busyTimeout)
      let snapshot = try DatabaseSnapshot(path: path, busyTimeout: options.busyTimeout)
      self = .database(
        snapshot, path: text,
        tables: try DiffSide.tables(of: live, dump, in: text).filter {
          names?.contains($0.record.name) ?? true
        }.compactMap { name, record, timestamp in
          snapshot.tables.first { isSameName($0.name, name) }
            .map { DatabaseTable(source: $0, record: record, timestamp: timestamp) }
        })
      return
    }
    let listing = try await DumpListing(Location.holding(dump, Location.store(text, s3)))
    let inventories = listing.check.tables.filter { names?.contains($0.name) ?? true }
    self = .dump(
      try await DumpSurvey(
        listing, tables: inventories, footers: true, threadCount: options.threadCount,
        maxMemoryByteCount: options.maxMemoryByteCount, progress: progress))
  }

  /// The live tables of a database, or those that it has of a dump, with what they are called.
  private static func tables(
    of live: LiveDump, _ dump: DumpName?, in path: String
  ) throws -> [(name: String, record: LoadRecord.Table, timestamp: Timestamp)] {
    let all = live.tables.map { ($0.record.name, $0.record, $0.load.timestamp) }
    guard let dump else { return all }
    let kept = live.keptTables.map { ($0.name, $0.record, $0.entry.record.timestamp) }
    let tables = (all + kept).filter { dump.names($0.2) }
    if tables.isEmpty {
      let others = Set((all + kept).map(\.2)).sorted(by: >).map(\.description)
      throw OperationError(
        .failed, "cannot compare dump \(dump) of \(path): it has no tables of that dump",
        hint: others.isEmpty
          ? "nothing was loaded into it" : "it has those of " + others.joined(separator: ", "))
    }
    return tables
  }

  var side: DiffReport.Side {
    switch self {
    case .dump(let survey):
      DiffReport.Side(
        location: survey.listing.store.description, timestamp: survey.listing.receipt.timestamp)
    case .database(_, let path, let tables):
      DiffReport.Side(
        location: path,
        timestamp: Set(tables.map(\.timestamp)).count == 1 ? tables[0].timestamp : nil)
    }
  }

  var tableNames: [String] {
    switch self {
    case .dump(let survey): survey.tables.map(\.line.name)
    case .database(_, _, let tables): tables.map(\.record.name)
    }
  }

  /// How much there is of a table, and its columns as the files have them.
  ///
  /// - Throws: ``OperationError`` if a footer cannot be read.
  func size(of name: String) throws -> (DiffReport.Size, [Column])? {
    switch self {
    case .dump(let survey):
      guard let table = survey.tables.first(where: { isSameName($0.line.name, name) }) else {
        return nil
      }
      for reading in survey.readings where reading.table == table.line.name {
        _ = try reading.facts.get()
      }
      return (
        DiffReport.Size(
          files: table.line.files, rows: table.line.rows ?? 0, bytes: table.line.bytes),
        table.columns ?? []
      )
    case .database(_, _, let tables):
      guard let table = tables.first(where: { isSameName($0.record.name, name) }) else {
        return nil
      }
      return (
        DiffReport.Size(
          files: table.record.files, rows: table.source.rowCount, bytes: table.record.bytes),
        table.record.columns
      )
    }
  }

  /// The names of a table's columns in a database.
  func columnNames(of name: String, _ conversion: ConversionOptions) throws -> [String] {
    switch self {
    case .dump(let survey):
      guard let reading = survey.readings.first(where: { isSameName($0.table, name) }) else {
        return []
      }
      return try FileSchema.columnNames(reading.file, of: survey.listing, conversion)
    case .database(_, _, let tables):
      return tables.first { isSameName($0.record.name, name) }?.source.columns.map(\.name) ?? []
    }
  }

  /// Reads the keys of a table's rows.
  func collect(
    _ name: String, _ reading: KeyReading, into runs: KeyRuns, progress: Progress
  ) async throws {
    switch self {
    case .dump(let survey):
      let files = survey.readings.filter { isSameName($0.table, name) }
      try await reading.collect(
        try LoadPlan.parts(of: files), of: survey.listing, into: runs, progress: progress)
    case .database(let snapshot, _, let tables):
      guard let table = tables.first(where: { isSameName($0.record.name, name) }) else { return }
      try await reading.collect(table.source, of: snapshot, into: runs)
      progress.add(table.source.rowCount)
    }
  }
}
