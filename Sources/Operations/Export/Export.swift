import Dump
import FoundationEssentials
public import ObjectStorage
import Parquet
import Synchronization

/// Writes a dump as the vendor does: files first, `receipt.json` last: `receipt export`.
///
/// Until the receipt is replaced, everybody sees the dump that was there; a failure at any moment
/// leaves it in force.
public struct Export: Sendable {
  /// What may be chosen.
  public var options: ExportOptions
  /// The counters that a display may read.
  public let progress: Progress

  /// An export with options.
  public init(options: ExportOptions = ExportOptions(), progress: Progress = Progress()) {
    self.options = options
    self.progress = progress
  }

  /// Says what would be written.
  ///
  /// - Parameters:
  ///   - source: the database, file or folder.
  ///   - store: the destination.
  /// - Returns: the plan.
  /// - Throws: ``OperationError`` for everything that would stop the export before its first file.
  public func plan(_ source: String, to store: any ObjectStore) async throws -> ExportPlan {
    do {
      return try await prepare(source, store).plan
    } catch {
      throw OperationError(error)
    }
  }

  /// Writes a dump.
  ///
  /// - Parameters:
  ///   - source: the database, file or folder.
  ///   - store: the destination.
  /// - Returns: what was written.
  /// - Throws: ``OperationError``; the receipt is then the one that was there.
  public func run(_ source: String, to store: any ObjectStore) async throws -> ExportReport {
    do {
      let start = ContinuousClock.now
      let prepared = try await prepare(source, store)
      let manifest = try await write(prepared, to: store)
      return report(source, store, prepared, manifest, start)
    } catch {
      throw OperationError(error)
    }
  }

  /// What is known before the first file is written.
  private struct Prepared: Sendable {
    let plan: ExportPlan
    let source: any ExportSource
    let previous: CurrentReceipt?
  }

  private func prepare(_ source: String, _ store: any ObjectStore) async throws -> Prepared {
    let previous = try await CurrentReceipt(of: store)
    let timestamp = options.timestamp ?? .now
    let label = DumpLabel(timestamp)
    guard try await store.list(prefix: DumpKeys.folder(of: label)).isEmpty else {
      throw ExportClaim.alreadyThere(label, in: store)
    }
    if let previous, previous.receipt.timestamp >= timestamp, !options.allowsOlder {
      throw OperationError(
        .refused,
        "cannot export to \(store.description): its receipt is of "
          + "\(previous.receipt.timestamp), and this dump would be of \(timestamp)",
        hint: "consumers pass over a dump that is older; --allow-older writes it all the same")
    }
    let opened = try await onOneThread { [options] _ in try ExportSources.open(source, options) }
    guard !opened.tables.isEmpty else {
      throw OperationError(.failed, "cannot export \(source): it has no tables")
    }
    let plan = try await onOneThread { [options] _ in
      ExportPlan(
        timestamp: timestamp, label: label,
        tables: try opened.tables.map { table in
          try ExportCutting(options: options, source: opened).plan(table, in: label)
        })
    }
    return Prepared(plan: plan, source: opened, previous: previous)
  }

  // MARK: Writing

  private func write(_ prepared: Prepared, to store: any ObjectStore) async throws -> Manifest {
    let plan = prepared.plan
    try await ExportClaim.take(plan, in: store)
    do {
      let files = try await writeFiles(prepared, to: store)
      var manifest = Manifest(
        timestamp: plan.timestamp, exporter: "receipt \(options.toolVersion)",
        tables: zip(plan.tables, files).map { table, files in
          Manifest.Table(name: table.name, columns: table.columns, files: files)
        })
      try await checkListing(of: manifest, plan.label, in: store)
      var faults = ExportFaults(options.faults, of: manifest, in: store, options: options.writer)
      try await faults.apply()
      manifest = faults.manifest
      let receipt = try Receipt(manifest)
      try await store.put(
        DumpKeys.manifest(of: plan.label), try manifest.serialized(),
        options: PutOptions(contentType: "application/json"))
      try await store.put(
        DumpKeys.archivedReceipt(of: plan.timestamp), Array(receipt.serialized().utf8),
        options: PutOptions(contentType: "application/json"))
      try await ReceiptReplacement(store: store, previous: prepared.previous, receipt: receipt)
        .run()
      return manifest
    } catch let doubt as ReceiptReplacement.Doubt {
      throw doubt.error
    } catch {
      try await takeBack(plan, in: store, after: error)
      throw error
    }
  }

  private func writeFiles(
    _ prepared: Prepared, to store: any ObjectStore
  ) async throws -> [[Manifest.File]] {
    let plan = prepared.plan
    let rowCounts = plan.tables.map { $0.rows ?? $0.estimatedRows }
    let total = rowCounts.contains(nil) ? 0 : rowCounts.reduce(0) { $0 + ($1 ?? 0) }
    progress.begin("exporting", total: total, unit: .rows)
    let files = Mutex([[Manifest.File]](repeating: [], count: plan.tables.count))
    let jobs = plan.jobs(isRandomAccess: prepared.source.tables.map(\.isRandomAccess))
    try await onThreads(jobs, threadCount: options.threadCount) { [options, progress] queue in
      let writer = ExportWriter(
        plan: plan, source: prepared.source, store: store, options: options.writer,
        progress: progress)
      while let job = queue.next() {
        let written = try writer.write(job) { try queue.checkStopped() }
        files.withLock { $0[job.table] += written }
      }
    }
    // Threads end in any order.
    return files.withLock { $0.map { $0.sorted { $0.key < $1.key } } }
  }

  /// The store must list exactly what was written.
  private func checkListing(
    of manifest: Manifest, _ label: DumpLabel, in store: any ObjectStore
  ) async throws {
    for table in manifest.tables {
      let prefix = DumpKeys.folder(of: table.name, in: label) + "/"
      let listed = try await store.list(prefix: prefix)
      let expected = Dictionary(uniqueKeysWithValues: table.files.map { ($0.key, $0.bytes) })
      guard listed.count == expected.count,
        listed.allSatisfy({ expected[$0.key] == $0.byteCount })
      else {
        throw OperationError(
          .failed,
          "cannot export table \(table.name): \(expected.count) files were written to \(prefix), and "
            + "the store lists \(listed.count), or others")
      }
    }
  }

  // MARK: Failing

  /// Removes what was written, or says why it stays.
  private func takeBack(
    _ plan: ExportPlan, in store: any ObjectStore, after error: any Error
  ) async throws {
    let cause = OperationError(error)
    // A task of its own: this one may have been cancelled.
    let left = await Task { [options] () -> String? in
      do {
        if options.keepsFailed {
          let failure = ExportFailure(
            timestamp: plan.timestamp, failedAt: .now, message: cause.message)
          let encoder = JSONEncoder()
          encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
          try await store.put(
            DumpKeys.failure(of: plan.label), Array(try encoder.encode(failure)),
            options: PutOptions(contentType: "application/json"))
          try await store.delete(DumpKeys.manifest(of: plan.label))
          return nil
        }
        let archived = DumpKeys.archivedReceipt(of: plan.timestamp)
        let keys =
          try await store.list(prefix: DumpKeys.folder(of: plan.label)).map(\.key)
          + store.list(prefix: archived).map(\.key)
        guard let failure = try await store.delete(keys).first else { return nil }
        return "\(failure.key): \(failure.error.message)"
      } catch {
        return OperationError(error).message
      }
    }.value
    guard let left else { return }
    throw OperationError(
      cause.outcome, cause.message,
      hint: (cause.hint.map { $0 + "; " } ?? "")
        + "what was written to \(DumpKeys.folder(of: plan.label)) could not be removed (\(left))")
  }

  // MARK: Reporting

  private func report(
    _ source: String, _ store: any ObjectStore, _ prepared: Prepared, _ manifest: Manifest,
    _ start: ContinuousClock.Instant
  ) -> ExportReport {
    let tables = zip(manifest.tables, prepared.plan.tables).map { table, plan in
      ExportReport.Table(
        name: table.name, rows: table.rows, files: table.files.count, bytes: table.bytes,
        columns: table.columns.count, inferred: plan.isInferred ? plan.columns : nil)
    }
    return ExportReport(
      source: source, destination: store.description, timestamp: manifest.timestamp,
      previous: prepared.previous?.receipt.timestamp, tables: tables,
      rows: tables.reduce(0) { $0 + $1.rows }, files: tables.reduce(0) { $0 + $1.files },
      bytes: tables.reduce(0) { $0 + $1.bytes }, seconds: start.duration(to: .now).inSeconds,
      peakMemoryBytes: peakMemoryByteCount, traffic: store.traffic)
  }
}

/// What `_failed.json` says.
private struct ExportFailure: Encodable {
  let timestamp: Timestamp
  let failedAt: Timestamp
  let message: String

  private enum CodingKeys: String, CodingKey {
    case timestamp, message
    case failedAt = "failed_at"
  }
}
