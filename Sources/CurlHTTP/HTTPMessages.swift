/// A request as it goes over the wire.
package struct HTTPRequest: Sendable {
  /// The method, such as `GET`.
  package var method: String
  /// The absolute URL, encoded already; it is sent as it is, dots and double slashes included.
  package var url: String
  /// The header fields; `Host` and `Content-Length` follow from the rest.
  package var headers: HTTPHeaders
  /// The body; `nil` for none, while an empty one is sent with its length of 0.
  package var body: ArraySlice<UInt8>?
  /// The bytes of an answer's body beyond which it is refused.
  package var bodyLimit: Int
  /// How long the whole exchange may take; `nil` for as long as bytes come.
  package var timeout: Duration?
  /// Whether the answer may come compressed; the body is then what was compressed.
  package var acceptsCompression = false
  /// Whether the request goes to its host directly, whatever proxies there are.
  package var avoidsProxies = false
  /// Whether the request must not be sent twice without the caller's doing, as libcurl does where a
  /// connection that it had kept dies before the answer: a new connection is made for it.
  package var isSentOnce = false
  /// Whether the time that the answer takes says how many exchanges at once the server is best at.
  package var setsPace = false

  /// A request from its parts.
  package init(
    method: String = "GET", url: String, headers: HTTPHeaders = [:],
    body: ArraySlice<UInt8>? = nil, bodyLimit: Int = 1 << 20, timeout: Duration? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.bodyLimit = bodyLimit
    self.timeout = timeout
  }

  /// The longest body of an answer that is no success: an explanation, not an object.
  static let errorBodyLimit = 256 << 10

  /// The longest header of an answer, all fields together.
  static let headerLimit = 128 << 10
}

/// An answer, whatever its status.
package struct HTTPResponse: Sendable {
  /// The status, such as 200.
  package var status: Int
  /// The header fields.
  package var headers: HTTPHeaders
  /// The whole body.
  package var body: [UInt8]

  /// An answer from its parts.
  package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Whether the status is 2xx.
  package var isSuccess: Bool { (200..<300).contains(status) }
}

/// Why there is no answer.
package struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of a failure: what a caller decides by.
  package enum Kind: String, Sendable, Hashable {
    /// The host's or the proxy's name is not known.
    case resolve
    /// Nobody listens there, or the network does not reach it.
    case connect
    /// No secure connection: certificates, or no common protocol.
    case tls
    /// Nothing came for too long.
    case timeout
    /// The connection ended before there was an answer.
    case reset
    /// The answer ended before it was complete.
    case shortBody
    /// The answer is longer than the caller takes.
    case tooLarge
    /// The answer is not HTTP.
    case malformed
    /// The URL cannot be used.
    case url
    /// The task was cancelled.
    case cancelled
    /// Anything else.
    case other
  }

  /// The kind.
  package var kind: Kind
  /// What happened, without the URL.
  package var message: String

  /// An error from its parts.
  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  package var description: String { message }
}

/// What holds for all exchanges of a client.
package struct HTTPOptions: Sendable, Hashable {
  /// Exchanges at once, to all hosts together, at the most; a server that is near gets fewer.
  package var connectionCount = 64
  /// How long it may take until a connection stands.
  package var connectTimeout = Duration.seconds(10)
  /// After how long without a byte in either direction an exchange is given up.
  package var stallTimeout = Duration.seconds(30)
  /// A file of certificates to trust, instead of the system's.
  package var certificateFile: String?
  /// How the client names itself.
  package var userAgent = "receipt"

  /// The defaults.
  package init() {}
}
