import Dump
import SQLiteTables
import Synchronization

/// What was found out about the rows that have changed, and what tells whether it still holds.
struct Comparison: Sendable {
  private let decisions: [ChangeSearch.Decision]
  /// The connection that has been open since before the live rows were read.
  let watched: WatchedDatabase
  /// Keeps the database's file open: closing it would drop the locks of the process's connections.
  private let found: SearchResult

  /// Compares, and keeps the lease meanwhile.
  init(
    _ search: ChangeSearch, _ lease: Lease, _ target: LoadTarget, _ options: LoadOptions
  ) async throws {
    let watched = try await onOneThread { isCancelled in
      try WatchedDatabase(
        path: target.path, waiting: options.busyTimeout, isCancelled: isCancelled)
    }
    let found = SearchResult()
    try await lease.keep {
      found.set(try await search.run { found.keepOpen($0) })
    }
    self.watched = watched
    self.found = found
    decisions = found.decisions
  }

  /// The tables of which only changed rows are written, by their positions in the plan.
  var changes: [Int: TableChanges] {
    var changes: [Int: TableChanges] = [:]
    for (index, decision) in decisions.enumerated() {
      if case .change(let found, _) = decision { changes[index] = found }
    }
    return changes
  }

  var findings: [Finding] {
    decisions.compactMap { decision in
      switch decision {
      case .replace(_, let finding): finding
      case .change: nil
      }
    }
  }

  /// The staged tables of these.
  func stagedTables(
    _ plan: LoadPlan
  ) throws(SQLiteError) -> [(table: Int, staged: RowChanges.Table)] {
    var tables: [(table: Int, staged: RowChanges.Table)] = []
    for (index, found) in changes.sorted(by: { $0.key < $1.key }) {
      tables.append(
        (
          index,
          try RowChanges.Table(
            plan.tables[index].definition, number: index + 1,
            counts: (found.changedCount, found.addedCount, Int64(found.removed.count)))
        ))
    }
    return tables
  }

  /// What the report says of each table.
  func applied(_ plan: LoadPlan) -> [String: LoadReport.Applied] {
    var applied: [String: LoadReport.Applied] = [:]
    for (table, decision) in zip(plan.tables, decisions) {
      switch decision {
      case .replace(let reason, _):
        applied[table.inventory.name] = LoadReport.Applied(mode: .replace, reason: reason)
      case .change(let found, let key):
        applied[table.inventory.name] = LoadReport.Applied(
          mode: .changes, key: key, added: found.addedCount,
          removed: Int64(found.removed.count), changed: found.changedCount)
      }
    }
    return applied
  }
}

/// Where a search leaves what it has found.
private final class SearchResult: Sendable {
  private let result = Mutex<([ChangeSearch.Decision], DatabaseSnapshot?)>(([], nil))

  func set(_ decisions: [ChangeSearch.Decision]) { result.withLock { $0.0 = decisions } }

  func keepOpen(_ snapshot: DatabaseSnapshot) { result.withLock { $0.1 = snapshot } }

  var decisions: [ChangeSearch.Decision] { result.withLock { $0.0 } }
}

extension LoadJob {
  /// What finds out which rows have changed; `nil` if all are to be written.
  func changeSearch(_ plan: LoadPlan) -> ChangeSearch? {
    guard target.way == .transaction, options.apply != .replace, keptDumpCount == 0,
      let live, live.lastLoad != nil
    else { return nil }
    return ChangeSearch(
      options: options, plan: plan, live: live, listing: listing, path: target.path,
      kept: kept, progress: progress)
  }
}
