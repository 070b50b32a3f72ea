import FoundationEssentials

/// Credentials as JSON, the way containers, instances and programs give them.
struct CredentialDocument: Decodable {
  let accessKeyID: String
  let secretAccessKey: String
  let token: String?
  let expiration: String?
  /// What an instance says instead of credentials.
  let code: String?
  /// The version of a program's document.
  let version: Int?

  private enum CodingKeys: String, CodingKey {
    case accessKeyID = "AccessKeyId"
    case secretAccessKey = "SecretAccessKey"
    case token = "Token"
    case sessionToken = "SessionToken"
    case expiration = "Expiration"
    case code = "Code"
    case version = "Version"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    accessKeyID = try container.decode(String.self, forKey: .accessKeyID)
    secretAccessKey = try container.decode(String.self, forKey: .secretAccessKey)
    // Containers and instances call it Token, programs SessionToken.
    token =
      try container.decodeIfPresent(String.self, forKey: .token)
      ?? container.decodeIfPresent(String.self, forKey: .sessionToken)
    expiration = try container.decodeIfPresent(String.self, forKey: .expiration)
    code = try container.decodeIfPresent(String.self, forKey: .code)
    version = try container.decodeIfPresent(Int.self, forKey: .version)
  }

  /// The credentials of a document.
  ///
  /// - Throws: ``AWSError`` that says nothing of the contents: they are secret.
  static func credentials(in bytes: [UInt8], source: String) throws(AWSError) -> Credentials {
    let document: CredentialDocument
    do {
      document = try JSONDecoder().decode(CredentialDocument.self, from: Data(bytes))
    } catch {
      throw AWSError(
        .credentials,
        "what \(source) gave is no JSON document with AccessKeyId and SecretAccessKey")
    }
    var expiration: WallTime?
    if let text = document.expiration {
      guard let time = WallTime(iso8601: text) else {
        throw AWSError(
          .credentials, "\(source) gave credentials with an Expiration that is no time")
      }
      expiration = time
    }
    return Credentials(
      accessKeyID: document.accessKeyID, secretAccessKey: Secret(document.secretAccessKey),
      sessionToken: document.token.map { Secret($0) }, expiration: expiration, source: source)
  }
}
