extension PrunePlan {
  /// What is not any more as it was when the plan was made; empty if the plan can be applied.
  ///
  /// What the plan itself deletes may be gone already, in part or as a whole, so that a run that was
  /// cut off can be done again. Later dumps that are on their way do not count, nor does what is not
  /// of the layout.
  ///
  /// - Parameters:
  ///   - inventory: What is there now.
  ///   - receipt: The receipt in force now.
  ///   - location: The location as it is given now.
  /// - Returns: A sentence for each change.
  public func changes(
    in inventory: DumpInventory, receipt: Receipt, location: String
  ) -> [String] {
    if location != self.location {
      return ["the plan is for \(self.location), not for \(location)"]
    }
    var changes: [String] = []
    if receipt.timestamp != self.receipt {
      changes.append(
        "receipt.json was of \(self.receipt) and is of \(receipt.timestamp)")
    } else if Fingerprint.text(receipt.text) != receiptFingerprint {
      changes.append("receipt.json of \(receipt.timestamp) was written anew")
    }
    for pin in Set(inventory.pins).symmetricDifference(pins).sorted() {
      changes.append("dump \(pin) was \(pins.contains(pin) ? "unpinned" : "pinned")")
    }
    let now = Dictionary(uniqueKeysWithValues: inventory.dumps.map { ($0.label, $0) })
    for decision in decisions {
      let dump = now[decision.label]
      switch decision.action {
      case .remove where decision.label == inventory.newestComplete?.label:
        changes.append("dump \(decision.label) is the newest complete one")
      case .remove: changes += removalChanges(decision, dump)
      case .keep where decision.isAhead && dump?.isAhead == true: continue
      case .keep: changes += keepChanges(decision, dump)
      }
    }
    let known = Set(decisions.map(\.label))
    for dump in inventory.dumps where !known.contains(dump.label) && !dump.isAhead {
      // Without versions the plan does not speak of what is deleted.
      if dump.state == .deleted, !removesVersions { continue }
      changes.append("dump \(dump.label) is new")
    }
    return changes
  }

  private func removalChanges(_ decision: Decision, _ dump: DumpInventory.Dump?) -> [String] {
    // A file may have been written by anybody.
    for object in decision.objects where KeyRole(object.key) != .dump(decision.label) {
      return ["\(Wording.printable(object.key)) is no part of dump \(decision.label)"]
    }
    guard let dump else { return [] }
    let planned = Dictionary(decision.objects.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    let mark = DumpKeys.pruning(of: dump.label)
    for object in dump.objects where object.key != mark {
      guard let there = planned[object.key] else {
        return ["dump \(decision.label) has got \(Wording.printable(object.key))"]
      }
      if there.byteCount != object.byteCount || there.tag != object.tag {
        return ["\(Wording.printable(object.key)) was written anew"]
      }
    }
    return []
  }

  private func keepChanges(_ decision: Decision, _ dump: DumpInventory.Dump?) -> [String] {
    guard let dump, !dump.objects.isEmpty || decision.objectCount == 0 else {
      return ["dump \(decision.label), which stays, is gone"]
    }
    if dump.objects.count != decision.objectCount || dump.byteCount != decision.bytes {
      return [
        "dump \(decision.label), which stays, had \(Wording.count(decision.objectCount, "object")) "
          + "of \(Wording.grouped(decision.bytes)) bytes and has "
          + "\(Wording.grouped(dump.objects.count)) of \(Wording.grouped(dump.byteCount))"
      ]
    }
    return dump.fingerprint == decision.fingerprint
      ? [] : ["dump \(decision.label), which stays, was written anew in part"]
  }
}

extension PrunePlan {
  /// Why a dump must not be deleted now, whatever the plan says; `nil` if nothing is against it.
  ///
  /// It is asked before each dump, with the receipt that is in force at that moment.
  ///
  /// - Parameters:
  ///   - label: The dump.
  ///   - receipt: The receipt.
  ///   - locationPath: As for ``Layout/readings(of:locationPath:)``.
  /// - Returns: A reason.
  public static func objection(
    to label: DumpLabel, receipt: Receipt, locationPath: String
  ) -> Reason? {
    let labels = DumpInventory.labels(of: receipt, locationPath: locationPath)
    if labels.contains(label) { return Reason(.current, "receipt.json names it now") }
    if label > min(receipt.label, labels.max() ?? receipt.label) {
      return Reason(.ahead, "it is later than receipt.json now")
    }
    return nil
  }
}
