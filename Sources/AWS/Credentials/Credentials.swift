/// What requests are signed with.
package struct Credentials: Sendable, Hashable {
  /// The public half, which names the key.
  package var accessKeyID: String
  /// The secret half.
  package var secretAccessKey: Secret
  /// What temporary credentials are sent with.
  package var sessionToken: Secret?
  /// When they end; `nil` if they do not.
  package var expiration: WallTime?
  /// Where they were found, for messages: `the environment`, `profile loader`.
  package var source: String

  /// Credentials from their parts.
  package init(
    accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil,
    expiration: WallTime? = nil, source: String = "the caller"
  ) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
    self.source = source
  }
}
