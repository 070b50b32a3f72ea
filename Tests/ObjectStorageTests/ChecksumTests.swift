import CurlHTTP
import Testing

@testable import ObjectStorage

/// Checks held against their published check values, and against plain bit-by-bit computation.
struct ChecksumTests {
  private static let digits = Array("123456789".utf8)

  @Test func `the check values of the catalogue are met`() {
    #expect(CRC.crc64NVME.check(Self.digits) == 0xae8b_1486_0a79_9888)
    #expect(CRC.crc32C.check(Self.digits) == 0xe306_9283)
    #expect(CRC.crc32.check(Self.digits) == 0xcbf4_3926)
    #expect(CRC.crc64NVME.check([]) == 0)
  }

  @Test(arguments: [
    (StoredChecksum.Algorithm.crc64NVME, "rosUhgp5mIg="), (.crc32C, "4waSgw=="),
    (.crc32, "y/Q5Jg=="), (.sha256, "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
  ])
  func `values are written as S3 writes them`(
    _ algorithm: StoredChecksum.Algorithm, _ text: String
  ) {
    #expect(StoredChecksum(algorithm, of: Self.digits[...]).value == text)
  }

  @Test func `any cut gives the same check, continued or combined`() {
    let seed = UInt64.random(in: 1 ... .max)
    let bytes = sampleBytes(1_000, seed: seed)
    for crc in [CRC.crc64NVME, .crc32C, .crc32] {
      let whole = Self.plainCheck(bytes, crc)
      #expect(crc.check(bytes) == whole, "seed \(seed)")
      for cut in [0, 1, 7, 15, 16, 17, 500, 999, 1_000] {
        let first = crc.check(bytes[..<cut])
        #expect(crc.check(bytes[cut...], after: first) == whole, "seed \(seed), cut \(cut)")
        let second = crc.check(bytes[cut...])
        #expect(
          crc.combine(first, second, byteCount: Int64(1_000 - cut)) == whole,
          "seed \(seed), cut \(cut)")
      }
    }
  }

  /// The check by its definition, one bit after the other.
  private static func plainCheck(_ bytes: [UInt8], _ crc: CRC) -> UInt64 {
    let polynomial: UInt64 =
      crc.width == 64
      ? 0x9a6c_9329_ac4b_c9b5
      : crc.check([0x80]) == CRC.crc32.check([0x80]) ? 0xedb8_8320 : 0x82f6_3b78
    let mask: UInt64 = crc.width == 64 ? .max : 0xffff_ffff
    var state = mask
    for byte in bytes {
      state ^= UInt64(byte)
      for _ in 0..<8 { state = state & 1 == 1 ? (state >> 1) ^ polynomial : state >> 1 }
    }
    return state ^ mask
  }

  @Test func `a checksum of parts says nothing of the bytes`() {
    #expect(StoredChecksum(["x-amz-checksum-crc32": "AAAAAA==-3"]) == nil)
    #expect(
      StoredChecksum(["x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-type": "COMPOSITE"])
        == nil)
    #expect(StoredChecksum(["x-amz-checksum-md5": "AAAAAA=="]) == nil)
    #expect(
      StoredChecksum(["X-Amz-Checksum-Crc32c": "4waSgw==", "x-amz-checksum-type": "FULL_OBJECT"])
        == StoredChecksum(.crc32C, of: Self.digits[...]))
  }
}
