public import Dump

/// One load in the ledger of a database: what was loaded, when, and by whom.
public struct LoadRecord: Sendable, Codable, Hashable {
  /// How the tables came into the database.
  public enum Publishing: String, Sendable, Codable, Hashable {
    /// The file was made with them.
    case newFile = "new-file"
    /// One transaction replaced the tables of the file that was there.
    case transaction
    /// One transaction wrote the rows that had changed.
    case changes
    /// The tables that the load before had put aside came back.
    case rollback
    /// A new file took the place of the one that was there.
    case swap
  }

  /// One table of a load.
  public struct Table: Sendable, Codable, Hashable {
    /// The table's name.
    public var name: String
    /// Rows loaded.
    public var rows: Int64
    /// Parquet files read.
    public var files: Int
    /// The size of those files, in bytes.
    public var bytes: Int64
    /// The columns of the files; empty for a table without files.
    public var columns: [Column]
  }

  /// The load's number, from 1 upward.
  public var id: Int64
  /// The dump's id.
  public var timestamp: Timestamp
  /// Where the dump was, as it was given.
  public var location: String
  /// How it came into the database.
  public var publishing: Publishing
  /// How its values were converted, as flags.
  public var conversion: String
  /// Rows of all tables.
  public var rows: Int64
  /// The size of all Parquet files, in bytes.
  public var bytes: Int64
  /// What its tables took in the database, in bytes.
  public var databaseBytes: Int64
  /// The version of the tool that did it.
  public var toolVersion: String
  /// When it began.
  public var startedAt: Timestamp
  /// When its tables could be seen.
  public var finishedAt: Timestamp
  /// Wall time between the two, in seconds.
  public var seconds: Double
  /// Its tables, by name.
  public var tables: [Table]

  private enum CodingKeys: String, CodingKey {
    case id, timestamp, location, publishing, conversion, rows, bytes, seconds, tables
    case databaseBytes = "database_bytes"
    case toolVersion = "tool_version"
    case startedAt = "started_at"
    case finishedAt = "finished_at"
  }
}

extension LoadRecord {
  /// What some bytes of Parquet are likely to take in a database, after the loads of its ledger.
  ///
  /// The last load tells that was of about as much: each table takes a page at least, so that one
  /// of a small table took many times its Parquet, and would have ten times too much asked for.
  static func likelyByteCount(of parquet: Int64, after loads: [LoadRecord]) -> Int64 {
    guard
      let like = loads.last(where: {
        $0.publishing != .changes && $0.bytes > 0 && $0.bytes >= parquet / 2
      })
    else { return parquet }
    return Int64(
      clamping: Int128(parquet) * Int128(like.databaseBytes) / Int128(like.bytes))
  }
}
