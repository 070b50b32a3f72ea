import Foundation
import ObjectStorage
import TestSupport

/// The stores that must all behave alike.
enum StoreKind: Sendable, CustomStringConvertible {
  case memory
  case directory
  case s3(Peer)

  /// Those that can be made here.
  static let available: [StoreKind] =
    [.memory, .directory]
    + Peer.allCases.filter { $0.url != nil && $0 != .faultProxy }.map { .s3($0) }

  var description: String {
    switch self {
    case .memory: "memory"
    case .directory: "directory"
    case .s3(let peer): "S3 (\(peer))"
    }
  }

  /// Runs a test with an empty store; S3's parts are as small as they may be.
  func withStore(_ body: (any ObjectStore) async throws -> Void) async throws {
    switch self {
    case .memory: try await body(MemoryStore())
    case .directory:
      let url = FileManager.default.temporaryDirectory
        .appending(path: "ObjectStorageTests-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: url) }
      try await body(DirectoryStore(path: url.path))
    case .s3(let peer):
      try await body(
        try await peer.store {
          $0.multipartByteCount = 5 << 20
          $0.partByteCount = 5 << 20
        })
    }
  }

  var isSeaweedFS: Bool {
    if case .s3(let peer) = self { peer == .seaweedFS || peer == .strict } else { false }
  }

  /// Whether the server knows conditions on writing; one from before 2024 does not.
  var hasConditionalPut: Bool {
    if case .s3(.rgw) = self { false } else { true }
  }
}
