import Dump
import Parquet
import SQLiteTables
import Synchronization

/// Turns the files of a dump into the pages of a staged database, on several threads.
struct LoadBuild: Sendable {
  let plan: LoadPlan
  let listing: DumpListing
  let staged: StagedDatabase
  /// Files that are in memory already.
  let kept: KeptObjects
  let progress: Progress
  /// The tables of which only changed rows are written, by their positions.
  var changes: [Int: TableChanges] = [:]
  /// What was found out about the indexes.
  let statistics = BuiltStatistics()

  /// Writes the rows of all tables.
  ///
  /// - Throws: what is wrong with a file or its values; `CancellationError`.
  func run() async throws {
    let parts = plan.parts.filter { changes[$0.table]?.places(in: $0).isEmpty != true }
    let rowCount = plan.tables.indices.reduce(0) { $0 + self.rowCount(ofTable: $1) }
    progress.begin("loading", total: rowCount, unit: .rows)
    let prefetch = Prefetch(
      listing.store, jobs: parts.map { PrefetchJob($0, in: listing) },
      maxMemoryByteCount: plan.options.maxMemoryByteCount, kept: kept.takeAll())
    try await prefetch.during { [self] in
      try await onThreads(Array(parts.indices), threadCount: plan.threadCount) { queue in
        var worker = LoadWorker(plan: plan, staged: staged, progress: progress)
        while let index = queue.next() {
          let reader = try prefetch.take(index)
          let part = parts[index]
          try worker.load(part, changes[part.table], from: reader) { () throws(CancellationError) in
            try queue.checkStopped()
          }
        }
        try worker.finish()
      }
    }
    try await buildIndexes()
  }

  /// Writes the pages of the indexes, whose keys have all come by now.
  private func buildIndexes() async throws {
    try await onThreads(staged.indexes.indices.sorted(), threadCount: plan.threadCount) { queue in
      while let index = queue.next() {
        let found = try staged.indexes[index].build { try queue.checkStopped() }
        statistics.set(found, at: index)
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
    if let table = staged.statistics {
      try append(
        staged.indexes.enumerated().compactMap { index, staged in
          statistics[index]?.text.map {
            [.text(staged.definition.table), .text(staged.definition.name), .text($0)]
          }
        }, to: table)
    }
    let rowCounts = try staged.finish()
    for (index, table) in plan.tables.enumerated() {
      let expected = self.rowCount(ofTable: index)
      guard expected == rowCounts[index] else {
        throw OperationError(
          .failed,
          "cannot load table \(table.inventory.name): its files have \(expected) rows but "
            + "\(rowCounts[index]) were written")
      }
    }
  }

  /// The rows of a table that are built.
  private func rowCount(ofTable index: Int) -> Int64 {
    changes[index].map { Int64($0.written.count) } ?? plan.tables[index].rowCount
  }

  /// Says beside the changed rows what becomes of them.
  ///
  /// - Parameter changed: the staged tables, behind those of the plan.
  /// - Throws: `SQLiteError`.
  func writeChanges(_ changed: [(table: Int, staged: RowChanges.Table)]) throws {
    var next = plan.tables.count
    for (table, _) in changed {
      guard let changes = changes[table] else { continue }
      let places = changes.replaced.enumerated()
      let replacing = places.compactMap { place, live in live.map { ($0, Int64(place) + 1) } }
      // In the order of the rows that are there, page after page.
      try append(
        replacing.sorted { $0.0 < $1.0 }.map { [.integer($0.0), .integer($0.1)] },
        to: staged.tables[next])
      try append(
        places.filter { $0.element == nil }.map { [.integer(Int64($0.offset) + 1)] },
        to: staged.tables[next + 1])
      try append(changes.removed.map { [.integer($0)] }, to: staged.tables[next + 2])
      next += 3
    }
  }

  /// The indexes of a table that are built, with what was found out about them.
  func indexes(of table: TableDefinition) -> [Publication.Index] {
    staged.indexes.enumerated().filter { isSameName($0.element.definition.table, table.name) }
      .map { Publication.Index($0.element.definition, statistics: statistics[$0.offset]?.text) }
  }

  private func append(_ rows: [[RowValue]], to table: TablePages) throws {
    var writer = LeafRunWriter(table, runByteCount: plan.options.pageByteCount)
    for (index, row) in rows.enumerated() { try writer.append(row: row, rowID: Int64(index) + 1) }
    try writer.finish()
  }
}

/// What was found out about indexes while they were built, by their positions.
final class BuiltStatistics: Sendable {
  private let found = Mutex<[Int: IndexStatistics]>([:])

  func set(_ statistics: IndexStatistics, at index: Int) {
    found.withLock { $0[index] = statistics }
  }

  subscript(index: Int) -> IndexStatistics? { found.withLock { $0[index] } }
}

extension PrefetchJob {
  /// What loading a row group reads: its columns and the footer.
  fileprivate init(_ part: LoadPlan.Part, in listing: DumpListing) {
    self.init(listing.summary(of: part.file), ranges: part.ranges, placeCount: part.columnCount)
  }
}
