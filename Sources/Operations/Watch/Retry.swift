public import Dump
import ObjectStorage

/// Loads a dump that a watch has kept out: `receipt retry`.
public struct Retry: Sendable {
  private let plan: WatchPlan

  /// A retry with the settings of a watch.
  public init(_ plan: WatchPlan) { self.plan = plan }

  /// A dump that a watch has seen.
  private struct Seen {
    let entry: WatchPlan.Entry
    let state: WatchState
    let record: IntakeRecord
  }

  /// Loads the dump of a label by the receipt that the watch has kept, whatever receipt is there now.
  ///
  /// - Parameters:
  ///   - label: the dump's folder.
  ///   - allowsOlder: whether it may take the place of a later dump.
  /// - Returns: what was loaded.
  /// - Throws: ``OperationError`` if no watch has seen the dump, or it cannot be loaded.
  public func run(
    _ label: DumpLabel, allowsOlder: Bool = false
  ) async throws -> Delivery {
    do {
      return try await load(try await seen(label), label, allowsOlder: allowsOlder)
    } catch {
      throw OperationError(error)
    }
  }

  /// Says that the dump of a label is not wanted: it stays out, and nobody is told of it any more.
  ///
  /// - Throws: ``OperationError`` if no watch has seen the dump, or it is not kept out.
  public func dismiss(_ label: DumpLabel) async throws {
    do {
      let seen = try await seen(label)
      var record = seen.record
      guard [.quarantined, .retrying, .waiting, .dismissed].contains(record.state) else {
        throw OperationError(
          .failed, "cannot dismiss \(label): it is not kept out, but \(record.state.rawValue)")
      }
      record.state = .dismissed
      record.nextAttemptAt = nil
      record.changedAt = .now
      try await seen.state.write(record)
    } catch {
      throw OperationError(error)
    }
  }

  private func seen(_ label: DumpLabel) async throws -> Seen {
    var seen: [Seen] = []
    var hint = "`receipt status LOCATION --into FILE.sqlite` lists what was seen"
    for entry in plan.entries {
      let state = try plan.state(at: entry.statePath)
      if let record = try await state.record(entry.name, label: label) {
        seen.append(Seen(entry: entry, state: state, record: record))
      } else if let other = try await state.record(nil, label: label) {
        hint = "\(entry.statePath) has seen it for \(other.location)"
      }
    }
    // Of several watches the one is meant that has kept it out.
    guard let found = seen.first(where: { $0.record.state == .quarantined }) ?? seen.first else {
      throw OperationError(
        .failed, "cannot retry \(label): no watch of these settings has seen such a dump",
        hint: hint)
    }
    return found
  }

  private func load(_ seen: Seen, _ label: DumpLabel, allowsOlder: Bool) async throws -> Delivery {
    let (entry, state) = (seen.entry, seen.state)
    let store = try Location.store(entry.location, entry.s3)
    let target = entry.target(
      plan, allowsOlder: allowsOlder, reloads: seen.record.state == .rolledBack)
    return try await state.working(for: target, waiting: WatchPlan.lockPatience) {
      // Another process may have written it meanwhile.
      let latest = try await state.record(entry.name, label: label)
      return try await Retry.deliver(latest ?? seen.record, from: store, to: target, state)
    }
  }

  private static func deliver(
    _ record: IntakeRecord, from store: any ObjectStore, to target: any DumpTarget,
    _ state: WatchState
  ) async throws -> Delivery {
    var record = record
    record.attempts += 1
    record.changedAt = .now
    do {
      let delivery = try await target.deliver(
        ArchivedReceipt(base: store, text: Array(record.receipt.utf8)))
      record.state = .loaded
      record.outcome = .done
      record.message = ""
      record.findings = delivery.findings
      record.nextAttemptAt = nil
      try await state.write(record)
      return delivery
    } catch {
      let error = OperationError(error)
      // What a watch has decided stays so; only the reason is the newer one.
      if error.outcome != .interrupted, record.state == .quarantined {
        record.outcome = error.outcome
        record.message = error.message
        record.findings = error.findings
        try? await state.write(record)
      }
      throw error
    }
  }
}
