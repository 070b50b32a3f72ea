public import Dump
public import ObjectStorage

/// A dump as its receipt and listings show it: what every verb begins with.
public struct DumpListing: Sendable {
  /// Where it is.
  public let store: any ObjectStore
  /// What was promised.
  public let receipt: Receipt
  /// What the listings show, held against the promise.
  public let check: QuickCheck
  /// The versions of the objects, so that what is read is what was listed.
  private let tags: [String: EntityTag]

  /// The name of the receipt at a location.
  public static let receiptKey = "receipt.json"

  /// Reads the receipt and lists every table's folder.
  ///
  /// - Throws: ``OperationError`` with a finding if the receipt is missing or malformed;
  ///   `StorageError`.
  public init(_ store: any ObjectStore) async throws {
    self.store = store
    receipt = try await DumpListing.receipt(of: store)
    let prefixes = Layout.prefixes(of: receipt, locationPath: store.locationPath)
    var listings: [String: [ListedObject]] = [:]
    var tags: [String: EntityTag] = [:]
    try await withThrowingTaskGroup(of: (String, [ObjectSummary]).self) { group in
      for prefix in prefixes {
        group.addTask { (prefix, try await store.list(prefix: prefix)) }
      }
      for try await (prefix, objects) in group {
        listings[prefix] = objects.map { ListedObject(key: $0.key, byteCount: $0.byteCount) }
        for object in objects { tags[object.key] = object.tag }
      }
    }
    self.tags = tags
    check = QuickCheck(
      receipt: receipt, locationPath: store.locationPath, listings: listings)
  }

  /// A dump whose objects were listed already.
  ///
  /// - Parameters:
  ///   - store: where it is.
  ///   - receipt: what was promised, or what stands for it.
  ///   - objects: everything that is there of it, and maybe more.
  init(_ store: any ObjectStore, receipt: Receipt, objects: [ObjectSummary]) {
    self.store = store
    self.receipt = receipt
    let prefixes = Layout.prefixes(of: receipt, locationPath: store.locationPath)
    let listed = objects.map(ListedObject.init)
    check = QuickCheck(
      receipt: receipt, locationPath: store.locationPath,
      listings: Dictionary(
        uniqueKeysWithValues: prefixes.map { prefix in
          (prefix, listed.filter { $0.key.utf8.starts(with: prefix.utf8) })
        }))
    tags = Dictionary(
      objects.compactMap { object in object.tag.map { (object.key, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The receipt of a location.
  public static func receipt(of store: any ObjectStore) async throws -> Receipt {
    let place = "\(store.description)/\(receiptKey)"
    do {
      return try Receipt(parsing: try await store.get(receiptKey, limit: Limits.receiptByteCount))
    } catch let error as StorageError where error.code == .notFound {
      throw missingReceipt(of: store)
    } catch let error as DumpError {
      // The message names the file by its name alone.
      let reason = error.message.trimmingPrefix("cannot read \(receiptKey)")
      throw OperationError(
        .corrupt, "cannot read \(place)\(reason)", wording: Finding(error))
    }
  }

  /// There is no receipt at a location.
  static func missingReceipt(of store: any ObjectStore) -> OperationError {
    let place = "\(store.description)/\(receiptKey)"
    let finding = Finding(
      .receiptMissing, at: Finding.Place(file: receiptKey), "there is no \(place)",
      hint: "Name the location that holds receipt.json; before the first dump there is none.")
    return OperationError(
      .incomplete, "cannot read \(place): there is no such file", wording: finding)
  }

  /// Opens a file of the dump for reading by ranges.
  package func open(_ file: FileEntry) throws -> any ObjectReader {
    try store.open(summary(of: file))
  }

  /// A file of the dump as it was listed.
  func summary(of file: FileEntry) -> ObjectSummary {
    ObjectSummary(key: file.key, byteCount: file.byteCount, tag: tags[file.key])
  }
}
