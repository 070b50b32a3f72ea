import OpenSSLCrypto
import Synchronization

/// Signing keys that were derived: each holds for a day, and deriving one takes four hashes.
final class SigningKeys: Sendable {
  /// What a key is derived from.
  struct Scope: Sendable, Hashable {
    let secret: Secret
    let date: String
    let region: String
    let service: String

    /// The key.
    var key: [UInt8] {
      var key = Array(("AWS4" + secret.exposed).utf8)
      for part in [date, region, service, "aws4_request"] {
        key = Digest.hmacSHA256(key: key, Array(part.utf8))
      }
      return key
    }
  }

  private let keys = Mutex<[Scope: [UInt8]]>([:])

  /// A few services in one region need a few; credentials that have ended must not add up.
  private static let limit = 16

  /// The key for a scope.
  func key(_ scope: Scope) -> [UInt8] {
    if let key = keys.withLock({ $0[scope] }) { return key }
    let key = scope.key
    keys.withLock { keys in
      if keys.count >= SigningKeys.limit { keys = [:] }
      keys[scope] = key
    }
    return key
  }
}
