/// Decides which dumps go: inventory × policy × what consumers have loaded → plan.
///
/// Whatever the policy says, these stay: the dump that the receipt names, all that are later than it,
/// the newest complete one, those with a pin, and those that a named consumer has neither loaded nor
/// passed over. So there is always one that stays, or nothing goes at all.
///
/// The rules that count dumps look at them twice: once at the complete ones alone, so that N good
/// ones stay however many exports have failed, and once at those of which no receipt is known too,
/// since most exporters keep no old receipts and their dumps can be no more than that. Partial ones
/// never count. A dump that does not stay changes nothing for the others, in whatever state it is:
/// a run that was cut off in the middle of a dump goes on where it ended.
public struct Retention: Sendable {
  /// The rules.
  public var policy: RetentionPolicy
  /// Those for whom dumps stay until they are loaded.
  public var consumers: [DumpConsumer] = []
  /// What one run may delete at most.
  public var limits: [DeletionLimit] = []
  /// Whether old versions and delete markers go too.
  public var removesVersions = false
  /// The age from which on unfinished uploads are aborted; `nil` for never.
  public var abortsUploadsAfter: Duration?

  /// A decision by a policy.
  public init(policy: RetentionPolicy = RetentionPolicy()) { self.policy = policy }

  /// Makes the plan.
  ///
  /// - Parameters:
  ///   - inventory: What is there.
  ///   - receipt: The receipt in force.
  ///   - location: The location as it was given.
  ///   - keepsVersions: Whether the bucket keeps what is deleted.
  ///   - notes: What could not be looked at.
  ///   - now: The time.
  /// - Returns: The plan; one with refusals must not be applied.
  public func plan(
    _ inventory: DumpInventory, receipt: Receipt, location: String, keepsVersions: Bool,
    notes: [String] = [], at now: Timestamp
  ) -> PrunePlan {
    let rules = KeepRules(inventory, policy)
    let newest = inventory.newestComplete
    let decisions = inventory.dumps.filter { $0.state != .deleted || removesVersions }.map { dump in
      var reasons = hardReasons(for: dump, newest: newest, receipt: receipt, now: now)
      reasons += rules.reasons(for: dump)
      let isRemoved = reasons.isEmpty
      if isRemoved { reasons = [removalReason(dump, newest)] }
      return PrunePlan.Decision(
        dump, isRemoved ? .remove : .keep, reasons,
        age: newest.map { $0.label.age(of: dump.label) })
    }
    var plan = PrunePlan(
      location: location, madeAt: now, receipt: receipt.timestamp,
      receiptFingerprint: Fingerprint.text(receipt.text), newestComplete: newest?.label,
      policy: policy, removesVersions: removesVersions, keepsVersions: keepsVersions,
      decisions: decisions, uploads: staleUploads(inventory, now), pins: inventory.pins,
      refusals: [], warnings: warnings(inventory, receipt) + notes)
    plan = plan.refusing(refusals(inventory, plan))
    return plan
  }

  // MARK: Reasons

  private func hardReasons(
    for dump: DumpInventory.Dump, newest: DumpInventory.Dump?, receipt: Receipt, now: Timestamp
  ) -> [PrunePlan.Reason] {
    var reasons: [PrunePlan.Reason] = []
    if newest == nil {
      reasons.append(.init(.nothingComplete, "no dump is known to be complete, so that none goes"))
    }
    if dump.isCurrent { reasons.append(.init(.current, "receipt.json names it")) }
    if dump.isAhead { reasons.append(.init(.ahead, "it is later than receipt.json")) }
    if dump.label == newest?.label {
      reasons.append(.init(.newestComplete, "it is the newest complete dump"))
    }
    if dump.isPinned { reasons.append(.init(.pinned, "it is pinned")) }
    for consumer in consumers where !dump.isPassed(by: consumer.position(asOf: receipt)) {
      reasons.append(.init(.notLoaded, "\(consumer.name) has not loaded it, nor a later one"))
    }
    if dump.state == .orphan, let written = dump.lastWrittenAt,
      now.duration(since: written) < policy.orphanGrace
    {
      reasons.append(
        .init(.recent, "no receipt of it is known, and its last file is of \(written.minute)"))
    }
    return reasons
  }

  private func removalReason(
    _ dump: DumpInventory.Dump, _ newest: DumpInventory.Dump?
  ) -> PrunePlan.Reason {
    let age = newest.map { Wording.age(seconds: $0.label.age(of: dump.label)) } ?? ""
    switch dump.state {
    case .complete, .inFlight:
      return .init(.expired, "\(age) older than the newest complete dump")
    case .partial:
      return .init(.expired, "\(age) older than the newest complete dump, and not whole")
    case .orphan:
      return .init(.expired, "\(age) older than the newest complete dump; no receipt is known")
    case .deleted:
      return .init(.leftover, "\(age) older than the newest complete dump; only old versions left")
    }
  }

  private func staleUploads(_ inventory: DumpInventory, _ now: Timestamp) -> [PendingUpload] {
    guard let abortsUploadsAfter else { return [] }
    return inventory.uploads.filter { upload in
      upload.initiatedAt.map { now.duration(since: $0) >= abortsUploadsAfter } ?? false
    }
  }

  // MARK: Refusals

  private func refusals(_ inventory: DumpInventory, _ plan: PrunePlan) -> [PrunePlan.Refusal] {
    var refusals: [PrunePlan.Refusal] = []
    func refuse(_ code: String, _ message: String, _ hint: String) {
      refusals.append(PrunePlan.Refusal(code: code, message: message, hint: hint))
    }
    if policy.isEmpty {
      refuse(
        "policy-empty", "the policy keeps nothing",
        "Give --keep-within, --keep-last or another rule.")
    }
    if inventory.newestComplete == nil, !inventory.dumps.isEmpty {
      refuse(
        "nothing-complete",
        "none of the \(Wording.count(inventory.dumps.count, "dump")) is known to be complete",
        "`receipt verify` says what the current one lacks; nothing goes before one is whole.")
    }
    if let name = inventory.unreadablePins.first {
      refuse(
        "pin-unreadable",
        "\(DumpKeys.pinFolder)\(Wording.printable(name)) is not the label of a dump",
        "A pin is called like the dump's folder; delete it, or pin with --pin LABEL.")
    }
    for limit in limits {
      switch limit {
      case .dumps(let count) where plan.removals.count > count:
        refuse(
          "max-delete",
          "\(Wording.count(plan.removals.count, "dump")) would go, more than \(count)",
          "Look at the plan, and raise --max-delete if it is right.")
      case .bytes(let count) where plan.removedByteCount > count:
        refuse(
          "max-delete",
          "\(Wording.grouped(plan.removedByteCount)) bytes would go, more than "
            + Wording.grouped(count),
          "Look at the plan, and raise --max-delete if it is right.")
      case .dumps, .bytes: continue
      }
    }
    return refusals
  }

  private func warnings(_ inventory: DumpInventory, _ receipt: Receipt) -> [String] {
    var warnings: [String] = []
    if let newest = inventory.newestComplete, !newest.isCurrent {
      warnings.append(
        "the dump that receipt.json names is not whole; the newest complete one is \(newest.label)")
    }
    let there = Set(inventory.dumps.map(\.label))
    for pin in inventory.pins where !there.contains(pin) {
      warnings.append("there is a pin for \(pin), and no such dump")
    }
    for consumer in consumers {
      let others = consumer.loads.filter { $0 > receipt.timestamp }
      if let load = others.max() {
        warnings.append(
          "\(consumer.name) has loaded \(load), which is later than receipt.json and does not "
            + "count")
      }
    }
    if inventory.foreign.count > 0 {
      warnings.append(
        "\(Wording.count(inventory.foreign.count, "object")) of "
          + "\(Wording.grouped(inventory.foreign.byteCount)) bytes are not of the layout and stay, "
          + "such as \(Wording.printable(inventory.foreign.example ?? ""))")
    }
    return warnings
  }
}

extension DumpInventory.Dump {
  /// Whether somebody who has loaded a dump has no use for this one any more.
  fileprivate func isPassed(by position: Timestamp?) -> Bool {
    guard let position else { return false }
    // Without a receipt its minute is all that is known of it.
    return timestamp.map { $0 <= position } ?? (label <= DumpLabel(position))
  }
}

extension DumpLabel {
  /// How many seconds before this a dump is.
  func age(of other: DumpLabel) -> Int64 {
    Int64(minutesSinceEpoch - other.minutesSinceEpoch) * 60
  }
}

extension Timestamp {
  fileprivate var minute: String { DumpLabel(self).description }
}
