extension Database {
  /// Keeps everybody out of a file that is about to give way to another one of its name.
  ///
  /// Whoever is writing has a journal beside the file, which the next reader of the name would roll
  /// back into the new file; so this waits for an exclusive lock. In WAL mode that lock keeps
  /// nobody out, and a program that has the file open would go on writing to the log, which readers
  /// of the new file would apply to it; so the file leaves that mode first, which it can only when
  /// nobody else has it open.
  ///
  /// - Parameters:
  ///   - timeout: how long it waits.
  ///   - isCancelled: asked between waits.
  /// - Returns: whether the file was in WAL mode; `returnToWAL` undoes it.
  /// - Throws: `locked` with the programs that hold the lock, where the system tells; `interrupted`;
  ///   `notADatabase` and others for files that SQLite cannot lock.
  package func keepOthersOut(
    waiting timeout: Duration, isCancelled: () -> Bool
  ) throws(SQLiteError) -> Bool {
    try begin(.exclusive, waiting: timeout, isCancelled: isCancelled)
    guard try isWAL() else { return false }
    try execute("COMMIT")
    do throws(SQLiteError) {
      try execute("PRAGMA main.journal_mode = DELETE")
    } catch {
      throw error.code == .locked ? lockedError(after: .zero) : error
    }
    try begin(.exclusive, waiting: timeout, isCancelled: isCancelled)
    guard try !isWAL() else { throw lockedError(after: .zero) }
    return true
  }

  /// Puts the file back as it was before it was to give way.
  package func returnToWAL() {
    try? execute("ROLLBACK")
    try? execute("PRAGMA main.journal_mode = WAL")
  }

  private func isWAL() throws(SQLiteError) -> Bool {
    try text("PRAGMA main.journal_mode") == "wal"
  }
}
