public import Dump
public import ObjectStorage

/// What a verification found.
public struct VerifyReport: Sendable, Codable {
  /// One table.
  public struct Table: Sendable, Codable {
    /// The table's name.
    public var name: String
    /// Files that the receipt promises.
    public var promisedFiles: Int
    /// Files that are there.
    public var files: Int
    /// The size of the files, in bytes.
    public var bytes: Int64
    /// Rows of all files; `nil` where a footer could not be read or none was looked at.
    public var rows: Int64?
    /// Leaf columns; `nil` where no footer was looked at.
    public var columns: Int?
    /// Pages whose checksum was compared; `nil` unless every value was looked at.
    public var checkedPages: Int?
    /// Pages without a checksum; `nil` unless every value was looked at.
    public var uncheckedPages: Int?

    private enum CodingKeys: String, CodingKey {
      case name, files, bytes, rows, columns
      case promisedFiles = "promised_files"
      case checkedPages = "checked_pages"
      case uncheckedPages = "unchecked_pages"
    }
  }

  /// The location, as it was given.
  public var location: String
  /// How much was looked at.
  public var level: VerifyOptions.Level
  /// The dump's id; `nil` if the receipt could not be read.
  public var timestamp: Timestamp?
  /// The id of the earlier dump that this one was compared with.
  public var against: Timestamp?
  /// The exporter that wrote the dump's manifest; `nil` if there is none.
  public var manifest: String?
  /// The tables, by name.
  public var tables: [Table]
  /// Everything that is not as it should be, and what is worth knowing.
  public var findings: [Finding]
  /// Wall time in seconds.
  public var seconds: Double
  /// What went over the network; `nil` for a directory.
  public var traffic: StorageTraffic?

  /// Pages of all tables that have no checksum, of how many; `nil` unless every value was looked at.
  ///
  /// What decodes need not be what was written; only a checksum can prove that.
  public var unprovablePages: (count: Int, total: Int)? {
    let tables = tables.filter { $0.uncheckedPages != nil }
    if tables.isEmpty { return nil }
    let unchecked = tables.reduce(0) { $0 + ($1.uncheckedPages ?? 0) }
    return (unchecked, tables.reduce(unchecked) { $0 + ($1.checkedPages ?? 0) })
  }

  /// How the command ends.
  public var outcome: Outcome { Outcome(findings) }
}
