public import Dump
import ObjectStorage

/// What becomes of the lifecycle rules of a bucket.
public struct LifecycleReport: Sendable {
  /// The location, as it was given.
  public let location: String
  /// The rules before and after.
  public let merge: LifecycleMerge
  /// What is dangerous about them.
  public let warnings: [String]
  /// Where the rules are that were there before; `nil` while nothing was written.
  public var undoFile: String?
  /// Whether they were written.
  public var isApplied = false
  let transitionMinimum: String?

  init(
    _ store: S3Store, _ merge: LifecycleMerge, _ transitionMinimum: String?, _ rules: DumpLifecycle
  ) {
    location = store.description
    self.merge = merge
    warnings = merge.warnings(for: rules)
    self.transitionMinimum = transitionMinimum
  }
}

extension LifecycleReport: Encodable {
  private enum Key: String, CodingKey {
    case location, changes, difference, warnings, applied
    case undoFile = "undo_file"
  }

  /// Writes whether anything changes, what, and what was done.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(location, forKey: .location)
    try container.encode(merge.changes, forKey: .changes)
    try container.encode(merge.difference, forKey: .difference)
    try container.encode(warnings, forKey: .warnings)
    try container.encode(isApplied, forKey: .applied)
    try container.encodeIfPresent(undoFile, forKey: .undoFile)
  }
}

/// What lifecycle rules will do to what is at a location.
public struct LifecycleSimulationReport: Sendable, Codable {
  /// The location, as it was given.
  public var location: String
  /// Whether the bucket's rules stand alone, or with those of this tool.
  public var isAsIs: Bool
  /// When it was looked at.
  public var at: Timestamp
  /// The rules in force, by id.
  public var rules: [String]
  /// What goes when.
  public var simulation: LifecycleSimulation
  /// Whether the bucket keeps what goes as old versions.
  public var keepsVersions: Bool
  /// What could not be looked at.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case location, at, rules, simulation, notes
    case isAsIs = "as_is"
    case keepsVersions = "keeps_versions"
  }
}
