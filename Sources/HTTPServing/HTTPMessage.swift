/// A request that has come in as a whole.
package struct ServedRequest: Sendable, Hashable {
  /// The method, such as `POST`.
  package var method: String
  /// The path, as it was sent, without the query.
  package var path: String
  /// What stands behind the question mark.
  package var query: String
  /// The header fields, names in lower case.
  package var fields: [String: String]
  /// The whole body.
  package var body: [UInt8]
  /// Whether the client wants to go on with the connection.
  package var keepsAlive: Bool

  /// The value of a header field.
  package subscript(name: String) -> String? { fields[name.lowercased()] }
}

/// What is answered.
package struct ServedResponse: Sendable, Hashable {
  package var status: Int
  package var contentType: String
  /// Further header fields.
  package var fields: [String: String]
  package var body: [UInt8]

  package init(
    _ status: Int, contentType: String = "text/plain; charset=utf-8",
    fields: [String: String] = [:], body: [UInt8]
  ) {
    self.status = status
    self.contentType = contentType
    self.fields = fields
    self.body = body
  }

  /// A line of text.
  package init(_ status: Int, _ text: String, fields: [String: String] = [:]) {
    self.init(status, fields: fields, body: Array((text + "\n").utf8))
  }

  /// The bytes that go over the wire.
  func serialized(keepsAlive: Bool, withBody: Bool) -> [UInt8] {
    var head = "HTTP/1.1 \(status) \(ServedResponse.phrase(status))\r\n"
    head += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n"
    head += "Connection: \(keepsAlive ? "keep-alive" : "close")\r\n"
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
    head += "\r\n"
    return Array(head.utf8) + (withBody ? body : [])
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 413: "Content Too Large"
    case 431: "Request Header Fields Too Large"
    case 503: "Service Unavailable"
    default: "Status"
    }
  }
}

/// What is believed of clients.
package struct ServerLimits: Sendable, Hashable {
  /// The request line and all header fields, in bytes.
  package var headByteCount = 16 << 10
  /// A body, in bytes.
  package var bodyByteCount = 1 << 20
  /// How long a request may take to come in, and its answer to go out.
  package var requestTimeout = Duration.seconds(10)
  /// How long a connection may stand without a request.
  package var idleTimeout = Duration.seconds(30)
  /// Connections at once; further ones are closed.
  package var connectionCount = 256

  package init() {}
}
