package import CurlHTTP

/// A request as signatures see it.
package struct SigningRequest: Sendable, Hashable {
  /// A name and value of the query, not encoded.
  package struct QueryItem: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String = "") {
      self.name = name
      self.value = value
    }
  }

  /// The method, such as `GET`.
  package var method: String
  /// The path, not encoded; it begins with a slash.
  package var path: String
  /// The query, not encoded.
  package var query: [QueryItem]
  /// The header fields; `Host` must be among them.
  package var headers: HTTPHeaders

  /// A request from its parts.
  package init(
    method: String, path: String, query: [QueryItem] = [], headers: HTTPHeaders
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
  }

  /// The path and query as they are sent and signed: encoded once, the query sorted.
  package var target: String {
    let query = canonicalQuery
    return PercentEncoding.path(path) + (query.isEmpty ? "" : "?" + query)
  }

  /// The query, encoded and then sorted by names and values.
  var canonicalQuery: String {
    query.map { (PercentEncoding.component($0.name), PercentEncoding.component($0.value)) }
      .sorted { left, right in
        left.0 == right.0
          ? left.1.utf8.lexicographicallyPrecedes(right.1.utf8)
          : left.0.utf8.lexicographicallyPrecedes(right.0.utf8)
      }
      .map { $0.0 + "=" + $0.1 }.joined(separator: "&")
  }

  /// The header fields to sign, by name: small letters, spaces folded, several values joined.
  var canonicalHeaders: [(name: String, value: String)] {
    var values: [String: [String]] = [:]
    for field in headers.fields {
      values[field.name.lowercased(), default: []].append(SigningRequest.folded(field.value))
    }
    return values.filter { SigningRequest.isSigned($0.key) }
      .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { ($0.key, $0.value.joined(separator: ",")) }
  }

  /// What proxies and libraries may change on the way is left out.
  private static func isSigned(_ name: String) -> Bool {
    !["authorization", "connection", "expect", "user-agent", "x-amzn-trace-id"].contains(name)
  }

  private static func folded(_ value: String) -> String {
    value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
  }
}
