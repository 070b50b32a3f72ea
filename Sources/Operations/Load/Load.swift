public import ObjectStorage
import SQLiteTables

/// Loads all tables of a dump into a SQLite file, at one moment: `receipt load`.
///
/// A new file is built without a name and gets it when it is complete and on the disk. In a file
/// that is there already, one transaction replaces all tables, so that its readers see the old dump
/// until it commits and the new one after it. Until then nothing that anybody sees is changed.
public struct Load: Sendable {
  /// What may be chosen.
  public var options: LoadOptions
  /// The counters that a display may read.
  public let progress: Progress

  /// A load with options.
  public init(options: LoadOptions = LoadOptions(), progress: Progress = Progress()) {
    self.options = options
    self.progress = progress
  }

  /// Loads the dump of a location.
  ///
  /// A dump that the database has already is a normal result: nothing is done.
  ///
  /// - Parameters:
  ///   - store: the location.
  ///   - path: the path of the database file.
  /// - Returns: what was loaded.
  /// - Throws: ``OperationError``; nothing was changed then.
  public func run(_ store: any ObjectStore, into path: String) async throws -> LoadReport {
    do {
      let target = try LoadTarget(path, options)
      let listing = try await DumpListing(store)
      var job = try LoadJob(
        options: options, progress: progress, listing: listing, target: target, path: path)
      return try await job.run()
    } catch {
      throw OperationError(error)
    }
  }
}
