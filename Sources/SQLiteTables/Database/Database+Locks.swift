#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension Database {
  /// What a transaction keeps others from.
  package enum Lock: String, Sendable {
    /// What is read is of one moment.
    case read = "DEFERRED"
    /// Nobody else may write; in the rollback-journal modes nobody else may read either.
    case exclusive = "EXCLUSIVE"
  }

  /// How long readers may be kept out by waiting for others to end.
  ///
  /// While it waits for an exclusive lock, SQLite lets no new reader begin. After this long it gives
  /// up for a moment and lets those in that have been waiting: less than the 5 s after which many
  /// programs (Python's among them) end with "database is locked".
  private static let patience = Duration.seconds(2)

  /// Begins a transaction, and waits for the lock.
  ///
  /// - Parameters:
  ///   - lock: what others are kept from.
  ///   - timeout: how long it waits.
  ///   - isCancelled: asked between waits.
  /// - Throws: `locked` with the programs that hold the lock, where the system tells; `interrupted`.
  package func begin(
    _ lock: Lock, waiting timeout: Duration, isCancelled: () -> Bool = { false }
  ) throws(SQLiteError) {
    let clock = ContinuousClock()
    let deadline = clock.now + timeout
    while true {
      let wait = max(.zero, min(Database.patience, clock.now.duration(to: deadline)))
      try setBusyTimeout(milliseconds: Int32(wait / .milliseconds(1)))
      do throws(SQLiteError) {
        try begin(lock)
        return
      } catch {
        guard error.code == .locked else { throw error }
        if isCancelled() {
          throw SQLiteError(.interrupted, "cannot lock \(path): interrupted")
        }
        guard clock.now < deadline else { throw lockedError(after: timeout) }
      }
      usleep(100_000)
    }
  }

  private func begin(_ lock: Lock) throws(SQLiteError) {
    try execute("BEGIN \(lock.rawValue)")
    guard lock == .read else { return }
    do throws(SQLiteError) {
      // The lock is taken with the first look at the file.
      _ = try integer("SELECT count(*) FROM main.sqlite_schema")
    } catch {
      try? execute("ROLLBACK")
      guard error.code == .notADatabase else { throw error }
      throw SQLiteError(
        .notADatabase, "cannot read \(path): it is not a SQLite database",
        hint: "The path holds a file of another kind. Name another file.")
    }
  }

  func lockedError(after timeout: Duration) -> SQLiteError {
    let holders = LockHolders.named(of: path)
    let names = holders.isEmpty ? "another program" : holders.joined(separator: ", ")
    let waited =
      timeout < .milliseconds(1)
      ? "" : ", for longer than \(timeout.formattedSeconds) s"
    return SQLiteError(
      .locked, "cannot lock \(path): \(names) \(holders.count > 1 ? "hold" : "holds") it\(waited)",
      resultCode: nil,
      hint: "Wait for it, or close it; --busy-timeout says how long to wait.")
  }
}

extension Duration {
  /// Seconds with up to three digits behind the point.
  fileprivate var formattedSeconds: String {
    let milliseconds = Int64(self / .milliseconds(1))
    let fraction = milliseconds % 1_000
    if fraction == 0 { return String(milliseconds / 1_000) }
    var digits = String(1_000 + fraction).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(milliseconds / 1_000).\(digits)"
  }
}
