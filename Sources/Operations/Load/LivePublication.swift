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
    let database = try Database(path: target.path, mode: .readWrite)
    database.interrupt(when: isCancelled)
    // The file can be looked at when nobody is writing it; what comes before the transaction does.
    try database.begin(.read, waiting: busyTimeout, isCancelled: isCancelled)
    try database.execute("COMMIT")
    try database.setBusyTimeout(
      milliseconds: Int32(min(busyTimeout, .seconds(60)) / .milliseconds(1)))
    try staged.attach(to: database, as: LivePublication.stagedSchema)
    try Publication.prepare(database)
    let isWAL = try database.text("PRAGMA main.journal_mode") == "wal"
    try checkSpace(of: database, isWAL: isWAL)
    // Without a write-ahead log, pages in flight can only be written when nobody reads. Waiting for
    // that later, with half the work done, would hold up readers for longer, or take memory for all.
    try database.begin(.exclusive, waiting: busyTimeout, isCancelled: isCancelled)
    let clock = ContinuousClock()
    let start = clock.now
    var outcome = Outcome()
    do {
      try lease.check(in: database)
      try check(database)
      let publication = Publication(
        tables: tables, dropping: dropped, order: isWAL ? .oldTablesFirst : .newTablesFirst)
      let losses = try publication.run(in: database, from: LivePublication.stagedSchema) { table in
        progress.add(table.rowCount)
      }
      outcome.findings = losses.map(Finding.init)
      try Ledger.append(entry(), to: database)
      try lease.end(in: database)
      try database.execute("COMMIT")
    } catch {
      // SQLite may have rolled back already; then there is nothing more to undo.
      try? database.execute("ROLLBACK")
      throw error
    }
    outcome.seconds = start.duration(to: clock.now).inSeconds
    if isWAL { checkpoint(database) }
    return outcome
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
