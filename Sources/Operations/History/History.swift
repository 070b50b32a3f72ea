import Dump
import SQLiteTables

/// Shows what was loaded into a database: `receipt history`.
public struct History: Sendable {
  /// How long to wait for other users of the database.
  public var busyTimeout = Duration.seconds(60)

  /// A look at a ledger.
  public init() {}

  /// Reads the ledger of a database; one without a ledger has an empty history.
  ///
  /// - Throws: ``OperationError`` if there is no such database or its ledger cannot be read.
  public func run(_ path: String) throws -> HistoryReport {
    do {
      guard try TargetFile.exists(path, to: "read") else {
        throw OperationError(
          .failed, "cannot read \(path): there is no such file",
          hint: "`receipt load` makes it")
      }
      let database = try Database(path: TargetFile.resolved(path), mode: .readWrite)
      try database.begin(.read, waiting: busyTimeout)
      return HistoryReport(
        target: path, loads: try Ledger.entries(in: database).map(\.record).reversed())
    } catch {
      throw OperationError(error)
    }
  }
}

/// What was loaded into a database.
public struct HistoryReport: Sendable, Codable {
  /// The database file.
  public var target: String
  /// All loads, the newest first.
  public var loads: [LoadRecord]
}
