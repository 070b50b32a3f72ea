import CurlHTTP
import OpenSSLCrypto

/// AWS Signature Version 4.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
///
///     string to sign = "AWS4-HMAC-SHA256" \n time \n date/region/service/aws4_request \n
///                      hex(sha256(canonical request))
///     canonical request = method \n path \n query \n headers \n \n names of headers \n payload hash
///
/// S3 differs from all other services: its paths are signed as they are sent, without removing
/// dots and double slashes, since those may be part of keys.
package struct SigV4: Sendable {
  /// Who signs.
  package var credentials: Credentials
  /// The region of the service, such as `eu-west-1`.
  package var region: String
  /// The service, such as `s3` or `sts`.
  package var service: String
  /// Whether dots and empty segments are taken out of the path before it is signed.
  package var normalizesPath: Bool
  /// Keys that were derived already, if many requests are signed.
  var keys: SigningKeys?

  /// A signer; paths are normalised for all services but S3 unless said otherwise.
  package init(
    credentials: Credentials, region: String, service: String, normalizesPath: Bool? = nil
  ) {
    self.credentials = credentials
    self.region = region
    self.service = service
    self.normalizesPath = normalizesPath ?? (service != "s3")
  }

  /// The hash of no bytes.
  package static let emptyPayloadHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  /// What stands for the hash where a payload is not signed.
  package static let unsignedPayload = "UNSIGNED-PAYLOAD"

  // MARK: Headers

  /// The request with what proves who sends it.
  ///
  /// - Parameters:
  ///   - request: the request, with its `Host`.
  ///   - payloadHash: the SHA-256 of the body in hexadecimal digits.
  ///   - time: now, as the service's clock has it.
  /// - Returns: the request with `X-Amz-Date`, the session's token if there is one, for S3 the
  ///   payload's hash, and `Authorization`.
  package func signed(
    _ request: SigningRequest, payloadHash: String, at time: WallTime
  ) -> SigningRequest {
    var request = request
    request.headers["X-Amz-Date"] = time.basic
    if let token = credentials.sessionToken {
      request.headers["X-Amz-Security-Token"] = token.exposed
    }
    if service == "s3" { request.headers["X-Amz-Content-Sha256"] = payloadHash }
    let headers = request.canonicalHeaders
    let signature = signature(
      of: canonicalRequest(request, headers, payloadHash: payloadHash), at: time)
    request.headers["Authorization"] =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope(at: time)), "
      + "SignedHeaders=\(headers.map(\.name).joined(separator: ";")), Signature=\(signature)"
    return request
  }

  // MARK: Presigned URLs

  /// The request with the proof in its query, for who has no credentials.
  ///
  /// - Parameters:
  ///   - request: the request; all its headers must be sent along.
  ///   - expiry: for how long it may be used, in seconds.
  ///   - payloadHash: the hash of the body; S3 takes ``unsignedPayload``.
  ///   - time: now.
  /// - Returns: the request; its target is what the other one asks for.
  package func presigned(
    _ request: SigningRequest, expiry: Int, payloadHash: String = unsignedPayload,
    at time: WallTime
  ) -> SigningRequest {
    var request = request
    let headers = request.canonicalHeaders
    request.query += [
      .init("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
      .init("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(at: time))"),
      .init("X-Amz-Date", time.basic), .init("X-Amz-Expires", String(expiry)),
      .init("X-Amz-SignedHeaders", headers.map(\.name).joined(separator: ";")),
    ]
    if let token = credentials.sessionToken {
      request.query.append(.init("X-Amz-Security-Token", token.exposed))
    }
    let signature = signature(
      of: canonicalRequest(request, headers, payloadHash: payloadHash), at: time)
    request.query.append(.init("X-Amz-Signature", signature))
    return request
  }

  // MARK: Parts

  func scope(at time: WallTime) -> String { "\(time.basicDate)/\(region)/\(service)/aws4_request" }

  func canonicalRequest(
    _ request: SigningRequest, _ headers: [(name: String, value: String)], payloadHash: String
  ) -> String {
    let path = normalizesPath ? SigV4.normalized(request.path) : request.path
    return request.method + "\n" + PercentEncoding.path(path) + "\n" + request.canonicalQuery + "\n"
      + headers.map { "\($0.name):\($0.value)\n" }.joined() + "\n"
      + headers.map(\.name).joined(separator: ";") + "\n" + payloadHash
  }

  func stringToSign(_ canonicalRequest: String, at time: WallTime) -> String {
    "AWS4-HMAC-SHA256\n\(time.basic)\n\(scope(at: time))\n"
      + Hex.text(Digest.sha256(Array(canonicalRequest.utf8)))
  }

  private func signature(of canonicalRequest: String, at time: WallTime) -> String {
    let scope = SigningKeys.Scope(
      secret: credentials.secretAccessKey, date: time.basicDate, region: region, service: service)
    let key = keys?.key(scope) ?? scope.key
    let text = stringToSign(canonicalRequest, at: time)
    return Hex.text(Digest.hmacSHA256(key: key, Array(text.utf8)))
  }

  /// A path without empty segments, `.` and `..`.
  private static func normalized(_ path: String) -> String {
    var segments: [Substring] = []
    for segment in path.split(separator: "/") where segment != "." {
      if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
    }
    let isFolder = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..")
    return "/" + segments.joined(separator: "/") + (isFolder && !segments.isEmpty ? "/" : "")
  }
}
