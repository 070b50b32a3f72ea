import CurlHTTP
import Foundation
import OpenSSLCrypto
import Testing

@testable import AWS

/// The signatures that are published: the generic suite, and the examples of S3's API reference.
struct SigningTests {
  // MARK: The generic suite

  struct Case: Decodable, Sendable {
    struct Context: Decodable, Sendable {
      struct Keys: Decodable, Sendable {
        let accessKeyId: String
        let secretAccessKey: String
        let token: String?
      }
      let credentials: Keys
      let region: String
      let service: String
      let timestamp: String
      let normalize: Bool
      let signBody: Bool
      let omitSessionToken: Bool?
      let expirationInSeconds: Int
    }
    let context: Context
    let request: String
    let canonicalRequest: String
    let stringToSign: String
    let signature: String
    let queryCanonicalRequest: String
    let querySignature: String

    enum CodingKeys: String, CodingKey {
      case context, request
      case canonicalRequest = "header-canonical-request"
      case stringToSign = "header-string-to-sign"
      case signature = "header-signature"
      case queryCanonicalRequest = "query-canonical-request"
      case querySignature = "query-signature"
    }
  }

  static let suite: [String: Case] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/sigv4-suite.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let cases = try? decoder.decode([String: Case].self, from: Data(contentsOf: file))
    return cases ?? [:]
  }()

  @Test func `the suite is there`() { #expect(Self.suite.count == 38) }

  @Test(arguments: suite.keys.sorted())
  func `the generic suite is signed as published`(_ name: String) throws {
    let sample = try #require(Self.suite[name])
    let (request, body) = try Self.parse(sample.request)
    let time = try #require(WallTime(iso8601: sample.context.timestamp))
    let signer = Self.signer(sample)
    var signed = request
    // The suite signs the hash as a header where it signs bodies, for services other than S3 too.
    let hash = Hex.text(Digest.sha256(body))
    if sample.context.signBody { signed.headers["x-amz-content-sha256"] = hash }
    let result = signer.signed(signed, payloadHash: hash, at: time)
    let canonical = signer.canonicalRequest(
      result, result.canonicalHeaders, payloadHash: hash)
    #expect(canonical == sample.canonicalRequest)
    #expect(signer.stringToSign(canonical, at: time) == sample.stringToSign)
    #expect(result.headers["Authorization"]?.hasSuffix("Signature=" + sample.signature) == true)

    let presigned = signer.presigned(
      request, expiry: sample.context.expirationInSeconds, payloadHash: hash, at: time)
    var withoutSignature = presigned
    withoutSignature.query.removeAll { $0.name == "X-Amz-Signature" }
    #expect(
      signer.canonicalRequest(
        withoutSignature, withoutSignature.canonicalHeaders, payloadHash: hash)
        == sample.queryCanonicalRequest)
    #expect(presigned.query.last?.value == sample.querySignature)
  }

  private static func signer(_ sample: Case) -> SigV4 {
    let keys = sample.context.credentials
    // Where the token is added after signing it is no part of what is signed.
    let token = sample.context.omitSessionToken == true ? nil : keys.token
    return SigV4(
      credentials: Credentials(
        accessKeyID: keys.accessKeyId, secretAccessKey: Secret(keys.secretAccessKey),
        sessionToken: token.map { Secret($0) }),
      region: sample.context.region, service: sample.context.service,
      normalizesPath: sample.context.normalize)
  }

  /// A request of the suite: text, with folded header lines and a target that is not encoded.
  private static func parse(_ text: String) throws -> (SigningRequest, [UInt8]) {
    let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
    var lines = parts[0].split(separator: "\n").map(String.init)
    let start = lines.removeFirst()
    let firstSpace = try #require(start.firstIndex(of: " "))
    let lastSpace = try #require(start.lastIndex(of: " "))
    let target = String(start[start.index(after: firstSpace)..<lastSpace])
    var headers = HTTPHeaders()
    var fields: [(String, String)] = []
    for line in lines {
      if line.hasPrefix(" ") {
        fields[fields.count - 1].1 += " " + line
      } else {
        let colon = try #require(line.firstIndex(of: ":"))
        fields.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
      }
    }
    for field in fields { headers.append(field.0, field.1) }
    let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let query = try (halves.count > 1 ? halves[1] : "").split(separator: "&").map { item in
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return SigningRequest.QueryItem(
        try #require(PercentEncoding.decode(String(pair[0]))),
        try #require(PercentEncoding.decode(pair.count > 1 ? String(pair[1]) : "")))
    }
    let request = SigningRequest(
      method: String(start[..<firstSpace]),
      path: try #require(PercentEncoding.decode(String(halves[0]))), query: query, headers: headers)
    return (request, parts.count > 1 ? Array(parts[1].utf8) : [])
  }

  // MARK: S3's examples

  private static let s3 = SigV4(
    credentials: Credentials(
      accessKeyID: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
    region: "us-east-1", service: "s3")
  private static let time = WallTime(iso8601: "20130524T000000Z")

  struct Example: Sendable, CustomStringConvertible {
    var method = "GET"
    var path: String
    var query: [SigningRequest.QueryItem] = []
    var headers: HTTPHeaders = [:]
    var body = ""
    var isUnsigned = false
    let signature: String
    var description: String { "\(method) \(path)" }
  }

  @Test(arguments: [
    Example(
      path: "/test.txt", headers: ["Range": "bytes=0-9"],
      signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
    Example(
      method: "PUT", path: "/test$file.text",
      headers: [
        "Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY",
      ], body: "Welcome to Amazon S3.",
      signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
    Example(
      path: "/", query: [.init("lifecycle")],
      signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    Example(
      path: "/", query: [.init("max-keys", "2"), .init("prefix", "J")],
      signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    // These two are not published, but computed by another implementation: keys with a colon.
    Example(
      path: "/2023-03-14T04:03/companies/000000000000.parquet", isUnsigned: true,
      signature: "28c60bc4f7c448f57eba5c4a00e67649926ccddb2cc54b168dd49670d997088c"),
    Example(
      path: "/", query: [.init("list-type", "2"), .init("prefix", "2023-03-14T04:03/revenue/")],
      signature: "87ee6b40c731fc61daa0e2de7a213daaf7c33be617a63daf2d5f015fccc795e1"),
  ])
  func `examples of the API reference are signed as published`(_ example: Example) throws {
    var headers = example.headers
    headers["Host"] = "examplebucket.s3.amazonaws.com"
    let signed = Self.s3.signed(
      SigningRequest(
        method: example.method, path: example.path, query: example.query, headers: headers),
      payloadHash: example.isUnsigned
        ? SigV4.unsignedPayload : Hex.text(Digest.sha256(Array(example.body.utf8))),
      at: try #require(Self.time))
    #expect(signed.headers["Authorization"]?.hasSuffix("Signature=" + example.signature) == true)
  }

  /// Of the example of an upload in signed chunks the request itself, from which the chunks' own
  /// signatures follow; objects are sent here with the hash of all their bytes instead.
  @Test func `the request of a chunked upload is signed as published`() throws {
    let headers: HTTPHeaders = [
      "Host": "s3.amazonaws.com", "x-amz-storage-class": "REDUCED_REDUNDANCY",
      "Content-Encoding": "aws-chunked", "x-amz-decoded-content-length": "66560",
      "Content-Length": "66824",
    ]
    let signed = Self.s3.signed(
      SigningRequest(
        method: "PUT", path: "/examplebucket/chunkObject.txt", headers: headers),
      payloadHash: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", at: try #require(Self.time))
    #expect(
      signed.headers["Authorization"]?.hasSuffix(
        "=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9") == true)
  }

  @Test func `keys that were derived before give the same signature`() throws {
    var signer = Self.s3
    signer.keys = SigningKeys()
    let request = SigningRequest(
      method: "GET", path: "/test.txt",
      headers: ["Host": "examplebucket.s3.amazonaws.com", "Range": "bytes=0-9"])
    let time = try #require(Self.time)
    for seconds: Int64 in [0, 0, 86_400, 0] {
      let moment = time.adding(seconds: seconds)
      let plain = Self.s3.signed(request, payloadHash: SigV4.emptyPayloadHash, at: moment)
      let cached = signer.signed(request, payloadHash: SigV4.emptyPayloadHash, at: moment)
      #expect(plain == cached)
    }
    signer.region = "eu-west-1"
    let other = signer.signed(request, payloadHash: SigV4.emptyPayloadHash, at: time)
    #expect(other.headers["Authorization"]?.contains("f0e8bdb87c96") == false)
  }

  @Test func `the presigned example is signed as published`() throws {
    let request = SigningRequest(
      method: "GET", path: "/test.txt", headers: ["Host": "examplebucket.s3.amazonaws.com"])
    let signed = Self.s3.presigned(request, expiry: 86_400, at: try #require(Self.time))
    #expect(
      signed.query.last?.value
        == "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    #expect(signed.target.hasPrefix("/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="))
  }

  // MARK: Parts

  @Test func `moments are parsed and written`() throws {
    let time = try #require(WallTime(iso8601: "2026-02-28T23:59:59.123Z"))
    #expect(time.basic == "20260228T235959Z")
    #expect(time.adding(seconds: 1).basic == "20260301T000000Z")
    #expect(WallTime(iso8601: "2026-03-01T01:59:59+02:00") == time)
    #expect(WallTime(httpDate: "Sat, 28 Feb 2026 23:59:59 GMT") == time)
    #expect(WallTime(secondsSinceEpoch: 0).basic == "19700101T000000Z")
    #expect(WallTime(iso8601: "2024-02-29T00:00:00Z")?.basic == "20240229T000000Z")
    #expect(WallTime(iso8601: "yesterday") == nil)
    #expect(WallTime(iso8601: "2026-13-01T00:00:00Z") == nil)
    for text in [
      "2026-02-28T23:59:59Z", "2026-02-28T23:59:59.1Z", "2026-02-28 23:59:59Z",
      "2026-02-28T23:59:59.000000000Z", "20260228T235959Z", "2026-02-28T23:59:59+00:00",
    ] {
      #expect(WallTime(iso8601: text) == time, "\(text)")
    }
    for text in [
      "2026-02-28T23:59:59.Z", "2026-02-28T23:59:59ZZ",
      "2026-02-28T23:59:59.1Z1Z", "2026-02-28T23:59:59x", "2026-02-2äT23:59:59Z", "",
      "2026-02-28T23:59:60.5.5Z", "2026-02-28T24:00:00Z",
    ] {
      #expect(WallTime(iso8601: text) == nil, "\(text)")
    }
  }

  @Test(arguments: [
    ("a b", "a%20b"), ("a+b", "a%2Bb"), ("2026-11-20T04:03", "2026-11-20T04%3A03"),
    ("100%", "100%25"), ("ä/ü", "%C3%A4/%C3%BC"), ("~-._", "~-._"), ("🙂", "%F0%9F%99%82"),
  ])
  func `keys are encoded and decoded`(_ plain: String, _ encoded: String) {
    #expect(PercentEncoding.path(plain) == encoded)
    #expect(PercentEncoding.decode(encoded) == plain)
  }

  @Test(arguments: ["%", "%2", "%zz", "%ff"])
  func `what is no encoding is refused`(_ text: String) {
    #expect(PercentEncoding.decode(text) == nil)
  }
}
