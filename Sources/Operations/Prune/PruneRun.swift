import Dump
import ObjectStorage

/// One application of a plan: dump by dump, the oldest first.
struct PruneRun: Sendable {
  let plan: PrunePlan
  let store: any ObjectStore
  let progress: Progress
  let report: @Sendable (PruneEvent) throws -> Void

  /// Applies the plan.
  ///
  /// - Throws: ``OperationError`` if nothing was deleted yet, or the run was interrupted.
  func run() async throws -> PruneReport {
    let start = ContinuousClock.now
    let removals = plan.removals
    progress.begin("deleting", total: Int64(removals.reduce(0) { $0 + $1.objectCount }))
    var result = PruneReport(
      location: store.description, receipt: plan.receipt, plannedDumps: removals.count,
      keepsVersions: plan.keepsVersions)
    do {
      for decision in removals { try await delete(decision, &result) }
      try await abortUploads(&result)
    } catch {
      let cause = OperationError(error)
      if cause.outcome == .interrupted {
        let count = result.dumps.count { $0.ending == .deleted }
        throw OperationError(
          .interrupted, "interrupted: \(count) of \(removals.count) dumps are deleted",
          hint: "run it again to go on")
      }
      guard result.hasDeleted else { throw cause }
      result.problem = cause.message
    }
    result.objects = result.dumps.reduce(0) { $0 + $1.objects }
    result.freedBytes = result.dumps.reduce(0) {
      $0 + (plan.keepsVersions ? 0 : $1.bytes) + $1.versionBytes
    }
    result.seconds = start.duration(to: .now).inSeconds
    result.traffic = store.traffic
    return result
  }

  private func delete(_ decision: PrunePlan.Decision, _ result: inout PruneReport) async throws {
    try Task.checkCancellation()
    try report(.begun(decision.label))
    var dump = PruneReport.Dump(label: decision.label, ending: .deleted)
    if let reason = try await objection(to: decision.label) {
      dump.ending = .skipped
      dump.reason = reason
    } else {
      var problem: (any Error)?
      do {
        try await DumpDeletion(
          decision: decision, store: store, removesVersions: plan.removesVersions,
          progress: progress, report: report
        ).run(&dump, failures: &result.failures)
      } catch {
        dump.ending = .failed
        dump.reason = OperationError(error).message
        problem = error
      }
      if let problem {
        result.dumps.append(dump)
        throw problem
      }
    }
    result.dumps.append(dump)
    try report(.ended(dump.label, dump.ending, reason: dump.reason))
  }

  /// Why a dump stays in spite of the plan, as the location is at this moment.
  private func objection(to label: DumpLabel) async throws -> String? {
    let receipt = try await DumpListing.receipt(of: store)
    if let reason = PrunePlan.objection(
      to: label, receipt: receipt, locationPath: store.locationPath)
    {
      return reason.text
    }
    return try await Prune.isPinned(label, at: store) ? "it is pinned now" : nil
  }

  private func abortUploads(_ result: inout PruneReport) async throws {
    guard let bucket = store as? S3Store else { return }
    for upload in plan.uploads {
      try await bucket.abort(
        UnfinishedUpload(key: upload.key, uploadID: upload.uploadID, initiatedAt: nil))
      result.abortedUploads += 1
      try report(.uploadAborted(key: upload.key))
    }
  }
}
