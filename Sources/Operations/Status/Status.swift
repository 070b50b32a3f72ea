public import Dump
public import ObjectStorage
import SQLiteTables

/// Compares what a database holds with what is at a location: `receipt status`.
public struct Status: Sendable {
  /// How long to wait for other users of the database.
  public var busyTimeout = Duration.seconds(60)

  /// A comparison.
  public init() {}

  /// Reads the receipt of a location and the ledger of a database; the database need not be there.
  ///
  /// - Parameters:
  ///   - store: the location.
  ///   - path: the path of the database file.
  /// - Returns: what is newest and what is loaded.
  /// - Throws: ``OperationError`` if either cannot be read.
  public func run(_ store: any ObjectStore, into path: String) async throws -> StatusReport {
    do {
      let receipt = try await DumpListing.receipt(of: store)
      let now = Timestamp.now
      var report = StatusReport(
        location: store.description, target: path, newest: receipt.timestamp,
        newestAgeSeconds: now.duration(since: receipt.timestamp).inSeconds, isStale: true)
      report.arriving = try await arriving(after: receipt, in: store)
      guard try TargetFile.exists(path, to: "read") else { return report }
      let database = try Database(path: TargetFile.resolved(path), mode: .readWrite)
      try database.begin(.read, waiting: busyTimeout) { Task.isCancelled }
      let live = try LiveDump(database)
      report.lastLoad = live.lastLoad
      report.tables = live.tables.map { table in
        StatusReport.Table(
          name: table.record.name, timestamp: table.load.timestamp, rows: table.record.rows)
      }
      let lacksTable = receipt.tables.contains { entry in
        guard entry.totalFileCount > 0 || live[entry.name] != nil else { return false }
        return live[entry.name].map { $0.load.timestamp < receipt.timestamp } ?? true
      }
      report.isStale = lacksTable || !live.tables(notIn: receipt).isEmpty
      if let holder = try LeaseHolder(in: database), holder.isHolding(at: now) {
        report.loading = holder
      }
      return report
    } catch {
      throw OperationError(error)
    }
  }
}

extension Status {
  /// Folders of dumps later than the receipt: it is written last, so that these are on their way, or
  /// were given up.
  private func arriving(
    after receipt: Receipt, in store: any ObjectStore
  ) async throws -> [StatusReport.Arrival] {
    var files: [DumpLabel: Int] = [:]
    // Labels are UTC minutes, and all of this century begin so.
    for object in try await store.list(prefix: "20") {
      guard let name = object.key.split(separator: "/").first,
        let label = try? DumpLabel(parsing: String(name)), label > receipt.label
      else { continue }
      files[label, default: 0] += object.key.hasSuffix(".parquet") ? 1 : 0
    }
    return files.keys.sorted().map { StatusReport.Arrival(label: $0, files: files[$0] ?? 0) }
  }
}

/// What a database holds beside what is at a location.
public struct StatusReport: Sendable, Codable {
  /// A table that is live in the database.
  public struct Table: Sendable, Codable {
    /// The table's name.
    public var name: String
    /// The dump that it is of.
    public var timestamp: Timestamp
    /// The rows that were loaded.
    public var rows: Int64
  }

  /// A dump that has a folder and no receipt yet.
  public struct Arrival: Sendable, Codable {
    /// The folder.
    public var label: DumpLabel
    /// Its Parquet files so far.
    public var files: Int
  }

  /// The location, as it was given.
  public var location: String
  /// The database file.
  public var target: String
  /// The dump at the location.
  public var newest: Timestamp
  /// How old it is, in seconds.
  public var newestAgeSeconds: Double
  /// Later dumps that are on their way, or were given up.
  public var arriving: [Arrival] = []
  /// Whether the database lacks a table of that dump, or has one that the dump has not any more.
  public var isStale: Bool
  /// The last load; `nil` if there was none.
  public var lastLoad: LoadRecord?
  /// The tables that are live, by name.
  public var tables: [Table] = []
  /// Who is loading now; `nil` if nobody is.
  public var loading: LeaseHolder?

  /// The dumps that the live tables are of, the oldest first.
  public var loadedTimestamps: [Timestamp] { Set(tables.map(\.timestamp)).sorted() }

  private enum CodingKeys: String, CodingKey {
    case location, target, newest, arriving, tables, loading
    case newestAgeSeconds = "newest_age_seconds"
    case isStale = "stale"
    case lastLoad = "last_load"
  }
}
