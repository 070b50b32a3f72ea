import Dump
import ObjectStorage
import Parquet
import SQLiteTables
import Synchronization

/// Finds out for each table whether writing only its changed rows is possible and worth it.
///
/// What can be said by footers and schemas is said first. Then the keys and checksums of the live
/// rows are read, and those of a sample of the new ones; if these are not too many others, those of
/// all, which are a small part of what replacing the table costs.
struct ChangeSearch: Sendable {
  /// What is to be done with a table.
  enum Decision: Sendable {
    case change(TableChanges, key: [String])
    case replace(reason: String, finding: Finding?)
  }

  let options: LoadOptions
  let plan: LoadPlan
  let live: LiveDump
  let listing: DumpListing
  let path: String
  /// Files that are in memory already.
  let kept: KeptObjects
  let progress: Progress

  /// A table of fewer rows is replaced at once: there is nothing to win.
  private static let leastRowCount: Int64 = 5_000
  /// How much of a table's rows may change before replacing all is cheaper, in percent: each of them
  /// costs a page of the file, and one of its journal.
  private static let mostChangedPercent: Int64 = 6
  /// By how much the footers' row count may differ before nothing else is looked at, in percent.
  private static let mostMovedPercent: Int64 = 10
  /// How much of a sample may be others before the rest is not looked at: dumps are not shuffled, so
  /// that it may be far from the truth.
  private static let mostChangedOfSamplePercent: Int64 = 20
  /// Row groups of a sample; there is none of tables that have not many times more.
  private static let samplePartCount = 8
  /// What remembering a row that differs may take, in bytes.
  private static let bytesOfChange: Int64 = 128

  private var isForced: Bool { options.apply == .changes }

  /// A table whose rows are to be compared.
  private struct Candidate: Sendable {
    /// Its position in the plan.
    let index: Int
    let table: LoadPlan.Table
    let key: RowKey
  }

  /// Tables that are compared at once: while one waits for its last parts, the next is begun.
  private static let tableCountAtOnce = 2

  /// Decides for all tables.
  ///
  /// - Parameter keepOpen: is given what keeps the database's file open, which must not be closed
  ///   while others of the process may have locks on it.
  /// - Returns: a decision for each of the plan's tables.
  /// - Throws: ``OperationError``, `SQLiteError`; what reading throws.
  func run(keepOpen: @Sendable (DatabaseSnapshot) -> Void) async throws -> [Decision] {
    var decisions = try plan.tables.map { try byFooters($0) }
    let candidates = try decisions.indices.filter { decisions[$0] == nil }.compactMap { index in
      try key(of: plan.tables[index]).map {
        Candidate(index: index, table: plan.tables[index], key: $0)
      }
    }
    if !candidates.isEmpty {
      let snapshot = try await onOneThread { [path, options] _ in
        try DatabaseSnapshot(path: path, busyTimeout: options.busyTimeout, countsRows: false)
      }
      keepOpen(snapshot)
      progress.begin(
        "comparing", total: candidates.reduce(0) { $0 + $1.table.rowCount }, unit: .rows)
      let atOnce = min(ChangeSearch.tableCountAtOnce, candidates.count)
      try await withThrowingTaskGroup(of: (Int, Decision).self) { group in
        for (count, candidate) in candidates.enumerated() {
          if count >= atOnce, let (index, decision) = try await group.next() {
            decisions[index] = decision
          }
          group.addTask {
            (candidate.index, try await compare(candidate, snapshot, oneOf: atOnce))
          }
        }
        for try await (index, decision) in group { decisions[index] = decision }
      }
      try snapshot.endReading()
    }
    return decisions.map { $0 ?? .replace(reason: "its key is not known", finding: nil) }
  }

  private func key(of table: LoadPlan.Table) throws -> RowKey? {
    try RowKey(
      of: table.inventory.name, columns: table.definition.columns.map(\.name),
      given: options.keys)
  }

  /// What needs no look at any row.
  private func byFooters(_ table: LoadPlan.Table) throws -> Decision? {
    func replace(_ reason: String) -> Decision? { .replace(reason: reason, finding: nil) }
    let key = try key(of: table)
    guard let before = live[table.inventory.name] else { return replace("it is new") }
    guard before.load.conversion == options.conversion.flags,
      before.columns == table.definition.columns, before.record.columns == table.columns
    else { return replace("its columns are others") }
    guard let key else { return replace("it has no column \(RowKey.checksum)") }
    if !key.tellsRowsApart { return replace("its key is not known") }
    if !before.generatedColumns.isEmpty { return replace("it has generated columns") }
    if live.hasUniqueIndex(on: before.record.name) { return replace("it has a unique index") }
    let names = ["rowid", "_rowid_", "oid"]
    if before.columns.contains(where: { column in
      names.contains { isSameName($0, column.name) }
    }) {
      return replace("a column has the name of the rowid")
    }
    let wanted = plan.indexes.filter { isSameName($0.table, before.record.name) }
    if wanted.contains(where: { index in !before.indexes.contains { $0.isLike(index) } }) {
      return replace("it gets a new index")
    }
    if isForced { return nil }
    let rowCount = before.record.rows
    if rowCount < ChangeSearch.leastRowCount { return replace("it is small") }
    let moved = (table.rowCount - rowCount).magnitude
    if moved > UInt64(rowCount * ChangeSearch.mostMovedPercent / 100) {
      return replace("it had \(rowCount) rows and has \(table.rowCount)")
    }
    return nil
  }

  /// Compares all rows of a table by key and checksum, with its part of the memory.
  private func compare(
    _ candidate: Candidate, _ snapshot: DatabaseSnapshot, oneOf count: Int
  ) async throws -> Decision {
    let (table, key) = (candidate.table, candidate.key)
    let name = table.inventory.name
    guard let source = snapshot.tables.first(where: { isSameName($0.name, name) }) else {
      return .replace(reason: "it is not there any more", finding: nil)
    }
    let byteLimit = options.maxMemoryByteCount / Int64(count)
    let memory = KeyMemory(byteLimit: Int(clamping: byteLimit / 4), besides: path)
    let reading = KeyReading(
      key: key, conversion: options.conversion, threadCount: plan.threadCount,
      maxMemoryByteCount: byteLimit, kept: kept)
    let scheme = MarkScheme(
      keyColumnCount: key.columnCount, rowCount: max(table.rowCount, live[name]?.record.rows ?? 0))
    let old = MarkSet(scheme, memory: memory)
    let new = MarkSet(scheme, memory: memory)
    try await reading.collect(source, of: snapshot, into: old)
    var parts = plan.parts.filter { $0.table == candidate.index }
    if !isForced, parts.count >= 4 * ChangeSearch.samplePartCount {
      let step = parts.count / ChangeSearch.samplePartCount
      let sample = parts.indices.filter { $0 % step == step / 2 }
      try await reading.collect(
        sample.map { parts[$0] }, of: listing, into: new, progress: progress)
      let rowCount = new.side.rowCount
      let most = rowCount * ChangeSearch.mostChangedOfSamplePercent / 100
      let found = try await difference(old, new, limit: .max)
      if let decision = unusable(name, key, old, new, found) { return decision }
      let others = found.changedCount + found.addedCount
      if others > most {
        return .replace(
          reason: "\(100 * others / rowCount)% of a sample of \(rowCount) rows are others",
          finding: nil)
      }
      parts = parts.indices.filter { $0 % step != step / 2 }.map { parts[$0] }
    }
    try await reading.collect(parts, of: listing, into: new, progress: progress)
    return try await decide(name, key, old, new)
  }

  private func decide(
    _ name: String, _ key: RowKey, _ old: MarkSet, _ new: MarkSet
  ) async throws -> Decision {
    let rowCount = max(old.side.rowCount, new.side.rowCount)
    let remembered = options.maxMemoryByteCount / ChangeSearch.bytesOfChange
    let limit =
      isForced
      ? remembered : min(remembered, rowCount * ChangeSearch.mostChangedPercent / 100)
    let found: MarkDifference
    do {
      found = try await difference(old, new, limit: limit)
    } catch is TooManyChanges {
      return .replace(
        reason: limit == remembered
          ? "more than \(limit) of its rows are others, which --max-memory has no room for"
          : "more than \(ChangeSearch.mostChangedPercent)% of its rows are others",
        finding: nil)
    }
    return unusable(name, key, old, new, found) ?? .change(TableChanges(found), key: key.names)
  }

  /// What is to be done if the key does not tell rows apart; `nil` if it does.
  private func unusable(
    _ name: String, _ key: RowKey, _ old: MarkSet, _ new: MarkSet, _ found: MarkDifference
  ) -> Decision? {
    let sides = [
      (found.oldRepeatedKeyCount, old.side.nullKeyCount, "live"),
      (found.newRepeatedKeyCount, new.side.nullKeyCount, "new"),
    ]
    for (repeatedCount, nullCount, side) in sides {
      // Rows that are known by their checksum alone may be there several times.
      let counts = [(key.columns.isEmpty ? 0 : repeatedCount, "repeated"), (nullCount, "NULL")]
        .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " and ")
      if counts.isEmpty { continue }
      return .replace(
        reason: "its key does not tell its rows apart",
        finding: Finding(
          .keyUnusable, at: Finding.Place(table: name),
          "\(counts) keys among the \(side) rows: all rows were replaced",
          hint: "--key \(name)=COLUMN,… names columns that tell the rows apart."))
    }
    return nil
  }

  /// Compares part by part.
  ///
  /// - Throws: ``TooManyChanges`` if more rows than `limit` differ.
  private func difference(
    _ old: MarkSet, _ new: MarkSet, limit: Int64
  ) async throws -> MarkDifference {
    let whole = Mutex(MarkDifference())
    let count = Atomic<Int>(0)
    try await onThreads(Array(0..<old.partCount), threadCount: plan.threadCount) { queue in
      var found = MarkDifference()
      while let part = queue.next() {
        let more = try MarkDifference(from: old, to: new, part: part)
        let total = count.add(more.differenceCount, ordering: .relaxed).newValue
        if Int64(total) > limit { throw TooManyChanges() }
        found.add(more)
      }
      whole.withLock { $0.add(found) }
    }
    return whole.withLock { $0 }
  }
}

/// So much has changed that replacing is cheaper.
private struct TooManyChanges: Error {}
