import Dump
import ObjectStorage

/// Deletes one dump, so that whatever is left after a crash is never taken for a whole one.
///
/// 0. A mark, where there are more files than the receipt promises: while they go, there is a moment
///    at which their number is right.
/// 1. The objects, in requests of a thousand. The first request has the first file of every table
///    and the manifest, and ends before the next begins: from then on no table has as many files as
///    its receipt promises. The others go several at once.
/// 2. The mark.
/// 3. Where versions go too, the old versions, and only then the delete markers over them. The other
///    way round, what was deleted would come back for a moment.
/// 4. A listing says whether it is gone.
struct DumpDeletion: Sendable {
  let decision: PrunePlan.Decision
  let store: any ObjectStore
  let removesVersions: Bool
  let progress: Progress
  let report: @Sendable (PruneEvent) throws -> Void

  /// Objects a request.
  private static let batchCount = 1_000
  /// Requests at once.
  private static let parallelCount = 4

  private var label: DumpLabel { decision.label }

  /// Deletes the dump.
  ///
  /// - Parameters:
  ///   - result: what was deleted so far, also if an error is thrown.
  ///   - failures: what could not be deleted.
  /// - Throws: `StorageError` if a whole request fails; `CancellationError`.
  func run(
    _ result: inout PruneReport.Dump, failures: inout [PruneReport.Failure]
  ) async throws {
    let before = failures.count
    let mark = DumpKeys.pruning(of: label)
    let batches = DumpDeletion.batches(decision.objects.filter { $0.key != mark })
    if decision.needsMark { try await store.put(mark, Array("{}\n".utf8)) }
    for batch in batches.prefix(1) { try await delete(batch, &result, &failures) }
    // A dump that must not be deleted stays as whole as it is.
    if failures.count == before {
      try await deleteSeveral(batches.dropFirst(), &result, &failures)
      // The one that was just put, and one that an earlier run has left.
      if decision.needsMark || decision.objects.last?.key == mark { try await store.delete(mark) }
      if removesVersions, failures.count == before, let bucket = store as? S3Store {
        try await deleteVersions(of: bucket, &result, &failures)
      }
    }
    if failures.count == before { try await checkGone(&failures) }
    if failures.count > before {
      result.ending = .failed
      result.reason = failures[before].message
    }
  }

  private static func batches<Item>(_ items: [Item]) -> [ArraySlice<Item>] {
    stride(from: 0, to: items.count, by: batchCount).map { start in
      items[start..<min(start + batchCount, items.count)]
    }
  }

  // MARK: Objects

  private func delete(
    _ batch: ArraySlice<ListedObject>, _ result: inout PruneReport.Dump,
    _ failures: inout [PruneReport.Failure]
  ) async throws {
    try Task.checkCancellation()
    try take(try await store.delete(batch.map(\.key)), of: batch, &result, &failures)
  }

  private func deleteSeveral(
    _ batches: ArraySlice<ArraySlice<ListedObject>>, _ result: inout PruneReport.Dump,
    _ failures: inout [PruneReport.Failure]
  ) async throws {
    typealias Answer = (ArraySlice<ListedObject>, Result<[DeletionFailure], any Error>)
    var problem: (any Error)?
    try await withThrowingTaskGroup(of: Answer.self) { group in
      var rest = batches
      var activeCount = 0
      while true {
        while problem == nil, !Task.isCancelled, activeCount < DumpDeletion.parallelCount,
          let batch = rest.popFirst()
        {
          activeCount += 1
          group.addTask {
            do {
              return (batch, .success(try await store.delete(batch.map(\.key))))
            } catch {
              return (batch, .failure(error))
            }
          }
        }
        guard let (batch, answer) = try await group.next() else { break }
        activeCount -= 1
        // What others have done by then is reported before the failure is.
        switch answer {
        case .success(let denied): try take(denied, of: batch, &result, &failures)
        case .failure(let error): problem = problem ?? error
        }
      }
    }
    if let problem { throw problem }
    try Task.checkCancellation()
  }

  private func take(
    _ denied: [DeletionFailure], of batch: ArraySlice<ListedObject>,
    _ result: inout PruneReport.Dump, _ failures: inout [PruneReport.Failure]
  ) throws {
    let lost = Set(denied.map(\.key))
    var bytes: Int64 = 0
    for object in batch where !lost.contains(object.key) {
      result.objects += 1
      bytes += object.byteCount
      try report(.deleted(label, key: object.key, bytes: object.byteCount))
    }
    result.bytes += bytes
    progress.add(Int64(batch.count), bytes: bytes)
    for failure in denied { try fail(failure.key, failure.error, &failures) }
  }

  private func fail(
    _ key: String, _ error: StorageError, _ failures: inout [PruneReport.Failure]
  ) throws {
    failures.append(
      PruneReport.Failure(
        key: key, message: error.message, isDenied: error.code == .accessDenied))
    try report(.failed(label, key: key, message: error.message))
  }

  // MARK: Versions

  private func deleteVersions(
    of bucket: S3Store, _ result: inout PruneReport.Dump, _ failures: inout [PruneReport.Failure]
  ) async throws {
    let versions = try await bucket.listVersions(prefix: DumpKeys.folder(of: label))
      .filter { KeyRole($0.key) == .dump(label) }
    if let live = versions.first(where: { $0.isLatest && !$0.isDeleteMarker }) {
      return try fail(live.key, appeared(live.key), &failures)
    }
    let before = failures.count
    for isMarker in [false, true] {
      for batch in DumpDeletion.batches(versions.filter { $0.isDeleteMarker == isMarker }) {
        try Task.checkCancellation()
        let denied = try await bucket.delete(Array(batch))
        let lost = Set(denied.map(\.key))
        for version in batch where !lost.contains(version.key) {
          result.versions += 1
          result.versionBytes += version.byteCount
          try report(
            .versionDeleted(
              label, key: version.key, versionID: version.versionID, bytes: version.byteCount))
        }
        for failure in denied { try fail(failure.key, failure.error, &failures) }
      }
      // With an old version left, the marker over it must stay.
      if failures.count > before { return }
    }
  }

  // MARK: Afterwards

  private func checkGone(_ failures: inout [PruneReport.Failure]) async throws {
    let left = try await store.list(prefix: DumpKeys.folder(of: label))
      .first { KeyRole($0.key) == .dump(label) }
    if let left { try fail(left.key, appeared(left.key), &failures) }
  }

  private func appeared(_ key: String) -> StorageError {
    StorageError(
      .conflict, key, "cannot delete \(key): somebody has written it meanwhile",
      hint: "make a new plan")
  }
}
