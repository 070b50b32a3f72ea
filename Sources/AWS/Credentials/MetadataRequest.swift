import CurlHTTP

/// A request to a service of the machine itself: quick, without a signature, past all proxies.
struct MetadataRequest {
  let connections: ServiceConnections
  /// How long one try may take.
  var timeout = Duration.seconds(2)
  var attemptLimit = 3

  /// Asks until there is an answer that is no failure of the service.
  ///
  /// - Throws: ``AWSError`` with code `unavailable` if there is none.
  func send(
    _ url: String, method: String = "GET", headers: HTTPHeaders = [:]
  ) async throws(AWSError) -> HTTPResponse {
    var request = HTTPRequest(
      method: method, url: url, headers: headers, body: method == "PUT" ? [] : nil,
      bodyLimit: 64 << 10, timeout: timeout)
    request.avoidsProxies = true
    var attempt = 0
    while true {
      attempt += 1
      var failure: AWSError
      do throws(HTTPError) {
        let response = try await connections.http.send(request)
        if response.status < 500, response.status != 429 { return response }
        failure = AWSError(.unavailable, "\(url) answers with status \(response.status)")
      } catch {
        failure = AWSError(error)
        if error.kind == .cancelled { throw failure }
        failure.reason = "\(url) does not answer: \(error.message)"
      }
      if attempt >= attemptLimit { throw failure }
      do {
        try await Task.sleep(for: .milliseconds(100 * attempt))
      } catch {
        throw AWSError(.cancelled, "the request was cancelled")
      }
    }
  }
}
