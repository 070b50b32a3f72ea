import Dump
import FoundationEssentials
public import ObjectStorage

/// Copies a dump into a directory, so that it can be looked at and loaded there: `receipt mirror`.
///
/// What is there already in the version that is wanted stays, so that a copy that was interrupted
/// goes on where it ended. The receipt is written last: whoever finds it finds the whole dump.
public struct Mirror: Sendable {
  /// Whether names are made fit for file systems that do not take colons.
  public var usesPortableNames = false
  /// The counters that a display may read.
  public let progress: Progress

  /// A mirror.
  public init(progress: Progress = Progress()) { self.progress = progress }

  /// Copies the dump of a location.
  ///
  /// - Parameters:
  ///   - store: the location.
  ///   - path: the directory to copy into; made if it is not there.
  /// - Returns: what was copied.
  /// - Throws: ``OperationError``; what was copied so far stays, without the receipt.
  public func run(_ store: any ObjectStore, into path: String) async throws -> MirrorReport {
    do {
      return try await copy(store, into: path)
    } catch {
      throw OperationError(error)
    }
  }

  private func copy(_ store: any ObjectStore, into path: String) async throws -> MirrorReport {
    let clock = ContinuousClock()
    let start = clock.now
    let listing = try await DumpListing(store)
    guard Outcome(listing.check.findings) == .done else {
      throw OperationError(
        Outcome(listing.check.findings),
        "cannot mirror \(store.description): the dump is not whole",
        hint: "`receipt verify` says more; nothing was copied", findings: listing.check.findings)
    }
    if !FileManager.default.fileExists(atPath: path) {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    let target = try DirectoryStore(path: path, portableNames: usesPortableNames)
    guard target.locationPath != store.locationPath else {
      throw OperationError(
        .usage, "cannot mirror \(store.description) into \(path): they are the same directory",
        hint: "name another directory; nothing was changed")
    }
    let log = try MirrorLog(in: target.locationPath)
    var there: [String: Int64] = [:]
    for object in try await target.list(prefix: "") { there[object.key] = object.byteCount }
    let files = listing.check.tables.flatMap(\.files).map { listing.summary(of: $0) }
    let missing = files.filter { !(log.has($0) && there[$0.key] == $0.byteCount) }
    progress.begin("copying", total: Int64(missing.count))
    if !missing.isEmpty {
      // An older receipt would name files that are being replaced.
      try await target.delete(DumpListing.receiptKey)
      try await MirrorCopy(source: store, target: target, log: log, progress: progress)
        .run(missing)
    }
    guard try await DumpListing.receipt(of: store).text == listing.receipt.text else {
      throw OperationError(
        .transient, "cannot mirror \(store.description): another dump came while it was copied",
        hint: "run it again; what was copied and is still wanted stays")
    }
    try await target.put(DumpListing.receiptKey, Array(listing.receipt.text.utf8))
    return MirrorReport(
      location: store.description, directory: path, timestamp: listing.receipt.timestamp,
      files: files.count, copiedFiles: missing.count, bytes: files.reduce(0) { $0 + $1.byteCount },
      copiedBytes: missing.reduce(0) { $0 + $1.byteCount },
      seconds: start.duration(to: clock.now).inSeconds, traffic: store.traffic)
  }
}
