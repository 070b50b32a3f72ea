/// Where a service is: `https://sts.eu-west-1.amazonaws.com`, `http://127.0.0.1:9000/base`.
package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  /// The scheme: `http` or `https`.
  package var scheme: String
  /// The host, with the port if it is not the scheme's own.
  package var authority: String
  /// What stands before every path, without a slash at its end; mostly nothing.
  package var path: String

  /// An endpoint from its parts.
  package init(scheme: String = "https", authority: String, path: String = "") {
    self.scheme = scheme
    self.authority = authority
    self.path = path
  }

  /// An endpoint from a URL.
  ///
  /// - Throws: ``AWSError`` with code `configuration` if it is none.
  package init(url: String) throws(AWSError) {
    guard let match = url.wholeMatch(of: /(https?):\/\/([A-Za-z0-9.\-_\[\]:]+)(\/[^?#]*)?/) else {
      throw AWSError(
        .configuration, "the endpoint \(url) is no URL of a server",
        hint: "an endpoint looks like https://s3.eu-west-1.amazonaws.com or http://localhost:9000")
    }
    scheme = String(match.1)
    authority = String(match.2)
    let isDefaultPort =
      scheme == "https" ? authority.hasSuffix(":443") : authority.hasSuffix(":80")
    if isDefaultPort, let colon = authority.lastIndex(of: ":") {
      authority = String(authority[..<colon])
    }
    path = String(match.3 ?? "")
    while path.hasSuffix("/") { path.removeLast() }
  }

  /// The endpoint that AWS has for a service in a region.
  package init(service: String, region: String) {
    let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    self.init(authority: "\(service).\(region).\(suffix)")
  }

  /// The scheme and the host, with which URLs begin.
  package var origin: String { "\(scheme)://\(authority)" }

  /// The URL.
  package var description: String { origin + path }

  /// The host without the port.
  package var host: Substring {
    authority.hasSuffix("]") ? authority[...] : authority.prefix { $0 != ":" }
  }
}
