import Dump
import SQLiteTables

/// What a watch must not forget when its process ends: a SQLite file of its own.
///
/// - `watch_events`: events that were acknowledged and are not done yet.
/// - `watch_dumps`: one row for each dump that was seen (``IntakeRecord``).
/// - `watch_overdue`: deliveries whose being late was told.
/// - `watch_counts`: how many events of each kind there were.
/// - `watch_unknown`: the last messages that were not understood.
///
/// It is no part of the target: what the target holds is decided by the target's own ledger alone, so
/// that this file may be lost without harm.
actor WatchState {
  /// The file.
  nonisolated let path: String
  nonisolated let lock: StateLock
  private let queue: WorkThread
  private let database: Database
  private var arrivals: [Arrival] = []
  private var counts: [EventKind: Int64] = [:]

  /// Blocking work stays off the threads of Swift's tasks.
  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe queue.asUnownedSerialExecutor() }

  /// Opens the file, or makes it.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - rename: the name of the watch that was once called otherwise; `nil` for those of others.
  /// - Throws: ``OperationError`` if it is another file.
  init(path: String, rename: (String) -> String?) throws {
    self.path = path
    lock = StateLock(besides: path)
    queue = WorkThread()
    do {
      database = try WatchState.opened(path, rename)
    } catch {
      let error = OperationError(error)
      throw OperationError(
        error.outcome, "cannot keep the state of the watch: \(error.message)",
        hint: "name another file with --state")
    }
  }

  private static func opened(_ path: String, _ rename: (String) -> String?) throws -> Database {
    let database = try Database(path: path, mode: .create)
    try database.setBusyTimeout(milliseconds: 10_000)
    // Every commit is on the disk before anybody is told.
    try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    try database.execute(definitions)
    try IntakeRecord.rename(rename, in: database)
    return database
  }

  static let definitions = """
    CREATE TABLE IF NOT EXISTS watch_events (
      event_id INTEGER PRIMARY KEY, location TEXT, source TEXT, name TEXT, received_at TEXT,
      UNIQUE (location, source, name));
    CREATE TABLE IF NOT EXISTS watch_dumps (
      location TEXT, timestamp TEXT, label TEXT, state TEXT, receipt TEXT, attempts INTEGER,
      first_seen_at TEXT, changed_at TEXT, next_attempt_at TEXT, outcome INTEGER, message TEXT,
      findings TEXT, PRIMARY KEY (location, timestamp));
    CREATE TABLE IF NOT EXISTS watch_overdue (location TEXT PRIMARY KEY, due TEXT);
    CREATE TABLE IF NOT EXISTS watch_counts (kind TEXT PRIMARY KEY, count INTEGER);
    CREATE TABLE IF NOT EXISTS watch_unknown (
      message_id INTEGER PRIMARY KEY, received_at TEXT, source TEXT, reason TEXT, body TEXT);
    """

  // MARK: Events

  /// An event that is to be on the disk before its sender hears so.
  private struct Arrival {
    let location: String
    let source: String
    let name: String
    let done: CheckedContinuation<Void, any Error>
  }

  /// Writes an event down; when this returns it is on the disk.
  ///
  /// Events that come while others are being written are written together.
  ///
  /// - Parameters:
  ///   - location: the watch that it is for.
  ///   - source: how it came.
  ///   - name: what tells it from others of the source; the same one again changes nothing.
  /// - Throws: `SQLiteError`.
  func enqueue(_ location: String, source: String, name: String) async throws {
    try await withCheckedThrowingContinuation { continuation in
      arrivals.append(
        Arrival(location: location, source: source, name: name, done: continuation))
      if arrivals.count == 1 { Task { self.writeArrivals() } }
    }
  }

  private func writeArrivals() {
    let batch = arrivals
    arrivals = []
    do {
      try database.transaction { database in
        let insert = try database.prepare(
          """
          INSERT INTO watch_events (location, source, name, received_at) VALUES (?, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """)
        let now = Timestamp.now.description
        for arrival in batch {
          try insert.bind(arrival.location, at: 1)
          try insert.bind(arrival.source, at: 2)
          try insert.bind(arrival.name, at: 3)
          try insert.bind(now, at: 4)
          try insert.run()
        }
      }
      for arrival in batch { arrival.done.resume() }
    } catch {
      for arrival in batch { arrival.done.resume(throwing: error) }
    }
  }

  /// The events of a location that are not done yet.
  ///
  /// - Returns: their last number and how many there are; `nil` for none.
  func pending(_ location: String) throws -> (last: Int64, count: Int64)? {
    let select = try database.prepare(
      "SELECT max(event_id), count(*) FROM watch_events WHERE location = ?")
    try select.bind(location, at: 1)
    guard try select.step(), select.int64(1) > 0 else { return nil }
    return (select.int64(0), select.int64(1))
  }

  /// Forgets the events of a location up to a number: what they said has been looked into.
  func finish(_ location: String, upTo last: Int64) throws {
    let delete = try database.prepare(
      "DELETE FROM watch_events WHERE location = ? AND event_id <= ?")
    try delete.bind(location, at: 1)
    try delete.bind(last, at: 2)
    try delete.run()
  }

  // MARK: Counts and what is not understood

  /// Counts an event; it is written later, with others.
  func count(_ kind: EventKind, _ number: Int64 = 1) { counts[kind, default: 0] += number }

  /// Writes the counts down.
  func flushCounts() throws {
    if counts.isEmpty { return }
    let batch = counts
    try database.transaction { database in
      let upsert = try database.prepare(
        """
        INSERT INTO watch_counts VALUES (?, ?)
        ON CONFLICT (kind) DO UPDATE SET count = count + excluded.count
        """)
      for (kind, count) in batch {
        try upsert.bind(kind.rawValue, at: 1)
        try upsert.bind(count, at: 2)
        try upsert.run()
      }
    }
    for (kind, count) in batch { counts[kind, default: 0] -= count }
    counts = counts.filter { $0.value != 0 }
  }

  /// How many messages that were not understood are kept, and how much of each, in bytes.
  private static let unknownLimit = (count: 100, byteCount: 16 << 10)

  /// Keeps a message that was not understood, for the operator.
  func keep(_ body: [UInt8], source: String, reason: String) throws {
    try database.transaction { database in
      let insert = try database.prepare(
        "INSERT INTO watch_unknown (received_at, source, reason, body) VALUES (?, ?, ?, ?)")
      try insert.bind(Timestamp.now.description, at: 1)
      try insert.bind(source, at: 2)
      try insert.bind(reason, at: 3)
      try insert.bind(
        String(decoding: body.prefix(WatchState.unknownLimit.byteCount), as: UTF8.self), at: 4)
      try insert.run()
      try database.execute(
        """
        DELETE FROM watch_unknown WHERE message_id <=
          (SELECT max(message_id) FROM watch_unknown) - \(WatchState.unknownLimit.count)
        """)
    }
  }

  // MARK: Deliveries

  /// Writes down which delivery of a watch is late.
  ///
  /// - Returns: whether that was not known.
  func noteOverdue(_ location: String, _ due: Timestamp?) throws -> Bool {
    let delete = try database.prepare(
      "DELETE FROM watch_overdue WHERE location = ? AND due IS NOT ?")
    try delete.bind(location, at: 1)
    if let due { try delete.bind(due.description, at: 2) } else { try delete.bindNull(at: 2) }
    try delete.run()
    let isHealed = try database.integer("SELECT changes()") > 0
    guard let due else { return isHealed }
    let insert = try database.prepare("INSERT OR IGNORE INTO watch_overdue VALUES (?, ?)")
    try insert.bind(location, at: 1)
    try insert.bind(due.description, at: 2)
    try insert.run()
    return try database.integer("SELECT changes()") > 0
  }

  // MARK: Dumps

  /// Decides about a receipt, and writes the beginning of a load down, in one transaction.
  ///
  /// - Parameters:
  ///   - location: the watch.
  ///   - receipt: what was read.
  ///   - now: the time.
  ///   - target: tells what the target holds at this moment; it is given the latest dump that is
  ///     known to be loaded, for targets that keep no ledger.
  /// - Returns: the decision, and what is known of the dump.
  /// - Throws: `SQLiteError`; what the target throws.
  func decide(
    _ location: String, _ receipt: Receipt, now: Timestamp,
    target: (IntakeRecord?) throws -> IntakeDecision.Target
  ) throws -> (IntakeDecision, IntakeRecord) {
    try database.transaction { database in
      let loaded = try IntakeRecord.latestLoaded(of: location, in: database)
      let target = try target(loaded)
      if let newest = target.newest {
        try IntakeRecord.supersede(before: newest, of: location, in: database)
      }
      let known = try IntakeRecord(receipt.timestamp, of: location, in: database)
      let decision = IntakeDecision(receipt.timestamp, target: target, known: known, now: now)
      var record =
        known
        ?? IntakeRecord(
          location: location, timestamp: receipt.timestamp, state: .loading,
          receipt: receipt.text, firstSeenAt: now, changedAt: now)
      switch decision {
      case .load:
        record.state = .loading
        record.attempts += 1
        record.changedAt = now
        try record.write(to: database)
      case .done where record.state != .loaded:
        record.state = .loaded
        record.changedAt = now
        record.nextAttemptAt = nil
        try record.write(to: database)
      case .done, .stale, .retry, .quarantined: break
      }
      return (decision, record)
    }
  }

  /// What a watch goes by beside the receipt.
  struct Standing: Sendable, Hashable {
    /// What the target holds.
    let target: IntakeDecision.Target
    /// The state of the latest dump that was seen.
    let latest: IntakeRecord.State?
  }

  /// Asks the target and this file.
  func standing(
    _ location: String, target: (IntakeRecord?) throws -> IntakeDecision.Target
  ) throws -> Standing {
    Standing(
      target: try target(IntakeRecord.latestLoaded(of: location, in: database)),
      latest: try IntakeRecord.latest(of: location, in: database)?.state)
  }

  /// Writes down how a load ended; after one that went well the earlier ones are out of date.
  func write(_ record: IntakeRecord) throws {
    try database.transaction { database in
      try record.write(to: database)
      guard record.state == .loaded else { return }
      try IntakeRecord.supersede(before: record.timestamp, of: record.location, in: database)
    }
  }

  /// The dump of a label that was seen last; `nil` if there is none.
  func record(_ location: String?, label: DumpLabel) throws -> IntakeRecord? {
    try IntakeRecord.all(of: location, in: database).first { DumpLabel($0.timestamp) == label }
  }

  /// A look at everything.
  func snapshot(_ location: String? = nil) throws -> WatchSnapshot {
    try flushCounts()
    return try WatchSnapshot(location, in: database)
  }
}
