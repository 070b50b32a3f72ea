/// What the rules of a policy keep of an inventory.
struct KeepRules {
  private var kept: [DumpLabel: [PrunePlan.Reason]] = [:]

  init(_ inventory: DumpInventory, _ policy: RetentionPolicy) {
    // Later ones stay in any case, and must not use up the places of those that are in force.
    let settled = inventory.dumps.filter { !$0.isAhead }
    if let newest = inventory.newestComplete, policy.keepWithin > .zero {
      for dump in settled {
        let age = Duration.seconds(newest.label.age(of: dump.label))
        if age <= policy.keepWithin { add(dump, .within, "not too old") }
      }
    }
    let complete = settled.filter { $0.state == .complete }
    let counted = settled.filter { $0.state == .complete || $0.state == .orphan }
    for dumps in [complete, counted] {
      for dump in dumps.suffix(max(0, policy.keepLast)) {
        add(dump, .last, "one of the last \(policy.keepLast)")
      }
      for (code, count, noun, period) in [
        (.daily, policy.keepDaily, "day", \DumpLabel.day),
        (.weekly, policy.keepWeekly, "week", \.week),
        (.monthly, policy.keepMonthly, "month", \.month),
      ] as [(PrunePlan.Reason.Code, Int, String, KeyPath<DumpLabel, Int>)] {
        for dump in Self.newest(of: count, period, in: dumps) {
          add(dump, code, "the last of its \(noun)")
        }
      }
    }
  }

  /// Why the rules keep a dump; empty if they do not.
  func reasons(for dump: DumpInventory.Dump) -> [PrunePlan.Reason] { kept[dump.label] ?? [] }

  private mutating func add(
    _ dump: DumpInventory.Dump, _ code: PrunePlan.Reason.Code, _ text: String
  ) {
    if kept[dump.label]?.contains(where: { $0.code == code }) == true { return }
    kept[dump.label, default: []].append(PrunePlan.Reason(code, text))
  }

  /// Of each of the last periods that have dumps the last one; `dumps` is the oldest first.
  private static func newest(
    of count: Int, _ period: KeyPath<DumpLabel, Int>, in dumps: [DumpInventory.Dump]
  ) -> [DumpInventory.Dump] {
    var seen: Set<Int> = []
    var newest: [DumpInventory.Dump] = []
    for dump in dumps.reversed() where seen.count < count {
      if seen.insert(dump.label[keyPath: period]).inserted { newest.append(dump) }
    }
    return newest
  }
}

extension DumpLabel {
  /// Days since 1970-01-01.
  fileprivate var day: Int { timestamp.daysSinceEpoch }

  /// Weeks since the one of 1970-01-01, a Thursday; they begin on Monday.
  fileprivate var week: Int { Int(Timestamp.floorDivide(Int64(day) + 3, 7)) }

  /// Months since the year 0.
  fileprivate var month: Int {
    let date = CivilDate(daysSinceEpoch: day)
    return date.year * 12 + date.month
  }
}
