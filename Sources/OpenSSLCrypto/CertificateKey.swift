import CReceiptOpenSSL

/// The public key of a certificate, to verify signatures of RSA with.
///
/// <https://www.rfc-editor.org/rfc/rfc8017#section-8.2>
package struct CertificateKey: Sendable {
  /// The hash that a signature is of.
  package enum Hash: Sendable {
    case sha1
    case sha256
  }

  private let handle: KeyHandle

  /// Takes the key out of a certificate; whether the certificate is to be trusted is not asked.
  ///
  /// `nil` if it is none, or its key is not of RSA.
  ///
  /// - Parameter pem: the certificate, as text between its `BEGIN` and `END` lines.
  package init?(pem: [UInt8]) {
    guard pem.count <= KeyHandle.mostByteCount,
      let handle = unsafe KeyHandle(owning: receipt_read_certificate_key(pem, Int32(pem.count)))
    else { return nil }
    self.handle = handle
  }

  /// Whether a signature is one of that message by the holder of the key.
  package func verifies(_ signature: [UInt8], of message: [UInt8], hash: Hash) -> Bool {
    guard let context = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(context) }
    let algorithm = unsafe hash == .sha1 ? EVP_sha1() : EVP_sha256()
    guard unsafe EVP_DigestVerifyInit(context, nil, algorithm, nil, handle.pointer) == 1 else {
      return false
    }
    return unsafe EVP_DigestVerify(
      context, signature, signature.count, message, message.count) == 1
  }
}
