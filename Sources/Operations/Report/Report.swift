public import Dump
public import ObjectStorage

/// What there is to see at a location: its last dumps, how they differ, and what is wrong.
///
/// A value without behaviour: the page is made of it, and so is the JSON.
public struct Report: Sendable, Codable {
  /// Where a table's numbers come from.
  public enum Source: String, Sendable, Codable, Hashable, CaseIterable {
    /// From listings: files and bytes alone.
    case listing
    /// From the manifest that the exporter wrote.
    case manifest
    /// From the ledger of the database that the dump was loaded into.
    case ledger
    /// From the footers of all files.
    case footers
  }

  /// One table of a dump.
  public struct Table: Sendable, Codable, Hashable {
    /// The table's name.
    public var name: String
    /// Its Parquet files.
    public var files: Int
    /// The files that the receipt promises; `nil` where no receipt is known.
    public var promisedFiles: Int?
    /// The size of its files, in bytes.
    public var bytes: Int64
    /// Its rows, where they are known.
    public var rows: Int64?
    /// How many leaf columns it has, where that is known.
    public var columns: Int?
    /// Where rows and columns come from.
    public var source: Source

    private enum CodingKeys: String, CodingKey {
      case name, files, bytes, rows, columns, source
      case promisedFiles = "promised_files"
    }
  }

  /// One dump.
  public struct Dump: Sendable, Codable {
    /// The name of its folder.
    public var label: DumpLabel
    /// Its id; that of its folder's name where its receipt is not known.
    public var timestamp: Timestamp
    /// What is known of its completeness; `nil` for one that only the ledger knows any more.
    public var state: DumpInventory.State?
    /// Whether `receipt.json` names it.
    public var isCurrent: Bool
    /// Whether it has a pin.
    public var isPinned: Bool
    /// When it was loaded last, as the database says.
    public var loadedAt: Timestamp?
    /// What a watch says of it, such as `quarantined`.
    public var watched: String?
    /// Its tables, by name.
    public var tables: [Table]
    /// What is wrong with it, and what changed since the dump before; at most a hundred.
    public var findings: [Finding]
    /// How many findings there are.
    public var findingCount: Int

    private enum CodingKeys: String, CodingKey {
      case label, timestamp, state, watched, tables, findings
      case isCurrent = "current"
      case isPinned = "pinned"
      case loadedAt = "loaded_at"
      case findingCount = "finding_count"
    }

    /// Its Parquet files.
    public var files: Int { tables.reduce(0) { $0 + $1.files } }
    /// The size of its files, in bytes.
    public var bytes: Int64 { tables.reduce(0) { $0 + $1.bytes } }
    /// Its rows; `nil` if those of any table are not known.
    public var rows: Int64? {
      let known = tables.compactMap(\.rows)
      return known.count == tables.count ? known.reduce(0, +) : nil
    }
  }

  /// The files of a table of the newest dump.
  public struct FileSizes: Sendable, Codable, Hashable {
    /// The table's name.
    public var table: String
    /// How many files it has; at least one.
    public var files: Int
    /// The size of the smallest, in bytes.
    public var smallest: Int64
    /// The size that half of them do not exceed, in bytes.
    public var median: Int64
    /// The size of the largest, in bytes.
    public var largest: Int64
    /// The size of all, in bytes.
    public var bytes: Int64
  }

  /// What became of tables and columns from one dump to the next.
  public struct SchemaStep: Sendable, Codable, Hashable {
    /// What became of a table's columns.
    public struct Table: Sendable, Codable, Hashable {
      /// The table's name.
      public var name: String
      /// What became of its columns.
      public var columns: [SchemaDifference.Change]
    }

    /// The earlier dump.
    public var old: DumpLabel
    /// The later dump.
    public var new: DumpLabel
    /// Tables that the earlier one does not have.
    public var added: [String]
    /// Tables that the later one does not have.
    public var removed: [String]
    /// Tables with other columns.
    public var changed: [Table]

    /// Whether nothing changed.
    public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
  }

  /// What a database holds.
  public struct Database: Sendable, Codable {
    /// The file's path, as it was given.
    public var path: String
    /// The dumps that its tables are of, the oldest first.
    public var dumps: [Timestamp]
    /// When it was loaded last.
    public var loadedAt: Timestamp?
    /// Who is loading now; `nil` if nobody is.
    public var loading: LeaseHolder?

    private enum CodingKeys: String, CodingKey {
      case path, dumps, loading
      case loadedAt = "loaded_at"
    }
  }

  /// The location, as it was given.
  public var location: String
  /// When the report was made.
  public var madeAt: Timestamp
  /// The version of the program that made it.
  public var toolVersion: String
  /// The dump in force; `nil` if no receipt can be read.
  public var receipt: Timestamp?
  /// Why no receipt can be read.
  public var receiptProblem: String?
  /// The last dumps, the oldest first.
  public var dumps: [Dump]
  /// Dumps at the location that are older, and were not looked at.
  public var olderDumps: Int
  /// When dumps are expected, as times of day; `nil` if nobody has said.
  public var schedule: String?
  /// The deliveries that were expected since the first of the dumps, and the next.
  public var deliveries: [ScheduledDelivery]
  /// What the database holds; `nil` if none was named.
  public var database: Database?
  /// How the newest dump differs from what was before it.
  public var comparison: Comparison?
  /// What became of tables and columns, the oldest step first.
  public var schemaSteps: [SchemaStep]
  /// The files of the newest dump, by table.
  public var fileSizes: [FileSizes]
  /// How many files of the newest dump are of which size, the smallest first.
  public var sizeClasses: [SizeClass]
  /// What could not be looked at, as sentences.
  public var notes: [String]
  /// What went over the network; `nil` for a directory.
  public var traffic: StorageTraffic?
  /// Wall time, in seconds.
  public var seconds: Double

  private enum CodingKeys: String, CodingKey {
    case location, receipt, dumps, schedule, deliveries, database, comparison, notes, traffic
    case seconds
    case madeAt = "made_at"
    case toolVersion = "tool_version"
    case receiptProblem = "receipt_problem"
    case olderDumps = "older_dumps"
    case schemaSteps = "schema_steps"
    case fileSizes = "file_sizes"
    case sizeClasses = "size_classes"
  }

  /// The newest dump with files that is not on its way.
  public var newest: Dump? { dumps.last { $0.isWhole } ?? dumps.last { $0.state == .partial } }
}

extension Report.Dump {
  /// Whether its numbers are those of a whole dump, as far as anybody knows.
  var isWhole: Bool {
    switch state {
    case nil, .complete, .orphan: true
    case .partial, .inFlight, .deleted: false
    }
  }
}
