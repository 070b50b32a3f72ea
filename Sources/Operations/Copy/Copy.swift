public import ObjectStorage
public import Warehouse

/// Copies all tables of a dump into a warehouse, which loads them itself: `receipt copy`.
///
/// The plan is a value that can be printed; running it leaves the live tables as they are until one
/// step makes the new rows the live ones.
public struct Copy: Sendable {
  /// What may be chosen.
  public var options: CopyOptions
  /// The counters that a display may read.
  public let progress: Progress

  /// A copy with options.
  public init(options: CopyOptions, progress: Progress = Progress()) {
    self.options = options
    self.progress = progress
  }

  /// Says what would be run, statement by statement; the target is not asked anything.
  ///
  /// - Parameter store: the location of the dump.
  /// - Returns: the plan.
  /// - Throws: ``OperationError`` for a dump that is not sound, or that the target cannot take in.
  public func plan(_ store: any ObjectStore) async throws -> CopyPlan {
    do {
      let listing = try await DumpListing(store)
      let job = try CopyJob(options: options, progress: progress, listing: listing)
      return try await job.plan()
    } catch {
      throw OperationError(error)
    }
  }

  /// Copies the dump of a location.
  ///
  /// A dump that the target's ledger has already is a normal result: nothing is done.
  ///
  /// - Parameter store: the location of the dump.
  /// - Returns: what was copied.
  /// - Throws: ``OperationError``; the rows of the live tables are then as they were, unless the message says
  ///   otherwise.
  public func run(_ store: any ObjectStore) async throws -> CopyReport {
    do {
      let listing = try await DumpListing(store)
      let job = try CopyJob(options: options, progress: progress, listing: listing)
      return try await job.run()
    } catch {
      throw OperationError(error)
    }
  }
}
