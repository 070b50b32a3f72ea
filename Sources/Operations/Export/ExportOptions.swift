public import Dump
public import Parquet

/// What an export may choose.
public struct ExportOptions: Sendable {
  /// How a table is cut into files.
  public enum FileRule: Sendable, Hashable {
    /// So many files a table, of nearly as many rows each.
    case count(Int)
    /// So many rows a file.
    case rows(Int64)
    /// About so many bytes a file, judged by the first rows of the table.
    case bytes(Int64)
  }

  /// The tables; `nil` for all that the source has.
  public var tables: [String]?
  /// The schemas of a database server; `nil` for those of the user's search path.
  public var databaseSchemas: [String]?
  /// Whether infinite dates and timestamps become nulls instead of errors.
  public var infinityIsNull = false
  /// The name of the table, where the source is one without a name.
  public var tableName: String?
  /// A document with schemas in BigQuery's form, and where it is from.
  public var schema: (json: [UInt8], name: String)?
  /// How lists are spelled.
  public var listStyle = FieldDefinition.ListStyle.standard
  /// How a table is cut into files.
  public var fileRule = FileRule.bytes(64_000_000)
  /// The dump's id; `nil` for now.
  public var timestamp: Timestamp?
  /// Whether the dump may be older than the one that the receipt names.
  public var allowsOlder = false
  /// Whether what was written stays when the export fails.
  public var keepsFailed = false
  /// Whether nothing is written.
  public var isDryRun = false
  /// How the files are written.
  public var writer = WriterOptions()
  /// What is broken on purpose.
  public var faults: [ExportFault] = []
  /// Threads that read, encode and write.
  public var threadCount = availableProcessorCount
  /// How long to wait for other users of a database.
  public var busyTimeout = Duration.seconds(60)
  /// The version that the manifest names.
  public var toolVersion = ""

  /// The defaults.
  public init() {}
}
