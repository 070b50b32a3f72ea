/// Which dumps stay and which go, each with its reasons: what `prune` prints, keeps and applies.
public struct PrunePlan: Sendable, Hashable, Codable {
  /// What happens to a dump.
  public enum Action: String, Sendable, Hashable, Codable {
    case keep
    case remove
  }

  /// What is decided about one dump.
  public struct Decision: Sendable, Hashable, Codable {
    /// The dump.
    public let label: DumpLabel
    /// What happens to it.
    public let action: Action
    /// Why, the weightiest first; never empty.
    public let reasons: [Reason]
    /// What is known of its completeness.
    public let state: DumpInventory.State
    /// How much older than the newest complete dump it is, in seconds; negative if it is newer.
    public let ageSeconds: Int64
    /// Its tables.
    public let tables: Int
    /// Its Parquet files.
    public let files: Int
    /// All of its objects.
    public let objectCount: Int
    /// Their size in bytes.
    public let bytes: Int64
    /// Old versions of its objects.
    public let oldVersions: Int
    /// Their size in bytes.
    public let oldVersionBytes: Int64
    /// Delete markers of its objects.
    public let deleteMarkers: Int
    /// Whether it is later than the receipt in force.
    public let isAhead: Bool
    /// A number that is another one when the dump is.
    public let fingerprint: String
    /// What is deleted, in the order in which it is; empty for a dump that stays.
    public let objects: [ListedObject]
    /// Whether it gets a mark before its first object goes.
    public let needsMark: Bool

    private enum CodingKeys: String, CodingKey {
      case label, action, reasons, state, tables, files, bytes, fingerprint, objects
      case ageSeconds = "age_seconds"
      case objectCount = "object_count"
      case oldVersions = "old_versions"
      case oldVersionBytes = "old_version_bytes"
      case deleteMarkers = "delete_markers"
      case isAhead = "ahead"
      case needsMark = "needs_mark"
    }
  }

  /// Why nothing may be deleted at all.
  public struct Refusal: Sendable, Hashable, Codable {
    /// A stable word.
    public let code: String
    /// What is the case, with both numbers where there are two.
    public let message: String
    /// What to do, as a sentence.
    public let hint: String
  }

  /// The location, as it was given.
  public let location: String
  /// When it was made.
  public let madeAt: Timestamp
  /// The receipt in force.
  public let receipt: Timestamp
  /// A number that is another one when the receipt is.
  public let receiptFingerprint: String
  /// The newest complete dump, from which ages are counted; `nil` where none is.
  public let newestComplete: DumpLabel?
  /// The rules.
  public let policy: RetentionPolicy
  /// Whether old versions and delete markers of what is removed go too.
  public let removesVersions: Bool
  /// Whether the bucket keeps what is deleted as old versions.
  public let keepsVersions: Bool
  /// What is decided, the oldest dump first.
  public let decisions: [Decision]
  /// Unfinished uploads that are aborted.
  public let uploads: [PendingUpload]
  /// The dumps with pins, there or not.
  public let pins: [DumpLabel]
  /// Why nothing may be deleted; usually empty.
  public let refusals: [Refusal]
  /// What is worth knowing beside.
  public let warnings: [String]

  /// The dumps that go, the oldest first.
  public var removals: [Decision] { decisions.filter { $0.action == .remove } }

  /// The bytes that deleting frees: none where versions are kept.
  public var freedByteCount: Int64 {
    removals.lazy.map { decision in
      let now = keepsVersions && !removesVersions ? 0 : decision.bytes
      return now + (removesVersions ? decision.oldVersionBytes : 0)
    }.total()
  }

  private enum CodingKeys: String, CodingKey {
    case location, receipt, policy, decisions, uploads, pins, refusals, warnings
    case madeAt = "made_at"
    case receiptFingerprint = "receipt_fingerprint"
    case newestComplete = "newest_complete"
    case removesVersions = "removes_versions"
    case keepsVersions = "keeps_versions"
  }
}

extension PrunePlan {
  /// A reason with a stable word and, for people, a text.
  public struct Reason: Sendable, Hashable, Codable {
    /// The kind of a reason.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
      // Why a dump stays, the weightiest first.
      /// No dump is known to be complete.
      case nothingComplete = "nothing-complete"
      /// The receipt in force names it.
      case current
      /// It is later than the receipt in force.
      case ahead
      /// It is the newest complete one.
      case newestComplete = "newest-complete"
      /// It has a pin.
      case pinned
      /// A named consumer has not loaded it, nor a later one.
      case notLoaded = "not-loaded"
      /// No receipt of it is known, and its last file was written lately.
      case recent
      /// `--keep-within`.
      case within
      /// `--keep-last`.
      case last
      /// `--keep-daily`.
      case daily
      /// `--keep-weekly`.
      case weekly
      /// `--keep-monthly`.
      case monthly
      // Why a dump goes.
      /// No rule keeps it.
      case expired
      /// No rule keeps it, and only old versions are left of it.
      case leftover
    }

    /// The kind.
    public let code: Code
    /// The reason in words.
    public let text: String

    init(_ code: Code, _ text: String) {
      self.code = code
      self.text = text
    }
  }
}
