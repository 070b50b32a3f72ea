import Dump
import ObjectStorage

/// Everything at a location: the receipts, all keys, old versions and unfinished uploads.
///
/// The receipt in force is read before anything is listed: a dump that is finished in between counts
/// as one that is on its way.
struct LocationSurvey: Sendable {
  /// The receipt in force, or why there is none that can be read.
  let receipt: Result<Receipt, OperationError>
  /// What is there.
  let inventory: DumpInventory
  /// The object `receipt.json`.
  let receiptObject: ListedObject?
  /// Whether the bucket keeps versions; `off` for directories, `nil` if that is not known.
  let versioning: BucketVersioning?
  /// What could not be looked at, as sentences.
  let notes: [String]

  /// Old receipts beyond this are not read; a year of two dumps a day has 730.
  private static let receiptLimit = 1_000

  /// Looks at a location.
  ///
  /// - Parameters:
  ///   - store: the location.
  ///   - known: further receipts, such as those in ledgers.
  ///   - progress: the counters to raise.
  /// - Throws: `StorageError`; what only some permission is missing for is a note.
  init(
    _ store: any ObjectStore, known: [Receipt] = [], progress: Progress
  ) async throws {
    progress.begin("listing", total: 0)
    do {
      receipt = .success(try await DumpListing.receipt(of: store))
    } catch let error as OperationError {
      receipt = .failure(error)
    }
    var listing = Listing()
    if let bucket = store as? S3Store {
      try await listing.read(bucket)
    } else {
      listing.objects = try await store.list(prefix: "").map(ListedObject.init)
    }
    let current = try? receipt.get()
    var receipts = known
    receipts += try await listing.archivedReceipts(in: store)
    if let bucket = store as? S3Store {
      receipts += try await listing.oldReceipts(
        in: bucket, known: receipts + (current.map { [$0] } ?? []))
    }
    inventory = DumpInventory(
      receipt: current, known: receipts, locationPath: store.locationPath,
      listing: LocationListing(
        objects: listing.objects, versions: listing.versions, uploads: listing.uploads))
    receiptObject = listing.objects.first { $0.key == DumpKeys.receipt }
    versioning = listing.versioning
    notes = listing.notes
  }

  /// What the listings show.
  private struct Listing {
    var objects: [ListedObject] = []
    var versions: [ListedVersion] = []
    var uploads: [PendingUpload] = []
    var versioning: BucketVersioning? = .off
    var notes: [String] = []

    mutating func read(_ bucket: S3Store) async throws {
      do {
        versioning = try await bucket.versioning()
        if versioning != .off { try await readVersions(bucket) }
      } catch let error as StorageError where error.isAboutOneRequest {
        notes.append("versions are not looked at: \(error.message)")
        versioning = nil
        versions = []
        objects = []
      }
      if objects.isEmpty { objects = try await bucket.list(prefix: "").map(ListedObject.init) }
      do {
        uploads = try await bucket.listUploads(prefix: "").map { upload in
          PendingUpload(
            key: upload.key, uploadID: upload.uploadID,
            initiatedAt: upload.initiatedAt.flatMap { Timestamp(secondsSinceEpoch: $0) })
        }
      } catch let error as StorageError where error.isAboutOneRequest {
        notes.append("unfinished uploads are not looked at: \(error.message)")
      }
    }

    private mutating func readVersions(_ bucket: S3Store) async throws {
      for version in try await bucket.listVersions(prefix: "") {
        let modifiedAt = version.modifiedAt.flatMap { Timestamp(secondsSinceEpoch: $0) }
        if version.isLatest, !version.isDeleteMarker {
          objects.append(
            ListedObject(
              key: version.key, byteCount: version.byteCount, tag: version.tag?.rawValue,
              modifiedAt: modifiedAt))
        } else {
          versions.append(
            ListedVersion(
              key: version.key, versionID: version.versionID, byteCount: version.byteCount,
              isDeleteMarker: version.isDeleteMarker, modifiedAt: modifiedAt))
        }
      }
    }

    /// The labels of all folders that are called like a dump.
    private var labels: Set<DumpLabel> {
      Set(
        objects.compactMap { object in
          if case .dump(let label) = KeyRole(object.key) { label } else { nil }
        })
    }

    /// The archived receipts of dumps that may be there.
    mutating func archivedReceipts(in store: any ObjectStore) async throws -> [Receipt] {
      // A receipt may be of a later minute than its folders, but hardly of another day.
      guard let oldest = labels.min()?.timestamp.advanced(by: .seconds(-86_400)) else { return [] }
      let timestamps = objects.compactMap { object -> Timestamp? in
        if case .archivedReceipt(let timestamp) = KeyRole(object.key) { timestamp } else { nil }
      }.filter { $0 >= oldest }.sorted().suffix(receiptLimit)
      let keys = timestamps.map { DumpKeys.archivedReceipt(of: $0) }
      return try await read(keys, from: store) { key in
        try await store.get(key, limit: Limits.receiptByteCount)
      }
    }

    /// Old versions of `receipt.json`, if there are dumps of which no receipt is known.
    mutating func oldReceipts(
      in bucket: S3Store, known: [Receipt]
    ) async throws -> [Receipt] {
      let proved = known.reduce(into: Set<DumpLabel>()) {
        $0.formUnion(DumpInventory.labels(of: $1, locationPath: bucket.locationPath))
      }
      guard let oldest = labels.subtracting(proved).min()?.timestamp else { return [] }
      let ids = versions.filter { version in
        version.key == DumpKeys.receipt && !version.isDeleteMarker
          && version.modifiedAt.map { $0 >= oldest } ?? true
      }.suffix(receiptLimit).map(\.versionID)
      return try await read(ids, from: bucket) { id in
        try await bucket.get(DumpKeys.receipt, versionID: id, limit: Limits.receiptByteCount)
      }
    }

    /// Reads receipts, several at once; one that is broken proves nothing.
    private mutating func read(
      _ names: [String], from store: any ObjectStore,
      get: @escaping @Sendable (String) async throws -> [UInt8]
    ) async throws -> [Receipt] {
      var receipts: [Receipt] = []
      var unreadable = 0
      try await withThrowingTaskGroup(of: Receipt?.self) { group in
        func take(_ receipt: Receipt??) {
          guard let receipt else { return }
          if let receipt { receipts.append(receipt) } else { unreadable += 1 }
        }
        for (index, name) in names.enumerated() {
          if index >= store.parallelReadCount ?? 4 { take(try await group.next()) }
          group.addTask {
            do {
              return try Receipt(parsing: try await get(name))
            } catch let error as StorageError where !error.isAboutOneRequest {
              throw error
            } catch is DumpError {
              return nil
            } catch is StorageError {
              return nil
            }
          }
        }
        for try await receipt in group { take(receipt) }
      }
      if unreadable > 0 { notes.append("\(unreadable) of the old receipts cannot be read") }
      return receipts
    }
  }
}

extension ListedObject {
  init(_ summary: ObjectSummary) {
    self.init(
      key: summary.key, byteCount: summary.byteCount, tag: summary.tag?.rawValue,
      modifiedAt: summary.modifiedAt.flatMap { Timestamp(secondsSinceEpoch: $0) })
  }
}

extension StorageError {
  /// Whether a request of another kind may succeed: the permission is missing, the server does not
  /// know it, or the object is gone.
  fileprivate var isAboutOneRequest: Bool { [.accessDenied, .system, .notFound].contains(code) }
}
