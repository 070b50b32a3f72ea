public import Dump

/// What a report may choose.
public struct ReportOptions: Sendable {
  /// How many dumps are looked at, the last ones.
  public var dumpLimit = 14
  /// When dumps are expected; `nil` if nobody has said.
  public var schedule: Schedule?
  /// How late a dump may be.
  public var grace = Duration.seconds(7_200)
  /// The database that dumps are loaded into; `nil` for none.
  public var database: String?
  /// The state file of a watch; `nil` for the one beside the database.
  public var statePath: String?
  /// Whether the newest dump and the one before are compared row by row.
  public var comparesRows = false
  /// Keys of tables, for that; without one the presets' are used.
  public var keys: [TableKey] = []
  /// How long to wait for other users of the database.
  public var busyTimeout = Duration.seconds(60)
  /// Threads that read.
  public var threadCount = availableProcessorCount
  /// Bytes of memory that may be taken.
  public var maxMemoryByteCount: Int64 = 256 << 20
  /// The version of the program.
  public var toolVersion = ""

  /// The defaults.
  public init() {}
}
