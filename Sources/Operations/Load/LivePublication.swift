import Dump
import SQLiteTables

/// The moment of a load into a database that is in use: one transaction replaces all tables and
/// writes the ledger.
struct LivePublication: Sendable {
  /// What it led to.
  struct Outcome: Sendable {
    var findings: [Finding] = []
    /// How long the database was locked for writers, and without a write-ahead log for readers.
    var seconds = 0.0
  }

  let target: LoadTarget
  let lease: Lease
  let staged: StagedDatabase
  let tables: [Publication.Table]
  let dropped: [String]
  /// Tables that are put aside instead, with what their names get behind them.
  let kept: [String: String]
  /// Whether the planner is told what is in the new tables.
  let analyzes: Bool
  /// Tables of which only some rows are written.
  var changes: [RowChanges.Table] = []
  /// Whether SQLite looks through the tables of which some rows are written, before the commit.
  var checks = false
  /// What tells whether the rows are still those that the new ones were compared with.
  var watched: WatchedDatabase?
  let busyTimeout: Duration
  let progress: Progress

  private static let stagedSchema = "receipt_staged"

  /// Publishes.
  ///
  /// - Parameters:
  ///   - check: looks at the locked database and refuses it; nothing has been changed yet.
  ///   - entry: makes the ledger's row when everything else has been done.
  ///   - isCancelled: asked while it waits and copies.
  /// - Returns: what others have lost by it.
  /// - Throws: ``OperationError``, `SQLiteError`; the database is then as it was.
  func run(
    check: (borrowing Database) throws -> Void, entry: () -> Ledger.Entry,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws -> Outcome {
    // The file can be looked at when nobody is writing it; what comes before the transaction does.
    let watched =
      try self.watched
      ?? WatchedDatabase(path: target.path, waiting: busyTimeout, isCancelled: isCancelled)
    return try run(in: watched, check: check, entry: entry, isCancelled: isCancelled)
  }

  private func run(
    in watched: WatchedDatabase, check: (borrowing Database) throws -> Void,
    entry: () -> Ledger.Entry, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> Outcome {
    watched.database.interrupt(when: isCancelled)
    try watched.database.setBusyTimeout(
      milliseconds: Int32(min(busyTimeout, .seconds(60)) / .milliseconds(1)))
    try staged.attach(to: watched.database, as: LivePublication.stagedSchema)
    try Publication.prepare(watched.database)
    let isWAL = try watched.database.text("PRAGMA main.journal_mode") == "wal"
    try checkSpace(of: watched.database, isWAL: isWAL)
    // Without a write-ahead log, pages in flight can only be written when nobody reads. Waiting for
    // that later, with half the work done, would hold up readers for longer, or take memory for all.
    try watched.database.begin(.exclusive, waiting: busyTimeout, isCancelled: isCancelled)
    let clock = ContinuousClock()
    let start = clock.now
    var outcome = Outcome()
    do {
      try lease.check(in: watched.database)
      if !changes.isEmpty, try watched.hasChanged() { throw StaleComparison() }
      try check(watched.database)
      let publication = Publication(
        tables: tables, dropping: dropped, keeping: kept, analyzes: analyzes,
        order: isWAL ? .oldTablesFirst : .newTablesFirst)
      let losses = try publication.run(in: watched.database, from: LivePublication.stagedSchema) {
        table in
        progress.add(table.rowCount)
      }
      outcome.findings = losses.map(Finding.init)
      outcome.findings += try RowChanges(changes, analyzes: analyzes).run(
        in: watched.database, from: LivePublication.stagedSchema
      ) { table in
        progress.add(table.counts.changed + table.counts.added)
      }.map(Finding.init)
      if checks { try checkChanged(in: watched.database) }
      try Ledger.append(entry(), to: watched.database)
      try lease.end(in: watched.database)
      try watched.database.execute("COMMIT")
    } catch {
      // SQLite may have rolled back already; then there is nothing more to undo.
      try? watched.database.execute("ROLLBACK")
      throw error
    }
    outcome.seconds = start.duration(to: clock.now).inSeconds
    if isWAL { checkpoint(watched.database) }
    return outcome
  }

  /// Refuses tables that SQLite complains of; what is written to them is only a part of them.
  private func checkChanged(in database: borrowing Database) throws {
    progress.begin("checking", total: Int64(changes.count))
    for change in changes {
      let name = change.definition.name
      if let complaint = try database.quickCheck(of: name) {
        throw OperationError(
          .failed,
          "cannot write the changed rows of table \(name) into \(target.path): the table does not "
            + "pass SQLite's check: \(complaint)",
          hint: "nothing was changed; --apply replace writes all its rows anew")
      }
      progress.add(1)
    }
  }

  /// Brings the log into the file; where readers hold it up, another checkpoint will do it.
  private func checkpoint(_ database: borrowing Database) {
    try? database.execute("PRAGMA main.wal_checkpoint(PASSIVE)")
    try? database.setBusyTimeout(milliseconds: 1_000)
    try? database.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
  }

  private func checkSpace(of database: borrowing Database, isWAL: Bool) throws {
    let stagedByteCount = Int64(staged.byteCount)
    let pageByteCount = try database.integer("PRAGMA main.page_size")
    let free = try database.integer("PRAGMA main.freelist_count") * pageByteCount
    let growth = max(0, stagedByteCount - free)
    try DiskSpace.check(
      for: target.path, needs: isWAL ? stagedByteCount : growth, what: "publish into")
  }
}

/// Somebody has written to the database since the new rows were compared with its own.
struct StaleComparison: Error {}

extension Finding {
  /// The finding that says what somebody has lost.
  init(_ loss: Publication.Loss) {
    let object = loss.object
    switch object.kind {
    case .index:
      self.init(
        .indexLost, at: Place(table: object.table),
        "the index \(object.name) could not be made again: \(loss.reason)",
        hint: "It was: \(object.sql)")
    case .trigger:
      self.init(
        .triggerLost, at: Place(table: object.table),
        "the trigger \(object.name) could not be made again: \(loss.reason)",
        hint: "It was: \(object.sql)")
    case .table, .view:
      self.init(
        .viewBroken, at: Place(table: object.name),
        "the view can no longer be read: \(loss.reason)")
    }
  }
}
