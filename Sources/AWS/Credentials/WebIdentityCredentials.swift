import FoundationEssentials

/// The credentials of a role for who holds a token from an identity provider, such as a pod of EKS.
struct WebIdentityCredentials: CredentialSource {
  private let role: AssumedRole?
  private let tokenFile: String?
  private let settings: Settings
  private let connections: ServiceConnections
  private let problem: AWSError?

  /// A role and the file with the token.
  init(
    role: AssumedRole, tokenFile: String, settings: Settings, connections: ServiceConnections
  ) {
    self.role = role
    self.tokenFile = tokenFile
    self.settings = settings
    self.connections = connections
    problem = nil
  }

  /// The role of `AWS_ROLE_ARN` with the token of `AWS_WEB_IDENTITY_TOKEN_FILE`.
  init(environment settings: Settings, connections: ServiceConnections) {
    tokenFile = settings.variable("AWS_WEB_IDENTITY_TOKEN_FILE")
    self.settings = settings
    self.connections = connections
    var role: AssumedRole?
    var problem: AWSError?
    if let arn = settings.variable("AWS_ROLE_ARN"), tokenFile != nil {
      do throws(AWSError) {
        role = try AssumedRole(
          arn: arn, sessionName: settings.variable("AWS_ROLE_SESSION_NAME"))
      } catch {
        problem = error
      }
    }
    self.role = role
    self.problem = problem
  }

  func find() async throws(AWSError) -> Credentials? {
    if let problem { throw problem }
    guard let role, let tokenFile else { return nil }
    // The file is read each time: whoever provides it replaces the token before it ends.
    guard let bytes = FileManager.default.contents(atPath: tokenFile), bytes.count <= 64 << 10,
      let text = String(validating: bytes, as: UTF8.self)
    else {
      throw AWSError(
        .credentials, "the file \(tokenFile) with the web identity's token cannot be read")
    }
    let token = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    let service = try SecurityTokenService(
      settings, region: settings.region ?? "us-east-1", credentials: nil,
      connections: connections)
    return try await service.assumeRole(role, webIdentityToken: Secret(token))
  }
}
