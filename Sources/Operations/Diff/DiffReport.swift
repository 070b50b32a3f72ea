public import Dump

/// What differs between two dumps.
public struct DiffReport: Sendable, Codable {
  /// One of the two.
  public struct Side: Sendable, Codable, Hashable {
    /// Where it is, as it was given.
    public var location: String
    /// The dump's id; `nil` for a database whose tables are of several.
    public var timestamp: Timestamp?
  }

  /// How much there is of a table.
  public struct Size: Sendable, Codable, Hashable {
    /// Parquet files.
    public var files: Int
    /// Rows.
    public var rows: Int64
    /// The size of the files, in bytes.
    public var bytes: Int64
  }

  /// A row that differs.
  public struct Row: Sendable, Codable, Hashable {
    /// What happened to it.
    public enum Kind: String, Sendable, Codable, Hashable, CaseIterable {
      /// The old dump has no row of the key.
      case added
      /// The new dump has none.
      case removed
      /// Both have one, and the checksums differ.
      case changed
    }

    /// What happened to it.
    public var kind: Kind
    /// The values of the key; `nil` for NULL.
    public var key: [String?]
  }

  /// What became of a table's rows.
  public struct Rows: Sendable, Codable, Hashable {
    /// The columns of the key; only the checksum where there is none.
    public var key: [String]
    /// Rows of keys that the old dump does not have.
    public var added: Int64
    /// Rows of keys that the new dump does not have.
    public var removed: Int64
    /// Rows of the same key with another checksum.
    public var changed: Int64
    /// Rows that are the same.
    public var same: Int64
    /// Rows whose key another row of the same dump has too.
    public var repeatedKeys: Int64
    /// The first of those that differ, by key.
    public var examples: [Row]

    private enum CodingKeys: String, CodingKey {
      case key, added, removed, changed, same, examples
      case repeatedKeys = "repeated_keys"
    }
  }

  /// One table.
  public struct Table: Sendable, Codable, Hashable {
    /// The table's name.
    public var name: String
    /// What there was of it; `nil` if there was no such table.
    public var old: Size?
    /// What there is of it; `nil` if there is no such table.
    public var new: Size?
    /// What became of its columns.
    public var columns: [SchemaDifference.Change]
    /// What became of its rows; `nil` if they were not compared.
    public var rows: Rows?
    /// Why its rows were not compared, though that was asked for.
    public var rowsSkipped: String?

    private enum CodingKeys: String, CodingKey {
      case name, old, new, columns, rows
      case rowsSkipped = "rows_skipped"
    }

    /// Whether anything differs, as far as it was looked at.
    public var differs: Bool {
      old?.rows != new?.rows || !columns.isEmpty || old == nil || new == nil
        || rows.map { $0.added + $0.removed + $0.changed > 0 } ?? false
    }
  }

  /// The earlier one.
  public var old: Side
  /// The later one.
  public var new: Side
  /// All tables of both, by name.
  public var tables: [Table]
  /// Wall time, in seconds.
  public var seconds: Double

  /// Whether anything differs, as far as it was looked at.
  public var differs: Bool { tables.contains(where: \.differs) }
}
