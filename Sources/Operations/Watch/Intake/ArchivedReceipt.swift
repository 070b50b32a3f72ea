import Dump
import ObjectStorage

/// A location as it was when another receipt was there: the dump of that receipt can be loaded after
/// the next one has come.
struct ArchivedReceipt: ObjectStore {
  let base: any ObjectStore
  let text: [UInt8]

  var description: String { base.description }
  var locationPath: String { base.locationPath }
  var traffic: StorageTraffic? { base.traffic }
  var parallelReadCount: Int? { base.parallelReadCount }

  private var tag: EntityTag { EntityTag(rawValue: "\"archived\"") }

  func list(prefix: String) async throws -> [ObjectSummary] { try await base.list(prefix: prefix) }

  func head(_ key: String) async throws -> ObjectSummary {
    guard key == DumpListing.receiptKey else { return try await base.head(key) }
    return ObjectSummary(key: key, byteCount: Int64(text.count), tag: tag)
  }

  func read(
    _ key: String, range: Range<Int64>?, ifMatch tag: EntityTag?, limit: Int
  ) async throws -> ObjectContent {
    guard key == DumpListing.receiptKey, range == nil else {
      return try await base.read(key, range: range, ifMatch: tag, limit: limit)
    }
    return ObjectContent(bytes: text, tag: self.tag)
  }

  func open(_ object: ObjectSummary) throws -> any ObjectReader { try base.open(object) }

  func put(_ key: String, _ bytes: [UInt8], options: PutOptions) async throws -> EntityTag {
    try await base.put(key, bytes, options: options)
  }

  func upload(_ key: String, options: PutOptions) async throws -> any ObjectUpload {
    try await base.upload(key, options: options)
  }

  func delete(_ keys: [String]) async throws -> [DeletionFailure] { try await base.delete(keys) }
}
