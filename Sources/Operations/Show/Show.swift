import Dump
public import ObjectStorage

/// Shows what is at a location: `receipt show`.
public struct Show: Sendable {
  /// Threads that read footers.
  public var threadCount = availableProcessorCount
  /// The counters that a display may read.
  public let progress: Progress

  /// A look at a location.
  public init(progress: Progress = Progress()) { self.progress = progress }

  /// Reads the receipt, the listings and the footers of a location.
  ///
  /// - Throws: ``OperationError`` if there is no receipt or it is malformed.
  public func run(_ store: any ObjectStore) async throws -> ShowReport {
    do {
      let listing = try await DumpListing(store)
      let survey = try await DumpSurvey(
        listing, footers: true, threadCount: threadCount, progress: progress)
      return ShowReport(
        location: store.description, timestamp: listing.receipt.timestamp,
        ageSeconds: Timestamp.now.duration(since: listing.receipt.timestamp).inSeconds,
        tables: survey.tables.map(\.line), findings: listing.check.findings + survey.findings,
        traffic: store.traffic)
    } catch {
      throw OperationError(error)
    }
  }
}
