/// What lifecycle rules will do to the objects that are there, if nothing more is written.
///
/// For what exists that is what happens anyway; for the location as a whole it is what happens when
/// deliveries stop. Dates are midnights of UTC, the earliest on which S3 may delete; it takes its
/// time.
public struct LifecycleSimulation: Sendable, Hashable, Codable {
  /// When a dump, or the receipt, goes.
  public struct Expiry: Sendable, Hashable, Codable {
    /// When the first of its objects goes; `nil` if all stay.
    public let first: Timestamp?
    /// When the last of those that go does.
    public let last: Timestamp?
    /// How many of its objects stay.
    public let staying: Int
    /// The rules that do it, by id.
    public let rules: [String]
    /// Whether tags decide too, so that it may not be so.
    public let isUncertain: Bool

    private enum CodingKeys: String, CodingKey {
      case first, last, staying, rules
      case isUncertain = "uncertain"
    }
  }

  /// What happens to one dump.
  public struct Dump: Sendable, Hashable, Codable {
    /// The dump.
    public let label: DumpLabel
    /// What is known of its completeness.
    public let state: DumpInventory.State
    /// Whether the receipt in force names it.
    public let isCurrent: Bool
    /// Whether it has a pin.
    public let isPinned: Bool
    /// When it goes.
    public let expiry: Expiry

    private enum CodingKeys: String, CodingKey {
      case label, state, expiry
      case isCurrent = "current"
      case isPinned = "pinned"
    }
  }

  /// The dumps, the oldest first.
  public let dumps: [Dump]
  /// When the receipt goes; `nil` where there is none.
  public let receipt: Expiry?
  /// From when on no dump is complete any more; `nil` if one stays.
  public let nothingCompleteFrom: Timestamp?
  /// What is to be feared.
  public let warnings: [String]

  private enum CodingKeys: String, CodingKey {
    case dumps, receipt, warnings
    case nothingCompleteFrom = "nothing_complete_from"
  }

  /// Runs rules on what is there.
  ///
  /// - Parameters:
  ///   - rules: The rules of the bucket.
  ///   - inventory: The dumps.
  ///   - receipt: The object `receipt.json`, if there is one.
  ///   - locationPrefix: The location's prefix in the bucket.
  public init(
    _ rules: [LifecycleRule], on inventory: DumpInventory, receipt: ListedObject?,
    locationPrefix: String
  ) {
    let expiring = rules.filter { $0.isEnabled && $0.expiresObjects }
    func expiry(_ objects: [ListedObject]) -> Expiry {
      Expiry(expiring, objects, locationPrefix: locationPrefix)
    }
    let dumps = inventory.dumps.filter { $0.state != .deleted }.map { dump in
      Dump(
        label: dump.label, state: dump.state, isCurrent: dump.isCurrent, isPinned: dump.isPinned,
        expiry: expiry(dump.objects))
    }
    let receiptExpiry = receipt.map { expiry([$0]) }
    let complete = dumps.filter { $0.state == .complete }
    let ends = complete.compactMap(\.expiry.first)
    let end = ends.count == complete.count ? ends.max() : nil
    self.dumps = dumps
    self.receipt = receiptExpiry
    nothingCompleteFrom = end
    warnings = Self.warnings(dumps, receipt: receiptExpiry, end: end)
  }

  private static func warnings(
    _ dumps: [Dump], receipt: Expiry?, end: Timestamp?
  ) -> [String] {
    var warnings: [String] = []
    if let end, let last = dumps.last(where: { $0.expiry.first == end && $0.state == .complete }) {
      warnings.append(
        "if no dump comes, the last complete one, \(last.label), goes on \(end.day): "
          + "`receipt prune` keeps it")
    }
    if let date = receipt?.first {
      warnings.append("if no dump comes, receipt.json goes on \(date.day)")
    } else if receipt != nil, let date = dumps.last(where: \.isCurrent)?.expiry.first {
      warnings.append("receipt.json stays, and from \(date.day) on names a dump that is not there")
    }
    for dump in dumps {
      if dump.isPinned, let date = dump.expiry.first {
        warnings.append("dump \(dump.label) is pinned, which no rule knows: it goes on \(date.day)")
      }
      if let first = dump.expiry.first, let last = dump.expiry.last,
        first != last || dump.expiry.staying > 0
      {
        let rest =
          dump.expiry.staying > 0
          ? "\(Wording.count(dump.expiry.staying, "object")) of it stays"
          : "the last of it on \(last.day)"
        warnings.append("dump \(dump.label) goes in parts: the first on \(first.day), \(rest)")
      }
    }
    return warnings
  }
}

extension LifecycleSimulation.Expiry {
  init(_ rules: [LifecycleRule], _ objects: [ListedObject], locationPrefix: String) {
    var first: Timestamp?
    var last: Timestamp?
    var staying = 0
    var ids: Set<String> = []
    var isUncertain = false
    for object in objects {
      let key = locationPrefix + object.key
      var soonest: (date: Timestamp, rule: LifecycleRule)?
      for rule in rules where rule.applies(to: key, byteCount: object.byteCount) {
        guard let date = object.modifiedAt.flatMap({ rule.expiry(writtenAt: $0) }) else { continue }
        if soonest.map({ date < $0.date }) ?? true { soonest = (date, rule) }
      }
      guard let soonest else {
        staying += 1
        continue
      }
      first = min(first ?? soonest.date, soonest.date)
      last = max(last ?? soonest.date, soonest.date)
      ids.insert(soonest.rule.id)
      if soonest.rule.hasTags { isUncertain = true }
    }
    self.init(
      first: first, last: last, staying: staying, rules: ids.sorted(by: Wording.precedes),
      isUncertain: isUncertain)
  }
}

extension Timestamp {
  /// `2026-11-28`.
  fileprivate var day: String { String(description.prefix(10)) }
}
