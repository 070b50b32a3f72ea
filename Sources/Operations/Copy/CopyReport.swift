public import Dump
public import ObjectStorage
public import Warehouse

/// What a copy did.
public struct CopyReport: Sendable, Codable {
  /// Whether there was anything to do.
  public enum Status: String, Sendable, Codable {
    /// The dump was copied.
    case copied
    /// The target had it already.
    case nothingNew = "nothing-new"
  }

  /// One table.
  public struct Table: Sendable, Codable, Hashable {
    /// The table's name in the receipt.
    public var name: String
    /// Rows that are live now, as the target counts them.
    public var rows: Int64
    /// Parquet files loaded.
    public var files: Int
    /// The size of those files, in bytes.
    public var bytes: Int64
  }

  /// Whether there was anything to do.
  public var status: Status
  /// The location of the dump, as it was given.
  public var location: String
  /// The engine.
  public var target: CopyTarget
  /// The schema of the live tables.
  public var schema: String
  /// The dump's id.
  public var timestamp: Timestamp
  /// What identifies the run in the ledger; of the earlier run if there was nothing to do.
  public var runID: String
  /// The dump that was live before; `nil` if there was none.
  public var previous: Timestamp?
  /// How the new rows came to be the live ones.
  public var switching: CopySwitch
  /// The tables, by name.
  public var tables: [Table]
  /// Rows of all tables.
  public var rows: Int64
  /// The size of all Parquet files, in bytes.
  public var bytes: Int64
  /// Statements that were run.
  public var statements: Int
  /// Steps that were run again, since another transaction or a fault was in the way.
  public var repetitions: Int
  /// Wall time from the beginning to the end, in seconds.
  public var seconds: Double
  /// How long the step took that made the new rows the live ones, in seconds.
  public var publishSeconds: Double
  /// What is worth knowing.
  public var findings: [Finding]
  /// What went over the network to the dump; `nil` for a directory.
  public var traffic: StorageTraffic?

  private enum CodingKeys: String, CodingKey {
    case status, location, target, schema, timestamp, previous, tables, rows, bytes, statements
    case repetitions, seconds, findings, traffic
    case runID = "run_id"
    case switching = "switch"
    case publishSeconds = "publish_seconds"
  }
}
