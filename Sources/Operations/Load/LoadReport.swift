public import Dump
public import ObjectStorage

/// What a load did.
public struct LoadReport: Sendable, Codable {
  /// Whether there was anything to do.
  public enum Status: String, Sendable, Codable {
    /// The dump was loaded.
    case loaded
    /// The database had it already.
    case nothingNew = "nothing-new"
  }

  /// One table.
  public struct Table: Sendable, Codable, Hashable {
    /// The table's name.
    public var name: String
    /// Rows loaded.
    public var rows: Int64
    /// Parquet files read.
    public var files: Int
    /// The size of those files, in bytes.
    public var bytes: Int64
    /// Which of its rows were written; `nil` if there was no choice.
    public var applied: Applied?
  }

  /// Which rows of a table were written.
  public struct Applied: Sendable, Codable, Hashable {
    /// All of them, or those that had changed.
    public var mode: Mode
    /// Why all of them were.
    public var reason: String?
    /// The columns that the rows were told apart by.
    public var key: [String]?
    /// Rows of keys that were not there before.
    public var added: Int64?
    /// Rows of keys that are not there any more.
    public var removed: Int64?
    /// Rows with another checksum than before.
    public var changed: Int64?

    /// All rows, or some.
    public enum Mode: String, Sendable, Codable, Hashable {
      case replace
      case changes
    }
  }

  /// Whether there was anything to do.
  public var status: Status
  /// The location of the dump, as it was given.
  public var location: String
  /// The database file.
  public var target: String
  /// The dump's id.
  public var timestamp: Timestamp
  /// The dump that was live before; `nil` if there was none.
  public var previous: Timestamp?
  /// How the tables came into the database; `nil` if nothing was done.
  public var publishing: LoadRecord.Publishing?
  /// The tables, by name.
  public var tables: [Table]
  /// Rows of all tables.
  public var rows: Int64
  /// The size of all Parquet files, in bytes.
  public var bytes: Int64
  /// What the tables took in the database when they were written, in bytes.
  public var databaseBytes: Int64
  /// Wall time from the beginning to the end, in seconds.
  public var seconds: Double
  /// How long the database was locked while its tables were replaced, in seconds.
  public var lockedSeconds: Double
  /// Rows loaded in a second.
  public var rowsPerSecond: Double
  /// The largest amount of memory that the process had, in bytes.
  public var peakMemoryBytes: Int64
  /// What is worth knowing.
  public var findings: [Finding]
  /// What went over the network; `nil` for a directory.
  public var traffic: StorageTraffic?

  private enum CodingKeys: String, CodingKey {
    case status, location, target, timestamp, previous, publishing, tables, rows, bytes, seconds
    case findings, traffic
    case databaseBytes = "database_bytes"
    case lockedSeconds = "locked_seconds"
    case rowsPerSecond = "rows_per_second"
    case peakMemoryBytes = "peak_memory_bytes"
  }
}
