import Dump
public import ObjectStorage

/// Lists the dumps of a location: `receipt dumps`.
public struct Dumps: Sendable {
  /// The counters that a display may read.
  public let progress: Progress

  /// A look at a location.
  public init(progress: Progress = Progress()) { self.progress = progress }

  /// Lists what is there; no file of a dump is read.
  ///
  /// - Returns: the dumps and all that is beside them, also where there is no receipt.
  /// - Throws: ``OperationError`` if the location cannot be listed.
  public func run(_ store: any ObjectStore) async throws -> DumpsReport {
    do {
      let survey = try await LocationSurvey(store, progress: progress)
      return DumpsReport(survey, store: store, now: .now)
    } catch {
      throw OperationError(error)
    }
  }
}
