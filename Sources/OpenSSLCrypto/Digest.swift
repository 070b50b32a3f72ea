import CReceiptOpenSSL

/// Hashes of bytes, keyed and not, and Base64, by OpenSSL's libcrypto.
///
/// SHA-256 is part of every OpenSSL; MD5 is not where a system allows approved algorithms only.
package enum Digest {
  /// The SHA-256 hash: 32 bytes.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    digest(bytes[...], with: Algorithm.sha256) ?? []
  }

  /// The SHA-256 hash of a part of an array: 32 bytes.
  package static func sha256(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    digest(bytes, with: Algorithm.sha256) ?? []
  }

  /// The MD5 hash: 16 bytes; `nil` where the system forbids it.
  package static func md5(_ bytes: [UInt8]) -> [UInt8]? {
    digest(bytes[...], with: Algorithm.md5)
  }

  /// The SHA-1 hash: 20 bytes; for names only, since it protects nothing.
  package static func sha1(_ bytes: [UInt8]) -> [UInt8] {
    digest(bytes[...], with: Algorithm.sha1) ?? []
  }

  /// The keyed hash HMAC-SHA-256: 32 bytes.
  package static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 0
    let result = unsafe HMAC(
      Algorithm.sha256.pointer, key, Int32(key.count), message, message.count, &code, &count)
    precondition(unsafe result != nil && count == 32, "libcrypto has no HMAC-SHA-256")
    return code
  }

  private static func digest(_ bytes: ArraySlice<UInt8>, with algorithm: Algorithm) -> [UInt8]? {
    guard let pointer = unsafe algorithm.pointer else { return nil }
    var digest = [UInt8](repeating: 0, count: Int(unsafe EVP_MD_get_size(pointer)))
    var count: UInt32 = 0
    let isDone = unsafe bytes.withUnsafeBytes { bytes in
      unsafe EVP_Digest(bytes.baseAddress, bytes.count, &digest, &count, pointer, nil) == 1
    }
    return isDone && count == digest.count ? digest : nil
  }

  /// Bytes as Base64 text, padded.
  package static func base64(_ bytes: [UInt8]) -> String {
    // The encoder ends its text with a zero byte.
    var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    unsafe EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
    return String(decoding: text.dropLast(), as: UTF8.self)
  }

  /// The bytes of a Base64 text; `nil` if it is none.
  package static func bytes(base64 text: String) -> [UInt8]? {
    let text = Array(text.utf8)
    guard !text.isEmpty, text.count % 4 == 0 else { return text.isEmpty ? [] : nil }
    var bytes = [UInt8](repeating: 0, count: text.count / 4 * 3)
    guard unsafe EVP_DecodeBlock(&bytes, text, Int32(text.count)) == bytes.count else { return nil }
    return bytes.dropLast(text.suffix(2).count { $0 == UInt8(ascii: "=") })
  }
}

/// SHA-256 of bytes that come one piece after the other.
@safe
package struct IncrementalSHA256: ~Copyable {
  private let context: OpaquePointer?

  /// A hash of nothing yet.
  package init() {
    unsafe context = EVP_MD_CTX_new()
    let isReady = unsafe EVP_DigestInit_ex(context, Algorithm.sha256.pointer, nil) == 1
    precondition(isReady, "libcrypto has no SHA-256")
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Adds bytes.
  package mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }
  }

  /// The hash of all bytes: 32 bytes.
  package consuming func finalize() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    unsafe EVP_DigestFinal_ex(context, &digest, nil)
    return digest
  }
}

/// An algorithm of the library, looked up once: that takes longer than a short message's hash.
@safe
private struct Algorithm: @unchecked Sendable {  // Sendable: the library never changes one.
  let pointer: OpaquePointer?

  static let sha256 = unsafe Algorithm(pointer: EVP_MD_fetch(nil, "SHA256", nil))
  static let sha1 = unsafe Algorithm(pointer: EVP_MD_fetch(nil, "SHA1", nil))
  static let md5 = unsafe Algorithm(pointer: EVP_MD_fetch(nil, "MD5", nil))
}
