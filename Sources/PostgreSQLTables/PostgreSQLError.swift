/// Why tables of a PostgreSQL server could not be read.
///
/// It never holds a password or a value of a row.
package struct PostgreSQLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A stable word for the kind of error.
  package struct Code: RawRepresentable, Sendable, Hashable {
    package let rawValue: String

    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// What was asked for cannot be: a URL with a password in it, a table that is not there.
    package static let usage = Code(rawValue: "usage")
    /// The server does not let this user in, or read there.
    package static let accessDenied = Code(rawValue: "access-denied")
    /// The server cannot be reached, or has gone; it may come back.
    package static let unavailable = Code(rawValue: "unavailable")
    /// Somebody holds a lock, and went on holding it.
    package static let locked = Code(rawValue: "locked")
    /// The caller has asked for the end.
    package static let interrupted = Code(rawValue: "interrupted")
    /// A value that its column in the file cannot hold.
    package static let value = Code(rawValue: "value")
    /// The server has refused a statement; `sqlState` says why.
    package static let server = Code(rawValue: "server")
    /// The server has sent what it should not.
    package static let malformed = Code(rawValue: "malformed")
  }

  package let code: Code
  /// A sentence: what cannot be done, with what, and why.
  package let message: String
  /// The server's five letters, where it has given them.
  package var sqlState: String?
  /// What to do next.
  package var hint: String?

  package init(_ code: Code, _ message: String, sqlState: String? = nil, hint: String? = nil) {
    self.code = code
    self.message = message
    self.sqlState = sqlState
    self.hint = hint
  }

  package var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}

extension PostgreSQLError.Code {
  /// The kind of what a server says by its letters.
  ///
  /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
  init(sqlState: String) {
    switch sqlState {
    case "42501": self = .accessDenied
    case "55P03": self = .locked
    // A server that ends or begins, or has what a standby reads taken away by its primary.
    case "57P01", "57P02", "57P03", "57P04", "57P05", "40001", "40P01": self = .unavailable
    default:
      switch sqlState.prefix(2) {
      case "28": self = .accessDenied
      case "08", "53": self = .unavailable
      default: self = .server
      }
    }
  }
}
