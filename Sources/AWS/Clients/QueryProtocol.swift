import CurlHTTP

/// The query protocol of AWS's older services: a form goes out, XML comes back.
///
/// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>
struct QueryProtocol: Sendable {
  private let service: String
  private let version: String
  private let client: ServiceClient
  private let endpoint: Endpoint
  private let region: String

  /// A client of a service, which is at the endpoint unless another one is set up; without
  /// credentials requests are not signed.
  ///
  /// - Throws: ``AWSError`` with code `configuration` if the endpoint set up is no URL.
  init(
    _ service: String, version: String, _ settings: Settings, endpoint: Endpoint, region: String,
    credentials: (any CredentialProvider)?, connections: ServiceConnections
  ) throws(AWSError) {
    self.service = service
    self.version = version
    client = ServiceClient(service: service, credentials: credentials, connections: connections)
    self.endpoint = try settings.endpoint(of: service) ?? endpoint
    self.region = region
  }

  /// The element in which the result of an action stands; empty for actions without one.
  ///
  /// - Throws: ``AWSError``; with a resource, its hint names the permission that is missing.
  func result(
    _ action: String, _ parameters: [(String, String)], on resource: String? = nil
  ) async throws(AWSError) -> XMLElement {
    let form = ([("Action", action), ("Version", version)] + parameters).map {
      "\(PercentEncoding.component($0.0))=\(PercentEncoding.component($0.1))"
    }.joined(separator: "&")
    var request = ServiceRequest(
      method: "POST",
      headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
      body: Array(form.utf8)[...])
    request.bodyLimit = 4 << 20
    let answer: ServiceClient.Answer
    do throws(AWSError) {
      answer = try await client.send(request, to: endpoint, region: region)
    } catch {
      throw error.needing("\(service):\(action)", on: resource)
    }
    do throws(XMLError) {
      return try XMLElement.parse(answer.response.body)["\(action)Result"]
        ?? XMLElement("\(action)Result")
    } catch {
      throw AWSError(
        .malformed, "the answer of \(service):\(action) is not understood: \(error.reason)")
    }
  }
}

extension AWSError {
  /// The error with the permission that is missing, if one is and nothing better is known.
  func needing(_ permission: String, on resource: String?) -> AWSError {
    var error = self
    if let resource, code == .accessDenied, hint == nil {
      error.hint = "\(permission) on \(resource) is needed"
    }
    return error
  }
}
