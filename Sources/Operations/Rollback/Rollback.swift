public import Dump
import SQLiteTables

/// Brings back the tables that the last load has put aside: `receipt rollback`.
///
/// One transaction gives them their names again, drops those of the load, and writes a row into the
/// ledger. What others have made stays, as with a load. The dump that was taken back is not loaded
/// again unless it is forced; the next one is.
public struct Rollback: Sendable {
  /// How long to wait for other users of the database.
  public var busyTimeout = Duration.seconds(60)
  /// How long the database stays reserved after this was last heard of.
  public var leaseDuration = Duration.seconds(120)
  /// The version that the database records.
  public var toolVersion = ""

  /// A rollback.
  public init() {}

  /// Says which dumps can be brought back.
  ///
  /// - Parameter path: the database file.
  /// - Returns: what is live, and the dumps that were kept.
  /// - Throws: ``OperationError`` if there is no such database.
  public func list(_ path: String) async throws -> KeptDumps {
    do {
      try checkExists(path)
      return try await onOneThread { [busyTimeout] _ in
        let live = try LiveDump(path: TargetFile.resolved(path), busyTimeout: busyTimeout)
        return KeptDumps(
          target: path, timestamp: live.lastLoad?.timestamp, dumps: live.keptDumps)
      }
    } catch {
      throw OperationError(error)
    }
  }

  private func checkExists(_ path: String) throws {
    guard try TargetFile.exists(path, to: "roll back") else {
      throw OperationError(
        .failed, "cannot roll back \(path): there is no such file",
        hint: "name the SQLite file that dumps are loaded into")
    }
  }

  /// Brings the previous dump back.
  ///
  /// - Parameter path: the database file.
  /// - Returns: what came back.
  /// - Throws: ``OperationError`` if no earlier dump was kept; nothing was changed then.
  public func run(_ path: String) async throws -> RollbackReport {
    do {
      try checkExists(path)
      return try await onOneThread { [self] isCancelled in
        try roll(back: TargetFile.resolved(path), named: path, isCancelled)
      }
    } catch {
      throw OperationError(error)
    }
  }

  private func roll(
    back path: String, named name: String, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> RollbackReport {
    _ = try plan(LiveDump(path: path, busyTimeout: busyTimeout), name)
    let lease = try Lease(
      taking: path, owner: "receipt rollback", duration: leaseDuration, busyTimeout: busyTimeout,
      isCancelled: isCancelled)
    do {
      let database = try Database(path: path, mode: .readWrite)
      database.interrupt(when: isCancelled)
      try database.begin(.read, waiting: busyTimeout, isCancelled: isCancelled)
      try database.execute("COMMIT")
      try Publication.prepare(database)
      try database.begin(.exclusive, waiting: busyTimeout, isCancelled: isCancelled)
      do {
        try lease.check(in: database)
        let start = Timestamp.now
        let live = try LiveDump(database)
        let plan = try plan(live, name)
        var report = plan.report
        for table in plan.tables {
          report.findings += try KeptTables.bringBack(
            table.record.name, suffix: KeptTable.suffix(table.label), in: database
          ).map(Finding.init)
        }
        for table in plan.gone {
          try database.execute("DROP TABLE main.\(quotedIdentifier(table))")
        }
        for entry in entries(plan, live, startedAt: start) {
          try Ledger.append(entry, to: database)
        }
        try lease.end(in: database)
        if isCancelled() { throw CancellationError() }
        try database.execute("COMMIT")
        if live.isWAL { try? database.execute("PRAGMA main.wal_checkpoint(TRUNCATE)") }
        return report
      } catch {
        try? database.execute("ROLLBACK")
        throw error
      }
    } catch {
      lease.release()
      throw error
    }
  }

  /// What a rollback does.
  private struct Plan {
    /// The tables that come back, as they were loaded.
    let tables: [LiveDump.Kept]
    /// The tables that only the dump has that is taken back.
    let gone: [String]
    var report: RollbackReport
  }

  private func plan(_ live: LiveDump, _ path: String) throws -> Plan {
    let tables = live.putAside
    guard let last = live.lastLoad, let newest = tables.map(\.entry.record.timestamp).max() else {
      throw OperationError(
        .failed, "cannot roll back \(path): it holds no earlier dump",
        hint: "`receipt load --keep-previous 1` keeps one from the next load on")
    }
    let gone = last.tables.map(\.name).filter { name in
      !tables.contains { isSameName($0.record.name, name) }
        && !live.entries.dropLast().contains { entry in
          entry.record.tables.contains { isSameName($0.name, name) }
        } && live[name] != nil
    }
    return Plan(
      tables: tables, gone: gone,
      report: RollbackReport(
        target: path, timestamp: newest, previous: last.timestamp,
        tables: tables.map(\.record.name), dropped: gone, findings: []))
  }

  /// The ledger's rows: one for each dump that tables are of, which is one unless tables were loaded
  /// by themselves.
  private func entries(_ plan: Plan, _ live: LiveDump, startedAt: Timestamp) -> [Ledger.Entry] {
    let byLoad = Dictionary(grouping: plan.tables, by: \.entry.record.id).sorted {
      $0.key < $1.key
    }
    return byLoad.enumerated().map { index, load in
      var entry = load.value[0].entry
      entry.record.id = (live.lastLoad?.id ?? 0) + Int64(index) + 1
      entry.record.publishing = .rollback
      entry.record.toolVersion = toolVersion
      entry.record.startedAt = startedAt
      entry.record.finishedAt = .now
      entry.record.seconds = entry.record.finishedAt.duration(since: startedAt).inSeconds
      entry.record.tables = load.value.map(\.record)
      entry.record.rows = entry.record.tables.reduce(0) { $0 + $1.rows }
      entry.record.bytes = entry.record.tables.reduce(0) { $0 + $1.bytes }
      return entry
    }
  }
}

/// What a rollback has brought back.
public struct RollbackReport: Sendable, Codable {
  /// The database file.
  public var target: String
  /// The dump that is live now.
  public var timestamp: Timestamp
  /// The dump that was taken back.
  public var previous: Timestamp
  /// The tables that came back, by name.
  public var tables: [String]
  /// The tables that went, since only the other dump had them.
  public var dropped: [String]
  /// What others have lost by it.
  public var findings: [Finding]
}
