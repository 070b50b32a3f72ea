package import AWS
package import CurlHTTP
import Foundation
package import ObjectStorage

/// A server that speaks S3, started by `Tests/Peers`; tests that need one that is not there are
/// skipped.
package enum Peer: String, CaseIterable, Sendable, CustomStringConvertible {
  case seaweedFS = "RECEIPT_SEAWEEDFS"
  case miniStack = "RECEIPT_MINISTACK"
  case rgw = "RECEIPT_RGW"
  /// A proxy before SeaweedFS that checks every signature by itself.
  case strict = "RECEIPT_STRICT_S3"
  /// Another one, which injects faults too; one test at a time uses it.
  case faultProxy = "RECEIPT_FAULTPROXY"

  /// The URL; `nil` if it is not there.
  package var url: String? {
    ProcessInfo.processInfo.environment[rawValue].flatMap { $0.isEmpty ? nil : $0 }
  }

  package var description: String { rawValue }

  package var keys: (id: String, secret: String) {
    self == .miniStack ? ("test", "test") : ("testing", "testing-secret")
  }

  /// The environment with which the server is used.
  package var environment: [String: String] {
    [
      "AWS_ENDPOINT_URL": url ?? "", "AWS_ACCESS_KEY_ID": keys.id,
      "AWS_SECRET_ACCESS_KEY": keys.secret, "AWS_REGION": "us-east-1", "HOME": "/nonexistent",
      "AWS_EC2_METADATA_DISABLED": "true",
    ]
  }

  package var options: S3Options { S3Options(environment: environment) }

  /// The environment as arguments of `env`.
  package var assignments: [String] { environment.map { "\($0.key)=\($0.value)" } }

  /// A location that is empty, in a bucket that is made if it is not there.
  package func location(_ bucket: String = "conformance") async throws -> S3Location {
    try await makeBucket(bucket)
    return try S3Location("s3://\(bucket)/\(UUID().uuidString.lowercased())/sub")
  }

  /// An empty store.
  package func store(_ change: (inout S3Options) -> Void = { _ in }) async throws -> S3Store {
    var options = options
    change(&options)
    return S3Store(try await location(), try S3Connection(options))
  }

  package func makeBucket(_ name: String) async throws {
    try await send(ServiceRequest(method: "PUT", path: "/\(name)", body: []), allowing: 409)
  }

  /// The multipart uploads in a bucket that nobody has ended, as the server lists them.
  package func unfinishedUploads(_ bucket: String = "conformance") async throws -> String {
    let response = try await send(
      ServiceRequest(method: "GET", path: "/\(bucket)", query: [.init("uploads")]))
    return String(decoding: response.body, as: UTF8.self)
  }

  /// Sends a request that no store makes.
  @discardableResult
  package func send(
    _ request: ServiceRequest, service: String = "s3", allowing status: Int? = nil
  ) async throws -> HTTPResponse {
    let client = ServiceClient(
      service: service,
      credentials: FixedCredentials(
        Credentials(accessKeyID: keys.id, secretAccessKey: Secret(keys.secret))),
      connections: ServiceConnections(try HTTPClient()))
    let endpoint = try Endpoint(url: url ?? "")
    do {
      return try await client.send(request, to: endpoint, region: "us-east-1").response
    } catch {
      guard let status, error.status == status else { throw error }
      return HTTPResponse(status: status)
    }
  }
}

extension Peer {
  /// The control of the proxy: its log and its rules.
  private func control(_ path: String, method: String = "GET", body: String? = nil) async throws
    -> Data
  {
    var url = URLComponents(string: url ?? "")
    let port = url?.port ?? 0
    url?.port = port + 1
    url?.path = path
    let response = try await HTTPClient().send(
      HTTPRequest(
        method: method, url: url?.string ?? "", body: body.map { Array($0.utf8)[...] },
        bodyLimit: 64 << 20))
    return Data(response.body)
  }

  /// Replaces the rules by a JSON list.
  package func setRules(_ rules: String) async throws {
    _ = try await control("/rules", method: "POST", body: rules)
  }

  /// Forgets rules and log.
  package func reset() async throws { _ = try await control("/reset", method: "POST", body: "") }

  package struct LogEntry: Decodable, Sendable {
    package let method: String
    package let path: String
    package let query: String
    package let headers: [String: String]
    package let outcome: String
    package let status: Int?
  }

  /// What came through so far.
  package func log() async throws -> [LogEntry] {
    try JSONDecoder().decode([LogEntry].self, from: try await control("/log"))
  }
}
