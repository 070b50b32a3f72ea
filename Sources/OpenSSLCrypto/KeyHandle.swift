import CReceiptOpenSSL

/// A key of RSA that the library holds.
@safe
final class KeyHandle: @unchecked Sendable {  // Sendable: the library only reads it.
  let pointer: OpaquePointer

  /// Keys are a few kilobytes.
  static let mostByteCount = 1 << 20

  /// Takes a key over; `nil` if there is none, or it is not of RSA.
  @unsafe
  init?(owning key: OpaquePointer?) {
    guard let key = unsafe key else { return nil }
    guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else {
      unsafe EVP_PKEY_free(key)
      return nil
    }
    unsafe pointer = key
  }

  deinit { unsafe EVP_PKEY_free(pointer) }
}
