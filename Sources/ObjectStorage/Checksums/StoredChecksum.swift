import CurlHTTP
import OpenSSLCrypto

/// A checksum that S3 keeps of a whole object, as it comes with the object.
///
/// Values of objects that were uploaded in parts may be those of the parts' checksums instead
/// (`COMPOSITE`, ending with `-` and the number of parts); these say nothing of the bytes.
struct StoredChecksum: Sendable, Hashable {
  enum Algorithm: String, Sendable, CaseIterable {
    case crc64NVME = "crc64nvme"
    case crc32C = "crc32c"
    case crc32
    case sha256

    /// The header field that carries it.
    var headerName: String { "x-amz-checksum-\(rawValue)" }
  }

  let algorithm: Algorithm
  /// The value as it came: Base64.
  let value: String

  /// The checksum of an answer's header, if there is one of the whole object.
  init?(_ headers: HTTPHeaders) {
    if headers["x-amz-checksum-type"]?.uppercased() == "COMPOSITE" { return nil }
    for algorithm in Algorithm.allCases {
      if let value = headers[algorithm.headerName], !value.contains("-") {
        self.algorithm = algorithm
        self.value = value
        return
      }
    }
    return nil
  }

  /// The checksum of some bytes.
  init(_ algorithm: Algorithm, of bytes: ArraySlice<UInt8>) {
    self.algorithm = algorithm
    switch algorithm {
    case .crc64NVME:
      value = StoredChecksum.text(CRC.crc64NVME.check(bytes), byteCount: 8)
    case .crc32C: value = StoredChecksum.text(CRC.crc32C.check(bytes), byteCount: 4)
    case .crc32: value = StoredChecksum.text(CRC.crc32.check(bytes), byteCount: 4)
    case .sha256: value = Digest.base64(Digest.sha256(bytes))
    }
  }

  /// A check as S3 writes it: its bytes, the highest first, as Base64.
  static func text(_ check: UInt64, byteCount: Int) -> String {
    Digest.base64(
      (0..<byteCount).map { UInt8(truncatingIfNeeded: check >> UInt64(8 * (byteCount - 1 - $0))) })
  }
}
