import Dump
import SQLiteTables

extension LoadJob {
  /// Puts the new file in the place of the old one while nobody is reading or writing that.
  ///
  /// What `--replace` gives up may be no database; then there is nobody to keep out.
  ///
  /// - Parameters:
  ///   - staged: the new file.
  ///   - check: looks at the old database, locked, and refuses the exchange.
  /// - Returns: for how many seconds the old database was locked.
  /// - Throws: ``OperationError`` with `locked`, what the check throws, `SQLiteError`; the old file
  ///   is then still there.
  func exchange(
    _ staged: StagedDatabase, check: @escaping @Sendable (borrowing Database) throws -> Void
  ) async throws -> Double {
    try await onOneThread { [self] isCancelled in
      let identity = TargetFile.Identity(of: target.path)
      let clock = ContinuousClock()
      do {
        let old = try Database(path: target.path, mode: .readWrite)
        var wasWAL = false
        if target.way == .replacement {
          wasWAL = try old.keepOthersOut(waiting: options.busyTimeout, isCancelled: isCancelled)
        } else {
          // One in WAL mode is not swapped; the check says so.
          try old.begin(.exclusive, waiting: options.busyTimeout, isCancelled: isCancelled)
        }
        do {
          let start = clock.now
          guard TargetFile.Identity(of: target.path) == identity else { throw movedError }
          try check(old)
          try refuseUsers()
          try staged.publish(replacing: true)
          return start.duration(to: clock.now).inSeconds
        } catch {
          if wasWAL { old.returnToWAL() }
          throw error
        }
      } catch let error as SQLiteError where target.way == .replacement && isNoDatabase(error) {
        try staged.publish(replacing: true)
        return 0
      }
    }
  }

  /// Whether the old file is none that SQLite can lock.
  private func isNoDatabase(_ error: SQLiteError) -> Bool {
    switch error.code {
    case .notADatabase, .library, .accessDenied: true
    default: false
    }
  }

  /// Refuses to take the name away from a file that others have open.
  ///
  /// They would go on with the old file, and take the journal of the next change to the new one for
  /// theirs: roll it back into the old one and delete it.
  private func refuseUsers() throws {
    let users = FileUsers.named(of: target.path)
    if users.isEmpty { return }
    throw OperationError(
      .locked,
      "cannot replace \(path): \(users.joined(separator: ", ")) \(users.count == 1 ? "has" : "have") "
        + "it open",
      hint: "close it; without --replace and --publish swap programs may have the file open")
  }

  private var movedError: OperationError {
    OperationError(
      .locked, "cannot replace \(path): another program has put another file there meanwhile",
      hint: "run this again; nothing was changed")
  }
}
