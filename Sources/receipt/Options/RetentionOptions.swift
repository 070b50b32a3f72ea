import ArgumentParser
import Dump

/// The rules by which dumps stay.
struct RetentionOptions: ParsableArguments {
  @Option(help: "Keep what is no older than this, such as 36h, 7d or 2w. (default: 7d)")
  var keepWithin: Interval?

  @Option(help: "Keep so many of the last dumps. (default: 1)")
  var keepLast: Int?

  @Option(help: "Keep the last dump of so many days that have dumps.")
  var keepDaily: Int?

  @Option(help: "Keep the last dump of so many weeks, which begin on Monday.")
  var keepWeekly: Int?

  @Option(help: "Keep the last dump of so many months.")
  var keepMonthly: Int?

  @Option(
    help: "How long dumps without a known receipt stay after their last file. (default: 24h)")
  var orphanGrace: Interval?

  @Option(
    help: """
      Keep what this SQLite file, or `redshift` or `snowflake`, has not loaded, nor a later dump; \
      repeatable.
      """)
  var loadedBy: [String] = []

  @Option(help: "How long to wait for other users of that database, such as 30s.")
  var busyTimeout = Interval(seconds: 60)

  /// Whether no rule was given.
  var isDefault: Bool {
    keepWithin == nil && orphanGrace == nil && loadedBy.isEmpty
      && [keepLast, keepDaily, keepWeekly, keepMonthly].allSatisfy { $0 == nil }
  }

  var policy: RetentionPolicy {
    var policy = RetentionPolicy()
    if let keepWithin { policy.keepWithin = keepWithin.value }
    if let keepLast { policy.keepLast = keepLast }
    if let keepDaily { policy.keepDaily = keepDaily }
    if let keepWeekly { policy.keepWeekly = keepWeekly }
    if let keepMonthly { policy.keepMonthly = keepMonthly }
    if let orphanGrace { policy.orphanGrace = orphanGrace.value }
    return policy
  }

  func validate() throws {
    for (name, count) in [
      ("last", keepLast), ("daily", keepDaily), ("weekly", keepWeekly), ("monthly", keepMonthly),
    ] {
      if let count, count < 0 { throw ValidationError("--keep-\(name) must not be negative") }
    }
  }
}

/// The name of a dump's folder.
struct LabelArgument: ExpressibleByArgument {
  let label: DumpLabel

  init?(argument: String) {
    guard let label = try? DumpLabel(parsing: argument) else { return nil }
    self.label = label
  }
}

/// `3` dumps, or `10GB`.
struct DeletionLimitArgument: ExpressibleByArgument {
  let limit: DeletionLimit

  init?(argument: String) {
    if let count = Int(argument) {
      if count < 0 { return nil }
      limit = .dumps(count)
    } else if let bytes = ByteCount(argument: argument) {
      limit = .bytes(bytes.value)
    } else {
      return nil
    }
  }
}
