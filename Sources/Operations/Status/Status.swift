public import Dump
public import ObjectStorage
import SQLiteTables

/// Compares what a database holds with what is at a location: `receipt status`.
public struct Status: Sendable {
  /// How long to wait for other users of the database.
  public var busyTimeout = Duration.seconds(60)
  /// The state file of a watch; `nil` for the one beside the database.
  public var statePath: String?
  /// The watch of that file that is meant; `nil` for all.
  var watch: String?

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
      report.watch = try WatchSnapshot(
        path: statePath ?? WatchPlan.defaultStatePath(for: path), location: watch)
      guard try TargetFile.exists(path, to: "read") else { return report }
      let database = try Database(path: TargetFile.resolved(path), mode: .readWrite)
      try database.begin(.read, waiting: busyTimeout) { Task.isCancelled }
      let live = try LiveDump(database)
      report.lastLoad = live.lastLoad
      report.tables = live.tables.map { table in
        StatusReport.Table(
          name: table.record.name, timestamp: table.load.timestamp, rows: table.record.rows)
      }
      report.kept = live.keptDumps
      let lacksTable = receipt.tables.contains { entry in
        guard entry.totalFileCount > 0 || live[entry.name] != nil else { return false }
        return live[entry.name].map { $0.load.timestamp < receipt.timestamp } ?? true
      }
      report.isRolledBack = live.wasTakenBack(receipt.timestamp)
      report.isStale = lacksTable || !live.tables(notIn: receipt).isEmpty
      if let holder = try LeaseHolder(in: database), holder.isHolding(at: now) {
        report.loading = holder
      }
      return report
    } catch {
      throw OperationError(error)
    }
  }

  /// Reads what is at the locations of a plan, and in the databases that its watches load into;
  /// watches that do something else with dumps are passed over.
  ///
  /// - Returns: for each database what is newest and what is loaded, and how a dump is loaded that
  ///   its watch has kept out.
  /// - Throws: ``OperationError`` if one cannot be read, or there is none.
  public func run(
    _ plan: WatchPlan
  ) async throws -> [(report: StatusReport, retry: RetryHint)] {
    var found: [(StatusReport, RetryHint)] = []
    for entry in plan.entries {
      guard case .load(let path, _) = entry.delivery else { continue }
      var status = self
      status.statePath = entry.statePath
      status.watch = entry.name
      do {
        let report = try await status.run(Location.store(entry.location, entry.s3), into: path)
        found.append((report, entry.intake.retry))
      } catch {
        throw OperationError(error)
      }
    }
    if found.isEmpty {
      throw OperationError(
        .usage, "no watch of these settings loads into a database",
        hint: "name one: `receipt status LOCATION --into FILE.sqlite`")
    }
    return found
  }
}

extension Status {
  /// Folders of dumps later than the receipt: it is written last, so that these are on their way, or
  /// were given up.
  private func arriving(
    after receipt: Receipt, in store: any ObjectStore
  ) async throws -> [StatusReport.Arrival] {
    var arrivals: [StatusReport.Arrival] = []
    // Labels are UTC minutes, and all of this century begin so.
    for folder in try await store.list(prefix: "20", delimiter: "/").folders {
      guard let label = try? DumpLabel(parsing: String(folder.dropLast())), label > receipt.label
      else { continue }
      let objects = try await store.list(prefix: folder)
      // Some servers list a folder for a while after its last object is gone.
      if objects.isEmpty { continue }
      arrivals.append(
        StatusReport.Arrival(
          label: label, files: objects.count { $0.key.hasSuffix(".parquet") }))
    }
    return arrivals.sorted { $0.label < $1.label }
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
  /// Whether that dump was there, and a rollback has taken it back: it is not loaded unless forced.
  public var isRolledBack = false
  /// The last load; `nil` if there was none.
  public var lastLoad: LoadRecord?
  /// The tables that are live, by name.
  public var tables: [Table] = []
  /// The dumps that were kept beside them, the newest first.
  public var kept: [KeptDumps.Dump] = []
  /// Who is loading now; `nil` if nobody is.
  public var loading: LeaseHolder?
  /// What a watch has seen; `nil` if there is none.
  public var watch: WatchSnapshot?

  /// The dumps that the live tables are of, the oldest first.
  public var loadedTimestamps: [Timestamp] { Set(tables.map(\.timestamp)).sorted() }

  private enum CodingKeys: String, CodingKey {
    case location, target, newest, arriving, tables, kept, loading, watch
    case newestAgeSeconds = "newest_age_seconds"
    case isStale = "stale"
    case isRolledBack = "rolled_back"
    case lastLoad = "last_load"
  }
}
