import OpenSSLCrypto
import Testing

@testable import AWS

/// Hashes held against the examples of their standards.
struct CryptoTests {
  @Test func `SHA-256 gives the examples of FIPS 180`() {
    #expect(
      Hex.text(Digest.sha256(Array("abc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Hex.text(Digest.sha256([])) == SigV4.emptyPayloadHash)
    let slice = Array("xxabcxx".utf8)[2..<5]
    #expect(Digest.sha256(slice) == Digest.sha256(Array("abc".utf8)))
  }

  @Test func `HMAC-SHA-256 gives the examples of RFC 4231`() {
    #expect(
      Hex.text(
        Digest.hmacSHA256(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      Hex.text(
        Digest.hmacSHA256(
          key: [UInt8](repeating: 0xaa, count: 131),
          Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test func `MD5 gives an example of RFC 1321`() throws {
    let digest = try #require(Digest.md5(Array("message digest".utf8)))
    #expect(Hex.text(digest) == "f96b697d7cb7938d525a2f31aaf161d0")
  }

  @Test func `a hash in pieces is the hash of the whole`() {
    var hash = IncrementalSHA256()
    for piece in ["a", "", "bc"] { unsafe hash.update(Array(piece.utf8).span.bytes) }
    #expect(hash.finalize() == Digest.sha256(Array("abc".utf8)))
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"),
  ])
  func `Base64 gives the examples of RFC 4648`(_ plain: String, _ encoded: String) {
    #expect(Digest.base64(Array(plain.utf8)) == encoded)
    #expect(Digest.bytes(base64: encoded) == Array(plain.utf8))
  }

  @Test(arguments: ["a", "ab=", "a?==", "====="])
  func `what is no Base64 is refused`(_ text: String) {
    #expect(Digest.bytes(base64: text) == nil)
  }

  @Test func `secrets are masked wherever they are looked at`() {
    let credentials = Credentials(
      accessKeyID: "AKID", secretAccessKey: Secret("s3cr3t"), sessionToken: Secret("t0k3n"))
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), dumped] {
      #expect(text.contains("AKID"))
      #expect(!text.contains("s3cr3t") && !text.contains("t0k3n"))
    }
  }
}
