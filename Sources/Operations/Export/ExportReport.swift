public import Dump
public import ObjectStorage

/// What an export did.
public struct ExportReport: Sendable, Codable {
  /// One table.
  public struct Table: Sendable, Codable {
    /// The table's name.
    public var name: String
    /// Rows written.
    public var rows: Int64
    /// Files written.
    public var files: Int
    /// The size of the files, in bytes.
    public var bytes: Int64
    /// Leaf columns.
    public var columns: Int
    /// The leaf columns, if the first rows have said what they are.
    public var inferred: [Column]?
  }

  /// Where the tables came from, as it was given.
  public var source: String
  /// Where the dump is, as it was given.
  public var destination: String
  /// The dump's id.
  public var timestamp: Timestamp
  /// The dump that the receipt named before; `nil` if there was none.
  public var previous: Timestamp?
  /// The tables, by name.
  public var tables: [Table]
  /// Rows of all tables.
  public var rows: Int64
  /// Files of all tables.
  public var files: Int
  /// The size of all files, in bytes.
  public var bytes: Int64
  /// Wall time in seconds.
  public var seconds: Double
  /// The largest amount of memory that the process had, in bytes.
  public var peakMemoryBytes: Int64
  /// What went over the network; `nil` for a directory.
  public var traffic: StorageTraffic?

  private enum CodingKeys: String, CodingKey {
    case source, destination, timestamp, previous, tables, rows, files, bytes, seconds, traffic
    case peakMemoryBytes = "peak_memory_bytes"
  }
}
