public import Dump
public import ObjectStorage

/// The dumps of a location, and what is beside them.
public struct DumpsReport: Sendable, Codable {
  /// One dump.
  public struct Dump: Sendable, Codable {
    /// The name of its folder.
    public var label: DumpLabel
    /// What is known of its completeness.
    public var state: DumpInventory.State
    /// Whether `receipt.json` names it.
    public var isCurrent: Bool
    /// Whether it has a pin.
    public var isPinned: Bool
    /// Its id, where its receipt is known.
    public var timestamp: Timestamp?
    /// How old it is by its label, in seconds.
    public var ageSeconds: Double
    /// Its tables, by name.
    public var tables: [DumpInventory.Table]
    /// Its Parquet files.
    public var files: Int
    /// The size of all its objects, in bytes.
    public var bytes: Int64
    /// Old versions of its objects.
    public var oldVersions: Int
    /// Their size in bytes.
    public var oldVersionBytes: Int64
    /// Delete markers of its objects.
    public var deleteMarkers: Int
    /// What is in its folder and not of the layout.
    public var foreign: ObjectTotals
    /// When the last of its objects was written, as far as the store says.
    public var lastWrittenAt: Timestamp?

    private enum CodingKeys: String, CodingKey {
      case label, state, timestamp, tables, files, bytes, foreign
      case isCurrent = "current"
      case isPinned = "pinned"
      case ageSeconds = "age_seconds"
      case oldVersions = "old_versions"
      case oldVersionBytes = "old_version_bytes"
      case deleteMarkers = "delete_markers"
      case lastWrittenAt = "last_written_at"
    }
  }

  /// The location, as it was given.
  public var location: String
  /// The dump that is in force; `nil` if no receipt can be read.
  public var receipt: Timestamp?
  /// Why no receipt can be read.
  public var receiptProblem: String?
  /// The dumps, the newest first.
  public var dumps: [Dump]
  /// The dumps with pins, there or not.
  public var pins: [DumpLabel]
  /// Names of pins that are no labels.
  public var unreadablePins: [String]
  /// The dumps of which a receipt is kept.
  public var archivedReceipts: [Timestamp]
  /// What is not of the layout.
  public var foreign: ObjectTotals
  /// Uploads that were begun and not finished.
  public var uploads: [PendingUpload]
  /// Whether the bucket keeps versions; `nil` for a directory, and if it is not known.
  public var versioning: BucketVersioning?
  /// What could not be looked at.
  public var notes: [String]
  /// What went over the network; `nil` for a directory.
  public var traffic: StorageTraffic?

  private enum CodingKeys: String, CodingKey {
    case location, receipt, dumps, pins, foreign, uploads, versioning, notes, traffic
    case receiptProblem = "receipt_problem"
    case unreadablePins = "unreadable_pins"
    case archivedReceipts = "archived_receipts"
  }
}

extension DumpsReport {
  init(_ survey: LocationSurvey, store: any ObjectStore, now: Timestamp) {
    let inventory = survey.inventory
    var problem: String?
    if case .failure(let error) = survey.receipt { problem = error.message }
    self.init(
      location: store.description, receipt: inventory.receipt?.timestamp, receiptProblem: problem,
      dumps: inventory.dumps.reversed().map { Dump($0, now: now) }, pins: inventory.pins,
      unreadablePins: inventory.unreadablePins, archivedReceipts: inventory.archivedReceipts,
      foreign: inventory.foreign, uploads: inventory.uploads,
      versioning: store is S3Store ? survey.versioning : nil, notes: survey.notes,
      traffic: store.traffic)
  }
}

extension DumpsReport.Dump {
  fileprivate init(_ dump: DumpInventory.Dump, now: Timestamp) {
    let old = dump.versions.filter { !$0.isDeleteMarker }
    self.init(
      label: dump.label, state: dump.state, isCurrent: dump.isCurrent, isPinned: dump.isPinned,
      timestamp: dump.timestamp,
      ageSeconds: now.duration(since: dump.timestamp ?? dump.label.timestamp).inSeconds,
      tables: dump.tables, files: dump.fileCount, bytes: dump.byteCount, oldVersions: old.count,
      oldVersionBytes: old.reduce(0) { $0 + $1.byteCount },
      deleteMarkers: dump.versions.count - old.count, foreign: dump.foreign,
      lastWrittenAt: dump.lastWrittenAt)
  }
}
