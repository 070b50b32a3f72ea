/// Which dumps stay: one that any of the rules keeps.
///
/// Ages are counted from the newest complete dump, so that nothing goes when deliveries stop. The
/// calendar is UTC's; weeks begin on Monday.
public struct RetentionPolicy: Sendable, Hashable {
  /// How much older than the newest complete dump a dump may be; zero keeps that one only.
  public var keepWithin = Duration.seconds(7 * 86_400)
  /// How many of the newest dumps stay.
  public var keepLast = 1
  /// Of how many of the last days that have dumps the newest one stays.
  public var keepDaily = 0
  /// Of how many of the last weeks.
  public var keepWeekly = 0
  /// Of how many of the last months.
  public var keepMonthly = 0
  /// How long after its last file a dump without a known receipt stays in any case: it may be on its
  /// way under an old label.
  public var orphanGrace = Duration.seconds(86_400)

  /// The defaults: seven days, and the newest dump.
  public init() {}

  /// Whether no rule keeps anything.
  public var isEmpty: Bool {
    keepWithin <= .zero && [keepLast, keepDaily, keepWeekly, keepMonthly].allSatisfy { $0 <= 0 }
  }
}

extension RetentionPolicy: Codable {
  private enum Key: String, CodingKey {
    case keepWithin = "keep_within_seconds"
    case keepLast = "keep_last"
    case keepDaily = "keep_daily"
    case keepWeekly = "keep_weekly"
    case keepMonthly = "keep_monthly"
    case orphanGrace = "orphan_grace_seconds"
  }

  /// Reads the fields, durations in whole seconds.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    keepWithin = .seconds(try container.decode(Int64.self, forKey: .keepWithin))
    keepLast = try container.decode(Int.self, forKey: .keepLast)
    keepDaily = try container.decode(Int.self, forKey: .keepDaily)
    keepWeekly = try container.decode(Int.self, forKey: .keepWeekly)
    keepMonthly = try container.decode(Int.self, forKey: .keepMonthly)
    orphanGrace = .seconds(try container.decode(Int64.self, forKey: .orphanGrace))
  }

  /// Writes the fields, durations in whole seconds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(keepWithin.components.seconds, forKey: .keepWithin)
    try container.encode(keepLast, forKey: .keepLast)
    try container.encode(keepDaily, forKey: .keepDaily)
    try container.encode(keepWeekly, forKey: .keepWeekly)
    try container.encode(keepMonthly, forKey: .keepMonthly)
    try container.encode(orphanGrace.components.seconds, forKey: .orphanGrace)
  }
}

/// Who loads dumps, and which it has loaded.
public struct DumpConsumer: Sendable, Hashable {
  /// How it is called in reasons.
  public let name: String
  /// The dumps it has loaded.
  public let loads: [Timestamp]

  /// Makes a consumer.
  public init(name: String, loads: [Timestamp]) {
    self.name = name
    self.loads = loads
  }

  /// The newest dump it has loaded, as far as that is not later than the receipt in force: later ones
  /// are of another location, or were taken back, and stand for nothing here.
  func position(asOf receipt: Receipt) -> Timestamp? {
    loads.filter { $0 <= receipt.timestamp }.max()
  }
}

/// How much one run may delete.
public enum DeletionLimit: Sendable, Hashable {
  /// So many dumps.
  case dumps(Int)
  /// So many bytes.
  case bytes(Int64)
}
