import Dump
import SQLiteTables

/// The database that a load goes into, and how the tables come into it.
struct LoadTarget: Sendable {
  /// What happens at the end.
  enum Way: Sendable, Hashable {
    /// There is no file yet.
    case newFile
    /// The file gives way, whatever it is.
    case replacement
    /// The file stays; a transaction replaces tables in it.
    case transaction
    /// The file gives way to one with the same ledger.
    case swap
  }

  /// The path, symbolic links followed.
  let path: String
  let way: Way

  /// Looks at the place.
  ///
  /// - Throws: ``OperationError`` for a place where no database can be, and if a file beside it
  ///   would be taken for its journal.
  init(_ path: String, _ options: LoadOptions) throws {
    self.path = TargetFile.resolved(path)
    let exists = try TargetFile.exists(self.path)
    way =
      switch (exists, options.replaces, options.publishing) {
      case (false, _, _): .newFile
      case (true, true, _): .replacement
      case (true, false, .swap): .swap
      case (true, false, .auto), (true, false, .transaction): .transaction
      }
    if way != .transaction { try TargetFile.checkCompanions(of: self.path, exists: exists) }
  }

  /// Whether what is live in the database counts.
  var isLive: Bool {
    switch way {
    case .transaction, .swap: true
    case .newFile, .replacement: false
    }
  }

  /// How the ledger calls it.
  var publishing: LoadRecord.Publishing {
    switch way {
    case .newFile, .replacement: .newFile
    case .transaction: .transaction
    case .swap: .swap
    }
  }

  /// Refuses a database that cannot be published into.
  ///
  /// - Parameters:
  ///   - live: what is in it.
  ///   - tables: the tables that will replace others.
  /// - Throws: ``OperationError``.
  func check(_ live: LiveDump, replacing tables: [String]) throws {
    if way == .transaction, live.encoding != "UTF-8" {
      throw OperationError(
        .failed, "cannot load into \(path): its texts are \(live.encoding), and a dump's UTF-8",
        hint: "load into another file; SQLite cannot copy between the two")
    }
    guard way == .swap else { return }
    var reasons: [String] = []
    if live.isWAL { reasons.append("it is in WAL mode, in which programs may have it open") }
    for object in live.objects {
      let isReplaced =
        object.kind == .table && tables.contains { object.isNamed($0) }
        || object.kind == .index && tables.contains { object.belongs(to: $0) }
          && live.tables.contains { $0.indexes.contains { object.isNamed($0.name) } }
      if !isReplaced { reasons.append("it has the \(object.kind.rawValue) \(object.name)") }
    }
    if reasons.isEmpty { return }
    let findings = reasons.map { Finding(.targetShared, at: Finding.Place(file: path), $0) }
    throw OperationError(
      .refused, "cannot swap \(path): \(reasons[0])",
      hint: "--publish transaction keeps what else is in it; --replace gives it up",
      findings: findings)
  }

  /// Reads what is live in it.
  func live(busyTimeout: Duration) throws -> LiveDump {
    do {
      return try LiveDump(path: path, busyTimeout: busyTimeout)
    } catch let error as SQLiteError where error.code == .notADatabase {
      throw OperationError(
        .failed, "cannot load into \(path): it is not a SQLite database",
        hint: "name another file; --replace gives this one up once the new one is complete")
    }
  }
}
