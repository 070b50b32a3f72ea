import CReceiptOpenSSL

/// A private key of RSA: it signs, and names its public half.
package struct RSAKey: Sendable {
  private let handle: KeyHandle

  /// A key from PEM, such as PKCS#8, plain (`PRIVATE KEY`) or encrypted.
  ///
  /// `nil` if it is no such key, or the passphrase is another one.
  ///
  /// - Parameters:
  ///   - pem: the text of the file.
  ///   - passphrase: what it is encrypted with, if it is.
  package init?(pem: [UInt8], passphrase: [UInt8]?) {
    // The passphrase goes to C as a text that a zero byte ends.
    guard pem.count <= KeyHandle.mostByteCount, passphrase?.contains(0) != true else { return nil }
    let terminated = passphrase.map { $0.map { CChar(bitPattern: $0) } + [0] }
    guard
      let handle = unsafe KeyHandle(
        owning: receipt_read_private_key(pem, Int32(pem.count), terminated))
    else { return nil }
    self.handle = handle
  }

  /// The public half as a SubjectPublicKeyInfo in DER.
  package var publicKey: [UInt8] {
    let count = Int(unsafe i2d_PUBKEY(handle.pointer, nil))
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      // The call moves the pointer behind what it wrote.
      var position = buffer.baseAddress
      unsafe _ = i2d_PUBKEY(handle.pointer, &position)
    }
    return bytes
  }

  /// The signature of a message: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2), which JWTs call
  /// RS256.
  package func signature(of message: [UInt8]) -> [UInt8]? {
    let context = unsafe EVP_MD_CTX_new()
    defer { unsafe EVP_MD_CTX_free(context) }
    guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, handle.pointer) == 1 else {
      return nil
    }
    var count = Int(unsafe EVP_PKEY_get_size(handle.pointer))
    var signature = [UInt8](repeating: 0, count: count)
    guard
      unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1
    else { return nil }
    return Array(signature.prefix(count))
  }
}
