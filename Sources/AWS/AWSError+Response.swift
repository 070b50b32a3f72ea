import CurlHTTP

extension AWSError {
  /// An answer that is no success, as an error.
  ///
  /// S3 and STS say why in XML, others in JSON; to `HEAD` there is no body, so that the status must do.
  init(_ response: HTTPResponse) {
    let document = try? XMLElement.parse(response.body)
    let error = document?.name == "Error" ? document : document?["Error"]
    let fault = error == nil ? JSONFault(response) : nil
    let serviceCode = error?.text("Code") ?? fault?.code
    var message =
      (error?.text("Message") ?? fault?.message)?.prefix(500).trimmingPrefix(while: \.isWhitespace)
      ?? ""
    while message.last == "." || message.last?.isWhitespace == true { message.removeLast() }
    var reason = serviceCode ?? "status \(response.status)"
    if !message.isEmpty { reason = "\(message) (\(reason))" }
    let id =
      response.headers["x-amz-request-id"] ?? response.headers["x-amzn-RequestId"]
      ?? document?.text("RequestId")
    if let id {
      reason += ", request \(id.prefix(64))"
    }
    self.init(AWSError.code(status: response.status, serviceCode), reason)
    self.serviceCode = serviceCode
    status = response.status
    // Other answers name the region too, but only these mean that it was the wrong one.
    if [301, 307, 400].contains(response.status) {
      region = response.headers["x-amz-bucket-region"] ?? error?.text("Region")
    }
  }

  private static func code(status: Int, _ serviceCode: String?) -> Code {
    switch serviceCode {
    case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed",
      "IllegalLocationConstraintException":
      return .wrongRegion
    case "PreconditionFailed": return .preconditionFailed
    case "QueueDoesNotExist", "NonExistentQueue": return .notFound
    case "ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId", "InvalidClientTokenId",
      "InvalidToken", "SignatureDoesNotMatch", "TokenRefreshRequired", "AccessDeniedException",
      "AccessDenied", "UnrecognizedClientException", "InvalidSignatureException",
      "InvalidSecurity":
      return .accessDenied
    // A status of 501: waiting does not help.
    case "NotImplemented": return .other
    default: break
    }
    switch status {
    case 301, 307, 308: return .wrongRegion
    case 401, 403: return .accessDenied
    case 404: return .notFound
    case 409, 412: return .preconditionFailed
    case 429, 500...: return .unavailable
    default: return .other
    }
  }

  /// Whether the same request may succeed a little later.
  var isTransient: Bool {
    switch serviceCode {
    case "SlowDown", "InternalError", "RequestTimeout", "RequestTimeoutException",
      "ServiceUnavailable", "Throttling", "ThrottlingException", "ThrottledException",
      "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded",
      "PriorRequestNotComplete", "OperationAborted", "ConditionalRequestConflict",
      "TransactionInProgressException", "IDPCommunicationError",
      "ActiveStatementsExceededException", "ActiveSessionsExceededException":
      return true
    default: break
    }
    guard let status else { return false }
    return [429, 500, 502, 503, 504].contains(status)
  }

  /// Whether credentials have ended before their time.
  var isExpiry: Bool {
    ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"].contains(serviceCode)
  }

  /// Whether the service does not know the key, as when it was exchanged for another.
  var isUnknownKey: Bool {
    ["InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"]
      .contains(serviceCode)
  }

  /// Whether the service's clock and the caller's differ too much.
  var isClockSkew: Bool {
    ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"].contains(serviceCode)
  }

  /// A failed exchange, as an error.
  init(_ error: HTTPError) {
    switch error.kind {
    case .cancelled: self.init(.cancelled, error.message)
    case .tls:
      self.init(
        .tls, "no secure connection: \(error.message)",
        hint: "name the file of certificates to trust with --ca-bundle or AWS_CA_BUNDLE")
    case .tooLarge, .malformed: self.init(.malformed, error.message)
    case .url: self.init(.configuration, "the URL cannot be used: \(error.message)")
    case .resolve, .connect:
      self.init(
        .unavailable, error.message,
        hint: "check the endpoint, the network and the proxies that the environment names")
    case .timeout, .reset, .shortBody, .other: self.init(.unavailable, error.message)
    }
  }
}

extension HTTPError {
  /// Whether the same exchange may succeed a little later.
  var isTransient: Bool {
    switch kind {
    case .resolve, .connect, .timeout, .reset, .shortBody, .malformed, .other: true
    case .tls, .tooLarge, .url, .cancelled: false
    }
  }
}
