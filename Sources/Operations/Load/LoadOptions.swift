public import Dump
public import SQLiteTables

/// What a load may choose.
public struct LoadOptions: Sendable {
  /// How much of the dump is checked before it is loaded.
  public enum Verification: String, Sendable, CaseIterable, Comparable {
    /// Nothing beyond what loading itself needs.
    case none
    /// Counts and names.
    case quick
    /// Also every footer.
    case standard
    /// Also every value.
    case deep

    /// Whether one checks less than the other.
    public static func < (left: Verification, right: Verification) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  /// How the tables come into a database that is there already.
  public enum Publishing: String, Sendable, CaseIterable {
    /// What harms nobody: a transaction.
    case auto
    /// One transaction replaces all tables; everything else in the database stays.
    case transaction
    /// A new file takes the place of the old one, which must hold nothing else; programs that
    /// have it open go on reading the old one. They must open the new one before anything is
    /// written to it: SQLite would roll the journal of the new file back into the old one, and
    /// remove it.
    case swap
  }

  /// Which rows are written into a database that holds an earlier dump.
  public enum Application: String, Sendable, CaseIterable {
    /// What is cheaper for each table, by the row counts and the checksums of the rows.
    case auto
    /// All rows.
    case replace
    /// Rows that were added, changed or removed, wherever keys and checksums tell.
    case changes
  }

  /// What a table's columns may do from one dump to the next.
  public enum SchemaRule: String, Sendable, CaseIterable {
    /// Nothing may change.
    case freeze
    /// Columns may be added, moved and hold more.
    case additive
    /// Anything; tables and columns may go.
    case evolve
  }

  /// How values are converted.
  public var conversion = ConversionOptions()
  /// The tables to load; `nil` for all.
  public var tables: [String]?
  /// How much is checked first.
  public var verification = Verification.standard
  /// How the tables come into a database that is there already.
  public var publishing = Publishing.auto
  /// Whether an existing file is replaced as a whole, whatever it is.
  public var replaces = false
  /// Whether a dump is loaded although the database has it already.
  public var reloads = false
  /// Whether a dump is loaded although the database has a later one.
  public var allowsOlder = false
  /// Whether tables are replaced that no load has made.
  public var adoptsTables = false
  /// How many rows a table may lose.
  public var rowDropRule = RowDropRule(maxDrop: .half)
  /// The tables that may lose all of them.
  public var emptiedTables: [String] = []
  /// What columns may do.
  public var schemaRule = SchemaRule.additive
  /// Indexes to make; those that the tables have are kept.
  public var indexes: [IndexRequest] = []
  /// Which rows are written into a database that holds an earlier dump.
  public var apply = Application.auto
  /// Earlier dumps whose tables stay in the database under other names; `nil` for as many as there
  /// are already.
  public var keptDumpCount: Int?
  /// Keys of tables; without one the presets' are used.
  public var keys: [TableKey] = []
  /// Whether the planner is told what is in the indexes, as ANALYZE does.
  public var analyzes = true
  /// Whether SQLite checks what was built before anybody sees it.
  public var checks = false
  /// How long to wait for other users of the database.
  public var busyTimeout = Duration.seconds(60)
  /// How long the database stays reserved for this load after it was last heard of.
  public var leaseDuration = Duration.seconds(120)
  /// Threads that decode and write.
  public var threadCount = availableProcessorCount
  /// Bytes of memory that reading may take; fewer threads are used where rows need more.
  public var maxMemoryByteCount: Int64 = 256 << 20
  /// The size of a page of a new database, in bytes.
  public var pageByteCount = 16_384
  /// The version that the database records.
  public var toolVersion = ""

  /// The defaults.
  public init() {}
}

extension ConversionOptions {
  /// The options as the flags that choose them: what the ledger keeps.
  var flags: String {
    "--nested \(nesting.rawValue) --decimal \(decimals.rawValue) --uint64 \(uint64.rawValue)"
      + (assumesUTC ? " --assume-utc" : "")
  }
}
