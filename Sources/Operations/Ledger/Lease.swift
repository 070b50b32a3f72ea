import Dump
import Glibc
import SQLiteTables

/// The right to load into a database, which one process has at a time.
///
/// It is a row of the table `receipt_lease` and lasts as long as its holder renews it. A holder that
/// stops doing so, because it was killed or has lost its disk, loses it: to the next one at once if
/// it was a process of the same system that is gone, and otherwise when the row says so. Each holder
/// has a higher fencing number; the transaction that publishes compares it, so that one who has lost
/// the lease without knowing cannot publish. The numbers begin anew with a file that takes the place
/// of another, and when somebody has emptied the table; so the rest of the row is compared as well.
struct Lease: Sendable {
  static let tableName = "receipt_lease"

  static func definition() throws(SQLiteError) -> TableDefinition {
    try TableDefinition(
      name: tableName,
      columns: [
        .init("owner", .text), .init("host", .text), .init("pid", .integer),
        .init("process", .text), .init("taken_at", .text), .init("heartbeat_at", .text),
        .init("expires_at", .text), .init("fencing", .integer),
      ])
  }

  let path: String
  let duration: Duration
  let busyTimeout: Duration
  /// The number of this lease; every later one of the same file has a higher.
  let fencing: Int64
  private let takenAt: Timestamp

  /// Takes the lease of a database; the ledger's tables are made if they are missing.
  ///
  /// - Parameters:
  ///   - path: the database.
  ///   - owner: who takes it, for people.
  ///   - duration: how long it lasts unless it is renewed.
  ///   - busyTimeout: how long to wait for the database's own lock.
  ///   - isCancelled: asked while waiting.
  /// - Throws: ``OperationError`` with `locked` if another process has it.
  init(
    taking path: String, owner: String, duration: Duration, busyTimeout: Duration,
    isCancelled: () -> Bool
  ) throws {
    self.path = path
    self.duration = duration
    self.busyTimeout = busyTimeout
    let database = try Database(path: path, mode: .readWrite)
    // A commit without a write-ahead log needs the exclusive lock, and waits badly for it.
    try database.begin(.exclusive, waiting: busyTimeout, isCancelled: isCancelled)
    try Ledger.create(in: database)
    let now = Timestamp.now
    takenAt = now
    let holder = try LeaseHolder(in: database)
    if let holder, holder.isHolding(at: now) {
      throw OperationError(
        .locked, "cannot load into \(path): \(holder.description) is loading into it",
        hint: "wait for it; if it is gone, its lease ends at \(holder.expiresAt)")
    }
    fencing = try database.integer("SELECT max(fencing) FROM main.\(Lease.tableName)") + 1
    try database.execute("DELETE FROM main.\(Lease.tableName)")
    let insert = try database.prepare(
      "INSERT INTO main.\(Lease.tableName) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    try insert.bind(owner, at: 1)
    try insert.bind(ThisProcess.hostName, at: 2)
    try insert.bind(Int64(getpid()), at: 3)
    try insert.bind(ThisProcess.identity, at: 4)
    try insert.bind(now.description, at: 5)
    try insert.bind(now.description, at: 6)
    try insert.bind((now.advanced(by: duration) ?? .latest).description, at: 7)
    try insert.bind(fencing, at: 8)
    try insert.run()
    try database.execute("COMMIT")
  }

  /// Does some work and renews the lease meanwhile.
  ///
  /// - Throws: what the work throws; ``OperationError`` with `locked` if the lease was lost, after
  ///   the work has been cancelled.
  func keep(during work: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup { group in
      group.addTask { try await work() }
      group.addTask {
        while true {
          try await Task.sleep(for: duration / 3)
          try renew()
        }
      }
      // Whichever ends first ends the other.
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Puts off the lease's end, unless the database is locked: then the next beat does.
  private func renew() throws {
    do {
      let database = try Database(path: path, mode: .readWrite)
      try database.begin(.exclusive, waiting: .milliseconds(200))
      try check(in: database)
      let now = Timestamp.now
      let update = try database.prepare(
        "UPDATE main.\(Lease.tableName) SET heartbeat_at = ?, expires_at = ?")
      try update.bind(now.description, at: 1)
      try update.bind((now.advanced(by: duration) ?? .latest).description, at: 2)
      try update.run()
      try database.execute("COMMIT")
    } catch let error as SQLiteError where error.code == .locked {
      return
    }
  }

  /// Makes sure, in the caller's transaction, that the lease is still this one's.
  ///
  /// - Throws: ``OperationError`` with `locked`.
  func check(in database: borrowing Database) throws {
    guard let holder = try LeaseHolder(in: database), isMine(holder) else {
      throw OperationError(
        .locked,
        "cannot load into \(path): another process has taken over, since this one was not heard of "
          + "before its lease ended",
        hint: "nothing was changed; see what it did with `receipt history`")
    }
  }

  private func isMine(_ holder: LeaseHolder) -> Bool {
    holder.fencing == fencing && holder.takenAt == takenAt && holder.pid == Int64(getpid())
      && holder.host == ThisProcess.hostName && holder.process == ThisProcess.identity
  }

  /// Ends the lease, in the caller's transaction.
  func end(in database: borrowing Database) throws {
    try database.execute("UPDATE main.\(Lease.tableName) SET owner = NULL, expires_at = NULL")
  }

  /// Ends the lease if it can; otherwise it ends by itself.
  func release() {
    guard let database = try? Database(path: path, mode: .readWrite),
      (try? database.begin(.exclusive, waiting: min(busyTimeout, .seconds(2)))) != nil,
      (try? check(in: database)) != nil
    else { return }
    try? end(in: database)
    try? database.execute("COMMIT")
  }
}
