import Dump
import ObjectStorage

/// The receipt that is in force at a destination, and which version of the object it is.
struct CurrentReceipt: Sendable {
  let receipt: Receipt
  let tag: EntityTag

  /// Reads it; `nil` if there is none yet.
  ///
  /// - Throws: `StorageError`, `DumpError`.
  init?(of store: any ObjectStore) async throws {
    do {
      let content = try await store.read(
        DumpKeys.receipt, range: nil, ifMatch: nil, limit: Limits.receiptByteCount)
      receipt = try Receipt(parsing: content.bytes)
      tag = content.tag
    } catch let error as StorageError where error.code == .notFound {
      return nil
    }
  }
}
