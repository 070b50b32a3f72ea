import Dump
import Parquet
import SQLiteTables

/// Turns the files of a dump into the pages of a staged database, on several threads.
struct LoadBuild: Sendable {
  let plan: LoadPlan
  let listing: DumpListing
  let staged: StagedDatabase
  let progress: Progress

  /// Writes the rows of all tables.
  ///
  /// - Throws: what is wrong with a file or its values; `CancellationError`.
  func run() async throws {
    progress.begin("loading", total: plan.rowCount, unit: .rows)
    let prefetch = Prefetch(
      listing.store, jobs: plan.parts.map { PrefetchJob($0, in: listing) },
      maxMemoryByteCount: plan.options.maxMemoryByteCount)
    try await prefetch.during { [self] in
      try await onThreads(Array(plan.parts.indices), threadCount: plan.threadCount) { queue in
        var worker = LoadWorker(plan: plan, staged: staged, progress: progress)
        while let index = queue.next() {
          let reader = try prefetch.take(index)
          try worker.load(plan.parts[index], from: reader) { () throws(CancellationError) in
            try queue.checkStopped()
          }
        }
        try worker.finish()
      }
    }
  }

  /// Completes the database; every row that the footers promise must be in it.
  ///
  /// - Parameter entries: what its ledger is to hold, if it has one.
  /// - Throws: ``OperationError`` if rows are missing; `SQLiteError`.
  func finish(ledger entries: [Ledger.Entry]) throws {
    if !entries.isEmpty {
      try append(entries.map(\.row), to: staged.tables[plan.tables.count])
      try append(
        try entries.flatMap { try $0.tableRows() }, to: staged.tables[plan.tables.count + 1])
    }
    let rowCounts = try staged.finish()
    for (table, rowCount) in zip(plan.tables, rowCounts) where table.rowCount != rowCount {
      throw OperationError(
        .failed,
        "cannot load table \(table.inventory.name): its files have \(table.rowCount) rows but "
          + "\(rowCount) were written")
    }
  }

  private func append(_ rows: [[RowValue]], to table: TablePages) throws {
    var writer = LeafRunWriter(table, runByteCount: plan.options.pageByteCount)
    for (index, row) in rows.enumerated() { try writer.append(row: row, rowID: Int64(index) + 1) }
    try writer.finish()
  }
}

extension PrefetchJob {
  /// What loading a row group reads: its columns and the footer.
  fileprivate init(_ part: LoadPlan.Part, in listing: DumpListing) {
    self.init(listing.summary(of: part.file), ranges: part.ranges, placeCount: part.columnCount)
  }
}
