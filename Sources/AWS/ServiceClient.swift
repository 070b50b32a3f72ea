package import CurlHTTP
import OpenSSLCrypto
import Synchronization

/// A request to a service, before it is signed.
package struct ServiceRequest: Sendable {
  /// The method.
  package var method: String
  /// The path, not encoded; it begins with a slash.
  package var path: String
  /// The query, not encoded.
  package var query: [SigningRequest.QueryItem]
  /// Further header fields.
  package var headers: HTTPHeaders
  /// The body; `nil` for none.
  package var body: ArraySlice<UInt8>?
  /// The bytes of an answer beyond which it is refused.
  package var bodyLimit = 16 << 20
  /// Whether the answer is XML that may be an error in spite of its status of 200.
  package var mayFailWithSuccess = false

  /// A request from its parts.
  package init(
    method: String, path: String = "/", query: [SigningRequest.QueryItem] = [],
    headers: HTTPHeaders = [:], body: ArraySlice<UInt8>? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }
}

/// What many clients share: connections, the clock, the budget of retries, and counters.
package final class ServiceConnections: Sendable {
  /// Makes the exchanges.
  package let http: HTTPClient
  /// The time that signatures carry.
  package let clock = Clock()
  /// When requests are made again.
  package let retries: RetryPolicy
  let budget = RetryBudget()
  let signingKeys = SigningKeys()
  private let retryCounter = Atomic<Int64>(0)

  /// Connections over an HTTP client.
  package init(_ http: HTTPClient, retries: RetryPolicy = RetryPolicy()) {
    self.http = http
    self.retries = retries
  }

  /// How often a request was made again.
  package var retryCount: Int64 { retryCounter.load(ordering: .relaxed) }

  func countRetry() { retryCounter.add(1, ordering: .relaxed) }
}

/// Sends signed requests to one service and makes them again where that helps.
package struct ServiceClient: Sendable {
  /// The service, as signatures name it.
  package let service: String
  /// What signs; `nil` for requests without a signature.
  package let credentials: (any CredentialProvider)?
  /// What is shared with other clients.
  package let connections: ServiceConnections

  /// A client of a service.
  package init(
    service: String, credentials: (any CredentialProvider)?, connections: ServiceConnections
  ) {
    self.service = service
    self.credentials = credentials
    self.connections = connections
  }

  /// An answer, and how often the request was made for it.
  package struct Answer: Sendable {
    package let response: HTTPResponse
    package let attempts: Int
  }

  /// Sends a request until there is an answer that another try would not change.
  ///
  /// - Parameters:
  ///   - request: the request.
  ///   - endpoint: where it goes.
  ///   - region: the region that the signature names.
  /// - Returns: an answer with a status of 2xx, or 304.
  /// - Throws: ``AWSError``.
  package func send(
    _ request: ServiceRequest, to endpoint: Endpoint, region: String
  ) async throws(AWSError) -> Answer {
    let payloadHash =
      request.body.map { Hex.text(Digest.sha256($0)) } ?? SigV4.emptyPayloadHash
    var remedies = Remedies()
    var attempt = 0
    while true {
      attempt += 1
      let credentials = try await self.credentials?.current()
      let signed = signed(request, payloadHash, endpoint, region, credentials)
      var failure: AWSError
      var isTransient: Bool
      var retryAfter: Int?
      do throws(HTTPError) {
        let response = try await connections.http.send(signed)
        guard let error = ServiceClient.error(in: response, to: request) else {
          connections.budget.refill()
          return Answer(response: response, attempts: attempt)
        }
        if await isRemedied(error, response, credentials, &remedies) { continue }
        failure = error
        isTransient = error.isTransient
        retryAfter = response.headers["Retry-After"].flatMap { Int($0) }
      } catch {
        failure = AWSError(error)
        isTransient = error.isTransient
      }
      failure.attempts = attempt
      guard isTransient else { throw failure }
      try await pause(retryAfter: retryAfter, failure)
    }
  }

  /// What has been mended once and is not mended again.
  private struct Remedies {
    var hasCorrectedClock = false
    var hasRenewed = false
  }

  /// Mends what the answer complains of: a wrong clock, or credentials that have ended.
  private func isRemedied(
    _ error: AWSError, _ response: HTTPResponse, _ used: Credentials?, _ remedies: inout Remedies
  ) async -> Bool {
    if error.isClockSkew, !remedies.hasCorrectedClock,
      let time = response.headers["Date"].flatMap({ WallTime(httpDate: $0) })
    {
      remedies.hasCorrectedClock = true
      return connections.clock.correct(by: time)
    }
    if error.isExpiry, !remedies.hasRenewed, let used, let credentials {
      remedies.hasRenewed = true
      return await credentials.discard(used)
    }
    if error.isUnknownKey, !remedies.hasRenewed, let used, let credentials,
      await credentials.discard(used)
    {
      remedies.hasRenewed = true
      // Only another key is worth another request.
      guard let others = try? await credentials.current() else { return false }
      return others != used
    }
    return false
  }

  /// Waits before the next try.
  ///
  /// - Throws: the failure if there is to be no other try; ``AWSError`` with code `cancelled`.
  private func pause(retryAfter: Int?, _ failure: AWSError) async throws(AWSError) {
    guard
      let delay = connections.retries.delay(
        after: failure.attempts, retryAfter: retryAfter, share: Double.random(in: 0...1)),
      connections.budget.spend()
    else {
      var final = failure
      // The last answer of a service that is not well says less than that it was asked often.
      if failure.attempts > 1 { final.reason += " (after \(failure.attempts) tries)" }
      final.code = .unavailable
      throw final
    }
    connections.countRetry()
    do {
      try await Task.sleep(for: delay)
    } catch {
      throw AWSError(.cancelled, "the request was cancelled")
    }
  }

  private func signed(
    _ request: ServiceRequest, _ payloadHash: String, _ endpoint: Endpoint, _ region: String,
    _ credentials: Credentials?
  ) -> HTTPRequest {
    var headers = request.headers
    headers["Host"] = endpoint.authority
    var signing = SigningRequest(
      method: request.method, path: endpoint.path + request.path, query: request.query,
      headers: headers)
    if let credentials {
      var signer = SigV4(credentials: credentials, region: region, service: service)
      signer.keys = connections.signingKeys
      signing = signer.signed(signing, payloadHash: payloadHash, at: connections.clock.now)
    }
    var exchange = HTTPRequest(
      method: request.method, url: endpoint.origin + signing.target, headers: signing.headers,
      body: request.body, bodyLimit: request.bodyLimit)
    exchange.setsPace = true
    // Of a conditional write, the second one would fail by the first.
    exchange.isSentOnce =
      request.method != "GET" && request.method != "HEAD"
      && (headers["If-Match"] != nil || headers["If-None-Match"] != nil)
    return exchange
  }

  /// What is wrong with an answer; `nil` if nothing is.
  private static func error(in response: HTTPResponse, to request: ServiceRequest) -> AWSError? {
    if !response.isSuccess { return response.status == 304 ? nil : AWSError(response) }
    guard request.mayFailWithSuccess, let document = try? XMLElement.parse(response.body),
      document.name == "Error"
    else { return nil }
    var error = AWSError(response)
    // The status says success, so that only the code can tell whether to try again.
    error.status = nil
    if error.code == .other, error.isTransient { error.code = .unavailable }
    return error
  }
}
