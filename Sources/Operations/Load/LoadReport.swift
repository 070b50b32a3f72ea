public import Dump

/// What a load did.
public struct LoadReport: Sendable, Codable {
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
  }

  /// The location of the dump, as it was given.
  public var location: String
  /// The database file.
  public var target: String
  /// The dump's id.
  public var timestamp: Timestamp
  /// The tables, by name.
  public var tables: [Table]
  /// Rows of all tables.
  public var rows: Int64
  /// The size of all Parquet files, in bytes.
  public var bytes: Int64
  /// The size of the database file, in bytes.
  public var databaseBytes: Int64
  /// Wall time from the beginning to the end, in seconds.
  public var seconds: Double
  /// Rows loaded in a second.
  public var rowsPerSecond: Double
  /// The largest amount of memory that the process had, in bytes.
  public var peakMemoryBytes: Int64
  /// What is worth knowing.
  public var findings: [Finding]

  private enum CodingKeys: String, CodingKey {
    case location, target, timestamp, tables, rows, bytes, seconds, findings
    case databaseBytes = "database_bytes"
    case rowsPerSecond = "rows_per_second"
    case peakMemoryBytes = "peak_memory_bytes"
  }
}
