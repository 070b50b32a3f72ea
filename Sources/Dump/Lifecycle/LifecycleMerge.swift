/// The rules of a bucket with others put in: ours take the place of those with their ids, and all
/// others stay as they are.
public struct LifecycleMerge: Sendable, Hashable {
  /// The rules that S3 takes for one bucket.
  public static let ruleLimit = 1_000

  /// The rules before.
  public let before: [LifecycleRule]
  /// The rules after.
  public let after: [LifecycleRule]

  /// Puts rules into those of a bucket.
  public init(_ rules: [LifecycleRule], into present: [LifecycleRule]) {
    var merged = present
    for rule in rules {
      if let index = merged.firstIndex(where: { $0.id == rule.id }) {
        merged[index] = rule
      } else {
        merged.append(rule)
      }
    }
    before = present
    after = merged
  }

  /// Replaces all rules, for taking back what was written.
  public init(replacing present: [LifecycleRule], by rules: [LifecycleRule]) {
    before = present
    after = rules
  }

  /// Whether anything changes; the order of rules means nothing.
  public var changes: Bool { Set(before) != Set(after) }

  /// What changes, as lines: `+` for what comes, `-` for what goes, a space for what stays.
  public var difference: [String] {
    var lines: [String] = []
    let kept = Set(after)
    let known = Set(before)
    for rule in before {
      if kept.contains(rule) {
        lines.append("  rule \(Wording.quoted(rule.id)) stays")
      } else {
        lines += rule.element.lines.map { "- " + $0 }
        if let new = after.first(where: { $0.id == rule.id }) {
          lines += new.element.lines.map { "+ " + $0 }
        }
      }
    }
    let ids = Set(before.map(\.id))
    for rule in after where !known.contains(rule) && !ids.contains(rule.id) {
      lines += rule.element.lines.map { "+ " + $0 }
    }
    return lines
  }

  /// What is dangerous about the rules as they will be.
  ///
  /// - Parameter lifecycle: The location's own rules.
  /// - Returns: A sentence for each.
  public func warnings(for lifecycle: DumpLifecycle) -> [String] {
    var warnings: [String] = []
    let own = Set(lifecycle.rules.map(\.id))
    let receipt = lifecycle.locationPrefix + DumpKeys.receipt
    for rule in after where rule.isEnabled && rule.expiresObjects {
      let when =
        rule.expirationDays.map { "\(Wording.count($0, "day")) after they were written" }
        ?? "on \(rule.expirationDate?.description ?? "")"
      if receipt.utf8.starts(with: rule.prefix.utf8) {
        warnings.append(
          "rule \(Wording.quoted(rule.id)) takes receipt.json with all that begins with "
            + "\(Wording.quoted(rule.prefix)), \(when)")
      } else if !own.contains(rule.id), Self.overlap(rule.prefix, lifecycle.dumpPrefix) {
        warnings.append("rule \(Wording.quoted(rule.id)) takes dumps too, \(when)")
      }
    }
    if lifecycle.locationPrefix.isEmpty, after.contains(where: { own.contains($0.id) }) {
      warnings.append(
        "the rules mean every key of the bucket that begins with 20, whoever wrote it; dumps in a "
          + "sub-folder would stand apart")
    }
    return warnings
  }

  private static func overlap(_ one: String, _ other: String) -> Bool {
    one.utf8.starts(with: other.utf8) || other.utf8.starts(with: one.utf8)
  }
}
