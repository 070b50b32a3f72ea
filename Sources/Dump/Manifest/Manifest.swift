/// What an exporter says of a dump beyond the receipt: rows, columns, and each file with its size and
/// checksum.
///
/// It lies at `<label>/manifest.json` and is optional: the vendor's dumps have none.
public struct Manifest: Sendable, Hashable, Codable {
  /// The version of the document's shape that this module writes.
  public static let currentSchemaVersion = 1

  /// One Parquet file.
  public struct File: Sendable, Hashable, Codable {
    /// The key, relative to the location.
    public var key: String
    /// The size in bytes.
    public var bytes: Int64
    /// The rows.
    public var rows: Int64
    /// The CRC-64/NVME of the file as S3 spells it: base64 of eight bytes, the highest first.
    public var crc64nvme: String

    /// A file from its facts.
    public init(key: String, bytes: Int64, rows: Int64, crc64nvme: String) {
      self.key = key
      self.bytes = bytes
      self.rows = rows
      self.crc64nvme = crc64nvme
    }
  }

  /// One table.
  public struct Table: Sendable, Hashable, Codable {
    /// The name.
    public var name: String
    /// Rows of all files.
    public var rows: Int64
    /// The size of all files, in bytes.
    public var bytes: Int64
    /// The leaf columns, in the order of the files.
    public var columns: [Column]
    /// The files, in the order of their names.
    public var files: [File]

    /// A table from its files.
    public init(name: String, columns: [Column], files: [File]) {
      self.name = name
      self.columns = columns
      self.files = files
      rows = files.reduce(0) { $0 + $1.rows }
      bytes = files.reduce(0) { $0 + $1.bytes }
    }
  }

  /// The version of the document's shape.
  public var schemaVersion: Int
  /// The dump's id.
  public var timestamp: Timestamp
  /// The program that wrote it, with its version.
  public var exporter: String
  /// The tables, by name.
  public var tables: [Table]

  /// A manifest of this version.
  public init(timestamp: Timestamp, exporter: String, tables: [Table]) {
    schemaVersion = Manifest.currentSchemaVersion
    self.timestamp = timestamp
    self.exporter = exporter
    self.tables = tables
  }

  /// The table of a name.
  public subscript(name: String) -> Table? { tables.first { $0.name == name } }

  private enum CodingKeys: String, CodingKey {
    case timestamp, exporter, tables
    case schemaVersion = "schema_version"
  }
}
