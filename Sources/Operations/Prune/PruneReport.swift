public import Dump
public import ObjectStorage

/// What a prune has deleted, and what not.
public struct PruneReport: Sendable, Codable {
  /// How the deletion of one dump ended.
  public enum Ending: String, Sendable, Codable {
    /// Nothing of the layout is left of it.
    case deleted
    /// Something could not be deleted.
    case failed
    /// It was left alone, since it is needed now.
    case skipped
  }

  /// What became of one dump of the plan.
  public struct Dump: Sendable, Codable {
    /// The dump.
    public var label: DumpLabel
    /// How it ended.
    public var ending: Ending
    /// Why, if it was not deleted.
    public var reason: String?
    /// Objects that were deleted.
    public var objects = 0
    /// Their size in bytes.
    public var bytes: Int64 = 0
    /// Old versions and delete markers that were deleted.
    public var versions = 0
    /// The size of those versions in bytes.
    public var versionBytes: Int64 = 0

    private enum CodingKeys: String, CodingKey {
      case label, ending, reason, objects, bytes, versions
      case versionBytes = "version_bytes"
    }
  }

  /// An object that could not be deleted.
  public struct Failure: Sendable, Codable, Hashable {
    /// The object.
    public var key: String
    /// Why.
    public var message: String
    /// Whether a permission is missing.
    public var isDenied: Bool

    private enum CodingKeys: String, CodingKey {
      case key, message
      case isDenied = "access_denied"
    }
  }

  /// What kind of line it is in a stream of JSON.
  public let messageType = "summary"
  /// The location, as it was given.
  public var location: String
  /// The dump in force.
  public var receipt: Timestamp
  /// The dumps of the plan that were come to.
  public var dumps: [Dump] = []
  /// How many dumps the plan removes.
  public var plannedDumps: Int
  /// What could not be deleted.
  public var failures: [Failure] = []
  /// Objects that were deleted.
  public var objects = 0
  /// Bytes that are free now.
  public var freedBytes: Int64 = 0
  /// Unfinished uploads that were aborted.
  public var abortedUploads = 0
  /// Whether the bucket keeps what was deleted as old versions.
  public var keepsVersions: Bool
  /// Why the run ended before the plan did.
  public var problem: String?
  /// Wall time in seconds.
  public var seconds: Double = 0
  /// What went over the network; `nil` for a directory.
  public var traffic: StorageTraffic?

  /// Whether anything was deleted.
  var hasDeleted: Bool { abortedUploads > 0 || dumps.contains { $0.objects + $0.versions > 0 } }

  /// How the program should end.
  public var outcome: Outcome {
    let isWhole = dumps.allSatisfy { $0.ending == .deleted }
    if problem == nil, failures.isEmpty, isWhole { return .done }
    if !hasDeleted, !failures.isEmpty, failures.allSatisfy(\.isDenied) { return .accessDenied }
    return .partlyDone
  }

  private enum CodingKeys: String, CodingKey {
    case location, receipt, dumps, failures, objects, problem, seconds, traffic
    case messageType = "message_type"
    case freedBytes = "freed_bytes"
    case plannedDumps = "planned_dumps"
    case abortedUploads = "aborted_uploads"
    case keepsVersions = "keeps_versions"
  }
}

/// Something that a prune has done, as it happens.
public enum PruneEvent: Sendable, Hashable {
  /// A dump is begun with.
  case begun(DumpLabel)
  /// An object was deleted; the bucket may keep it as an old version.
  case deleted(DumpLabel, key: String, bytes: Int64)
  /// An old version or a delete marker was deleted.
  case versionDeleted(DumpLabel, key: String, versionID: String, bytes: Int64)
  /// Something could not be deleted.
  case failed(DumpLabel, key: String, message: String)
  /// A dump was come to its end with.
  case ended(DumpLabel, PruneReport.Ending, reason: String?)
  /// An unfinished upload was aborted.
  case uploadAborted(key: String)
}

extension PruneEvent: Encodable {
  private enum Key: String, CodingKey {
    case label, key, bytes, message, ending, reason
    case messageType = "message_type"
    case versionID = "version_id"
  }

  /// Writes one object with `message_type`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    func begin(_ type: String, _ label: DumpLabel?, _ key: String? = nil, _ bytes: Int64? = nil)
      throws
    {
      try container.encode(type, forKey: .messageType)
      try container.encodeIfPresent(label, forKey: .label)
      try container.encodeIfPresent(key, forKey: .key)
      try container.encodeIfPresent(bytes, forKey: .bytes)
    }
    switch self {
    case .begun(let label): try begin("dump_begun", label)
    case .deleted(let label, let key, let bytes): try begin("deleted", label, key, bytes)
    case .versionDeleted(let label, let key, let versionID, let bytes):
      try begin("version_deleted", label, key, bytes)
      try container.encode(versionID, forKey: .versionID)
    case .failed(let label, let key, let message):
      try begin("failed", label, key)
      try container.encode(message, forKey: .message)
    case .ended(let label, let ending, let reason):
      try begin("dump_ended", label)
      try container.encode(ending, forKey: .ending)
      try container.encodeIfPresent(reason, forKey: .reason)
    case .uploadAborted(let key): try begin("upload_aborted", nil, key)
    }
  }
}
