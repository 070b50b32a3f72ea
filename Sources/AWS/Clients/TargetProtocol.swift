import CurlHTTP
import FoundationEssentials

/// The JSON protocol of AWS's services: a header names the action, documents go both ways.
///
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
struct TargetProtocol: Sendable {
  private let service: String
  private let target: String
  private let version: String
  private let client: ServiceClient
  private let endpoint: Endpoint
  private let region: String

  /// A client of a service.
  ///
  /// - Parameters:
  ///   - service: the service, as signatures name it.
  ///   - target: what stands before the action in the header.
  ///   - version: the protocol's version.
  ///   - settings: where the endpoint may be set up.
  ///   - endpoint: where the service is if none is set up; `nil` for AWS's own.
  ///   - region: the region that signatures name.
  ///   - credentials: who asks.
  ///   - connections: what requests go over.
  /// - Throws: ``AWSError`` with code `configuration` if the endpoint set up is no URL.
  init(
    _ service: String, target: String, version: String, _ settings: Settings,
    endpoint: Endpoint? = nil, region: String, credentials: any CredentialProvider,
    connections: ServiceConnections
  ) throws(AWSError) {
    self.service = service
    self.target = target
    self.version = version
    client = ServiceClient(service: service, credentials: credentials, connections: connections)
    self.endpoint =
      try settings.endpoint(of: service.replacing("-", with: "_"))
      ?? endpoint ?? Endpoint(service: service, region: region)
    self.region = region
  }

  /// Sends an action.
  ///
  /// - Throws: ``AWSError``; with a resource, its hint names the permission that is missing.
  func send<Response: Decodable>(
    _ action: String, _ parameters: some Encodable & Sendable, on resource: String? = nil
  ) async throws(AWSError) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let document = try? encoder.encode(parameters) else {
      throw AWSError(.malformed, "the request of \(service):\(action) cannot be written")
    }
    let request = ServiceRequest(
      method: "POST",
      headers: [
        "Content-Type": "application/x-amz-json-\(version)", "X-Amz-Target": "\(target).\(action)",
      ], body: Array(document)[...])
    let bytes: [UInt8]
    do throws(AWSError) {
      bytes = try await client.send(request, to: endpoint, region: region).response.body
    } catch {
      throw error.needing("\(service):\(action)", on: resource)
    }
    let data = Data(bytes.isEmpty ? Array("{}".utf8) : bytes)
    guard let response = try? JSONDecoder().decode(Response.self, from: data) else {
      throw AWSError(.malformed, "the answer of \(service):\(action) is not understood")
    }
    return response
  }

  /// An answer of which nothing is wanted.
  struct Nothing: Decodable {}
}
