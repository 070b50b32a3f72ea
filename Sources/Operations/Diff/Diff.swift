import Dump
public import ObjectStorage
public import SQLiteTables

/// What a comparison may choose.
public struct DiffOptions: Sendable {
  /// The tables to compare; `nil` for all.
  public var tables: [String]?
  /// Whether rows are compared, by their keys and checksums.
  public var comparesRows = false
  /// Keys of tables; without one the presets' are used.
  public var keys: [TableKey] = []
  /// How many rows that differ are named for each table.
  public var exampleLimit = 10
  /// How values are converted before keys are compared.
  public var conversion = ConversionOptions()
  /// How long to wait for other users of a database.
  public var busyTimeout = Duration.seconds(60)
  /// Threads that read.
  public var threadCount = availableProcessorCount
  /// Bytes of memory that may be taken; sorted keys beyond a part of it go to a file.
  public var maxMemoryByteCount: Int64 = 256 << 20

  /// The defaults.
  public init() {}
}

/// Says what differs between two dumps: `receipt diff`.
///
/// Each of the two is a dump or a database that one was loaded into. Rows are compared by
/// `row_checksum`: what is in memory or beside a database in a file is keys and checksums only.
public struct Diff: Sendable {
  /// What may be chosen.
  public var options: DiffOptions
  /// The counters that a display may read.
  public let progress: Progress

  /// A comparison with options.
  public init(options: DiffOptions = DiffOptions(), progress: Progress = Progress()) {
    self.options = options
    self.progress = progress
  }

  /// Compares two locations.
  ///
  /// - Parameters:
  ///   - old: the path of a directory or database, or an `s3://` URL.
  ///   - new: the same.
  ///   - dumps: earlier dumps of the two; `nil` for what is in force at a location, or live in a
  ///     database.
  ///   - s3: how S3 is reached.
  /// - Returns: what differs; that anything does is a normal result.
  /// - Throws: ``OperationError`` if either cannot be read.
  public func run(
    _ old: String, _ new: String, dumps: (old: DumpName?, new: DumpName?) = (nil, nil),
    _ s3: S3Options
  ) async throws -> DiffReport {
    let clock = ContinuousClock()
    let start = clock.now
    do {
      var report = try await run(
        DiffSide(old, dumps.old, s3, tables: options.tables, options: options, progress: progress),
        DiffSide(new, dumps.new, s3, tables: options.tables, options: options, progress: progress))
      report.seconds = start.duration(to: clock.now).inSeconds
      return report
    } catch {
      throw OperationError(error)
    }
  }

  /// Compares two sides that were looked at.
  func run(_ old: DiffSide, _ new: DiffSide) async throws -> DiffReport {
    let names = Set(old.tableNames + new.tableNames).sorted()
    for name in options.tables ?? [] where !names.contains(name) {
      throw OperationError(
        .usage, "cannot compare table \(name): neither of the two has such a table")
    }
    var tables: [DiffReport.Table] = []
    for name in names { tables.append(try await compare(name, old, new)) }
    return DiffReport(old: old.side, new: new.side, tables: tables, seconds: 0)
  }

  private func compare(
    _ name: String, _ old: DiffSide, _ new: DiffSide
  ) async throws -> DiffReport.Table {
    let before = try old.size(of: name)
    let after = try new.size(of: name)
    var table = DiffReport.Table(
      name: name, old: before?.0, new: after?.0, columns: [], rows: nil, rowsSkipped: nil)
    guard let before, let after else { return table }
    if !before.1.isEmpty, !after.1.isEmpty {
      table.columns = SchemaDifference(from: before.1, to: after.1).changes
    }
    guard options.comparesRows else { return table }
    let names = try [old, new].map { try $0.columnNames(of: name, options.conversion) }
    let common =
      names[0].isEmpty
      ? names[1]
      : names[1].isEmpty
        ? names[0]
        : names[0].filter { one in
          names[1].contains { isSameName($0, one) }
        }
    guard let key = try RowKey(of: name, columns: common, given: options.keys) else {
      table.rowsSkipped = "it has no column \(RowKey.checksum)"
      return table
    }
    table.rows = try await compareRows(name, key, old, new, before.0.rows + after.0.rows)
    return table
  }

  private func compareRows(
    _ name: String, _ key: RowKey, _ old: DiffSide, _ new: DiffSide, _ rowCount: Int64
  ) async throws -> DiffReport.Rows {
    progress.begin("comparing \(name)", total: rowCount, unit: .rows)
    let memory = KeyMemory(
      byteLimit: Int(clamping: options.maxMemoryByteCount / 4), besides: DiffScratch.path)
    let reading = KeyReading(
      key: key, conversion: options.conversion, threadCount: options.threadCount,
      maxMemoryByteCount: options.maxMemoryByteCount)
    let sides = [old, new].map { _ in
      KeyRuns(columnCount: key.readColumns.count, memory: memory)
    }
    try await old.collect(name, reading, into: sides[0], progress: progress)
    try await new.collect(name, reading, into: sides[1], progress: progress)
    return try await onOneThread { [options] isCancelled in
      var examples: [DiffReport.Row] = []
      var counts: [DiffReport.Row.Kind: Int] = [:]
      let found = try RowDifference(
        from: sides[0], to: sides[1], keyColumnCount: key.columnCount
      ) { change, text in
        let kind: DiffReport.Row.Kind =
          switch change {
          case .added: .added
          case .removed: .removed
          case .changed: .changed
          }
        counts[kind, default: 0] += 1
        if counts[kind, default: 0] <= options.exampleLimit {
          examples.append(DiffReport.Row(kind: kind, key: text()))
        }
        if isCancelled() { throw CancellationError() }
      }
      return DiffReport.Rows(
        key: key.names, added: found.addedCount,
        removed: found.removedCount, changed: found.changedCount, same: found.sameCount,
        repeatedKeys: max(found.old.repeatedKeyCount, found.new.repeatedKeyCount),
        examples: examples)
    }
  }
}
