import FoundationEssentials
package import OpenSSLCrypto

/// What a caller of Snowflake proves its identity with: a JWT that its private key signs.
///
/// <https://docs.snowflake.com/en/developer-guide/sql-api/authenticating>
package struct SnowflakeToken: Sendable {
  private let key: RSAKey
  /// `ACCOUNT.USER`.
  private let subject: String
  /// The public key's fingerprint, as `DESC USER` shows it.
  package let fingerprint: String

  /// How long a token is good, in seconds; Snowflake takes no more than an hour.
  package static let lifetime: Int64 = 900

  /// Tokens of a user.
  package init(account: String, user: String, key: RSAKey) {
    self.key = key
    subject = "\(SnowflakeToken.plain(account)).\(user.uppercased())"
    fingerprint = "SHA256:" + Digest.base64(Digest.sha256(key.publicKey))
  }

  /// The account's identifier in capitals, without the region and cloud behind a locator.
  private static func plain(_ account: String) -> String {
    let end: Character = account.contains(".global") ? "-" : "."
    return account.prefix { $0 != end }.uppercased()
  }

  private struct Header: Encodable {
    let alg = "RS256"
    let typ = "JWT"
  }

  private struct Claims: Encodable {
    let iss: String
    let sub: String
    let iat: Int64
    let exp: Int64
  }

  /// A token that is good from a moment on.
  ///
  /// - Parameter seconds: the moment, in seconds since 1970.
  /// - Returns: the token's text, which is a secret; `nil` if the key cannot sign.
  package func text(at seconds: Int64) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A clock that is a little fast makes tokens of the future, which are refused.
    let claims = Claims(
      iss: "\(subject).\(fingerprint)", sub: subject, iat: seconds - 30,
      exp: seconds + SnowflakeToken.lifetime)
    guard let header = try? encoder.encode(Header()), let payload = try? encoder.encode(claims)
    else { return nil }
    let message =
      "\(SnowflakeToken.encoded(Array(header))).\(SnowflakeToken.encoded(Array(payload)))"
    guard let signature = key.signature(of: Array(message.utf8)) else { return nil }
    return "\(message).\(SnowflakeToken.encoded(signature))"
  }

  /// Base64 for URLs, without padding (RFC 7515 §2).
  private static func encoded(_ bytes: [UInt8]) -> String {
    Digest.base64(bytes).replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
