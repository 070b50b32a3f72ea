public import Dump
public import ObjectStorage
import Warehouse

/// Deletes dumps that nobody needs any more: `receipt prune`.
///
/// A plan is made from listings and can be looked at, kept and applied later; applying asks for the
/// receipt and the pin once more before each dump. What is deleted in which order says
/// ``DumpDeletion``.
public struct Prune: Sendable {
  /// What may be chosen.
  public var options: PruneOptions
  /// The counters that a display may read.
  public let progress: Progress

  /// A prune with options.
  public init(options: PruneOptions = PruneOptions(), progress: Progress = Progress()) {
    self.options = options
    self.progress = progress
  }

  /// How long a warehouse may take to answer; one that sleeps is woken first.
  private static let warehousePatience = Duration.seconds(600)

  /// Decides about every dump of a location.
  ///
  /// - Returns: the plan; one with refusals is not applied.
  /// - Throws: ``OperationError`` if there is no receipt, or something cannot be read.
  public func plan(_ store: any ObjectStore) async throws -> PrunePlan {
    do {
      var ledgers = try options.ledgers.map {
        try LedgerReading($0, busyTimeout: options.busyTimeout)
      }
      for warehouse in options.warehouses {
        progress.begin("asking \(warehouse.options.target.title)", total: 0)
        ledgers.append(try await LedgerReading(warehouse, timeout: Prune.warehousePatience))
      }
      let survey = try await LocationSurvey(
        store, known: ledgers.flatMap(\.receipts), progress: progress)
      if options.removesVersions, survey.versioning == nil {
        throw OperationError(
          .accessDenied,
          "cannot delete old versions: \(survey.notes.first ?? "none can be listed")",
          hint: "s3:GetBucketVersioning and s3:ListBucketVersions are needed for --all-versions")
      }
      let keepsVersions = survey.versioning.map { $0 != .off } ?? false
      var retention = Retention(policy: options.policy)
      retention.consumers = ledgers.map(\.consumer)
      retention.limits = options.limits
      retention.removesVersions = options.removesVersions && keepsVersions
      retention.abortsUploadsAfter = options.abortsUploadsAfter
      return retention.plan(
        survey.inventory, receipt: try survey.receipt.get(), location: store.description,
        keepsVersions: keepsVersions, notes: survey.notes, at: .now)
    } catch {
      throw OperationError(error)
    }
  }

  /// Holds a plan that was kept against the location as it is now.
  ///
  /// - Throws: ``OperationError`` with outcome `refused` that says what has changed.
  public func check(_ plan: PrunePlan, at store: any ObjectStore) async throws {
    do {
      let survey = try await LocationSurvey(store, progress: progress)
      let changes = plan.changes(
        in: survey.inventory, receipt: try survey.receipt.get(), location: store.description)
      guard let first = changes.first else { return }
      let more = changes.count > 1 ? ", and \(changes.count - 1) more changes" : ""
      throw OperationError(
        .refused, "cannot apply the plan of \(plan.madeAt): \(first)\(more)",
        hint: "make a new plan; nothing was deleted")
    } catch {
      throw OperationError(error)
    }
  }

  /// Deletes what a plan says.
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - store: the location.
  ///   - report: takes each deletion as it happens.
  /// - Returns: what was deleted and what was not.
  /// - Throws: ``OperationError`` with outcome `refused` for a plan with refusals; any other if
  ///   nothing was deleted; after that a failure is part of the report.
  public func apply(
    _ plan: PrunePlan, at store: any ObjectStore,
    report: @escaping @Sendable (PruneEvent) throws -> Void = { _ in }
  ) async throws -> PruneReport {
    if let refusal = plan.refusals.first {
      throw OperationError(
        .refused, "cannot prune \(plan.location): \(refusal.message)", hint: refusal.hint)
    }
    return try await PruneRun(plan: plan, store: store, progress: progress, report: report).run()
  }

  // MARK: Pins

  /// Keeps a dump until it is unpinned.
  ///
  /// - Throws: ``OperationError`` if there is no such dump.
  public func pin(_ label: DumpLabel, at store: any ObjectStore) async throws {
    do {
      let listed = try await store.list(prefix: DumpKeys.folder(of: label))
      guard listed.contains(where: { KeyRole($0.key) == .dump(label) }) else {
        throw OperationError(
          .failed, "cannot pin \(label): there is no such dump at \(store.description)",
          hint: "`receipt dumps` lists them")
      }
      // Only the name counts; the text is for whoever looks into the bucket.
      let text = "{\"label\":\"\(label)\",\"pinned_at\":\"\(Timestamp.now)\"}\n"
      try await store.put(
        DumpKeys.pin(of: label), Array(text.utf8),
        options: PutOptions(contentType: "application/json"))
    } catch {
      throw OperationError(error)
    }
  }

  /// Takes a pin away; the dump need not be there.
  ///
  /// - Throws: ``OperationError`` if there is no pin.
  public func unpin(_ label: DumpLabel, at store: any ObjectStore) async throws {
    do {
      guard try await Prune.isPinned(label, at: store) else {
        throw OperationError(
          .failed, "cannot unpin \(label): it is not pinned at \(store.description)",
          hint: "`receipt dumps` lists the pins")
      }
      try await store.delete(DumpKeys.pin(of: label))
    } catch {
      throw OperationError(error)
    }
  }

  static func isPinned(_ label: DumpLabel, at store: any ObjectStore) async throws -> Bool {
    let key = DumpKeys.pin(of: label)
    return try await store.list(prefix: key).contains { $0.key == key }
  }
}
