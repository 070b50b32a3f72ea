/// Why a service cannot be used, or does not do what it was asked for.
package struct AWSError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of a failure: what a caller decides by.
  package struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// The stable word.
    package let rawValue: String

    /// A code from its stable word.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// The service refuses the caller.
    package static let accessDenied = Code(rawValue: "access-denied")
    /// There are no credentials, or they cannot be had.
    package static let credentials = Code(rawValue: "credentials")
    /// There is no such thing.
    package static let notFound = Code(rawValue: "not-found")
    /// Something was changed by somebody else: `If-Match` or `If-None-Match` does not hold.
    package static let preconditionFailed = Code(rawValue: "precondition-failed")
    /// The bucket is in another region.
    package static let wrongRegion = Code(rawValue: "wrong-region")
    /// The service, or the way there, failed again and again.
    package static let unavailable = Code(rawValue: "unavailable")
    /// No secure connection.
    package static let tls = Code(rawValue: "tls")
    /// The answer makes no sense.
    package static let malformed = Code(rawValue: "malformed")
    /// A file of settings, or a setting, cannot be used.
    package static let configuration = Code(rawValue: "configuration")
    /// The task was cancelled.
    package static let cancelled = Code(rawValue: "cancelled")
    /// Anything else that a service says.
    package static let other = Code(rawValue: "other")

    /// The stable word.
    package var description: String { rawValue }
  }

  /// The kind of the failure.
  package var code: Code
  /// Why, as the end of a sentence.
  package var reason: String
  /// What to do about it.
  package var hint: String?
  /// The service's own word, such as `NoSuchKey`.
  package var serviceCode: String?
  /// The status of the answer, if there was one.
  package var status: Int?
  /// The region that the service names, where another one was asked.
  package var region: String?
  /// How often the request was made.
  package var attempts = 1

  /// An error from its parts.
  package init(_ code: Code, _ reason: String, hint: String? = nil) {
    self.code = code
    self.reason = reason
    self.hint = hint
  }

  /// The reason.
  package var description: String { reason }
}
