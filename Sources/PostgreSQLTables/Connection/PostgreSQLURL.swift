internal import CReceiptPostgreSQL

/// Where a database is: `postgres://user@host:5432/database?sslmode=require`, as libpq reads it.
///
/// It never holds a password: whoever may list processes sees the arguments of all of them. libpq
/// finds it in `PGPASSWORD`, in the file of `PGPASSFILE` or `~/.pgpass`, or by a service's name.
///
/// <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>
package struct PostgreSQLURL: Sendable, Hashable, CustomStringConvertible {
  private static let schemes = ["postgres://", "postgresql://"]

  /// The URL as it was given.
  package let description: String

  /// Whether a text is meant as such a URL.
  package static func isURL(_ text: String) -> Bool {
    schemes.contains { text.lowercased().hasPrefix($0) }
  }

  /// A database by its URL.
  ///
  /// - Throws: `usage` for a text that libpq does not take, and for one with a secret in it.
  package init(_ text: String) throws(PostgreSQLError) {
    description = text
    var reason: UnsafeMutablePointer<CChar>?
    let options = unsafe PQconninfoParse(text, &reason)
    defer {
      unsafe PQconninfoFree(options)
      unsafe PQfreemem(reason)
    }
    // A password with an @ or / in it may have been taken for something else, so the text is looked
    // at too; and nothing is quoted that may be a piece of it.
    if PostgreSQLURL.mayHavePassword(text) { throw PostgreSQLURL.hasPassword }
    guard var option = unsafe options else {
      let reason = unsafe reason.map { unsafe String(cString: $0) } ?? "no reason given"
      throw PostgreSQLError(
        .usage, "cannot read the URL \(text): \(PostgreSQLError.oneLine(reason))",
        hint: "it looks like postgres://user@host:5432/database?sslmode=require")
    }
    while let keyword = unsafe option.pointee.keyword {
      let isSecret = unsafe ["password", "sslpassword"].contains(String(cString: keyword))
      if isSecret, unsafe option.pointee.val != nil { throw PostgreSQLURL.hasPassword }
      unsafe option += 1
    }
  }

  /// Whether the text has `user:password@`, however the password is written, or a parameter with one.
  private static func mayHavePassword(_ text: String) -> Bool {
    let rest = text.drop { $0 != ":" }.dropFirst(3)
    if let colon = rest.firstIndex(of: ":"),
      rest[colon...].prefix(while: { $0 != "?" }).contains("@")
    {
      return true
    }
    // Without the parameters there is a server or user left, and its colon belongs to a port.
    let parameters = rest.drop { $0 != "?" }.lowercased()
    return parameters.contains("password=")
      || rest.prefix { $0 != "?" }.contains(":") && !hasPort(rest)
  }

  /// Whether what stands behind each colon outside of brackets, before the path, are digits.
  private static func hasPort(_ rest: Substring) -> Bool {
    let servers = rest.prefix { $0 != "/" && $0 != "?" }
    let hosts =
      servers.drop { $0 != "@" }.isEmpty ? servers : servers.drop { $0 != "@" }.dropFirst()
    return hosts.split(separator: ",").allSatisfy { host in
      let bare = host.hasPrefix("[") ? host.drop { $0 != "]" } : host
      return bare.drop { $0 != ":" }.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    }
  }

  private static var hasPassword: PostgreSQLError {
    PostgreSQLError(
      .usage,
      "cannot use the URL: it has a password in it, which everybody on this machine can see",
      hint: "leave it out, and give it in PGPASSWORD, or in the file that PGPASSFILE names")
  }
}

extension PostgreSQLError {
  /// A message of libpq's on one line.
  static func oneLine(_ text: String) -> String {
    text.split(separator: "\n").map { $0.trimming(" ") }.filter { !$0.isEmpty }
      .joined(separator: "; ")
  }
}

extension Substring {
  fileprivate func trimming(_ character: Character) -> Substring {
    var text = drop { $0 == character || $0 == "\t" }
    while text.last == character { text.removeLast() }
    return text
  }
}
