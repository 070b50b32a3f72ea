import CurlHTTP
import FoundationEssentials
import OpenSSLCrypto

/// The credentials of a role for who has signed in with `aws sso login`.
///
/// The token lies in `~/.aws/sso/cache`, in a file named by the SHA-1 of the session's name, or of
/// the start URL where there is no session.
struct SingleSignOn: CredentialSource {
  let profileName: String
  let settings: Settings
  let connections: ServiceConnections

  private struct Token: Decodable {
    let accessToken: String
    let expiresAt: String
  }

  private struct Answer: Decodable {
    struct Role: Decodable {
      let accessKeyId: String
      let secretAccessKey: String
      let sessionToken: String
      /// Milliseconds since 1970.
      let expiration: Int64
    }
    let roleCredentials: Role
  }

  func find() async throws(AWSError) -> Credentials? {
    var values = settings.files.profiles[profileName] ?? [:]
    let session = values["sso_session"]
    if let session {
      guard let section = settings.files.sessions[session] else {
        throw problem("there is no section [sso-session \(session)]")
      }
      values.merge(section) { _, new in new }
    }
    guard let account = values["sso_account_id"], let role = values["sso_role_name"],
      let region = values["sso_region"], let start = values["sso_start_url"]
    else {
      throw problem("it needs sso_account_id, sso_role_name, sso_region and sso_start_url")
    }
    let token = try token(of: session ?? start)
    let endpoint =
      try settings.endpoint(of: "sso") ?? Endpoint(service: "portal.sso", region: region)
    let query =
      "role_name=\(PercentEncoding.component(role))&account_id=\(PercentEncoding.component(account))"
    let request = HTTPRequest(
      url: "\(endpoint)/federation/credentials?\(query)",
      headers: ["x-amz-sso_bearer_token": token.exposed], timeout: .seconds(20))
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await connections.http.send(request)
    } catch {
      throw AWSError(error)
    }
    guard response.status == 200 else {
      if [401, 403].contains(response.status) {
        throw problem(
          "it may not use the role \(role) of account \(account), or has signed out", signIn)
      }
      throw problem("the sign-on portal answers with status \(response.status)")
    }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
      throw problem("the sign-on portal's answer is not understood")
    }
    return Credentials(
      accessKeyID: answer.roleCredentials.accessKeyId,
      secretAccessKey: Secret(answer.roleCredentials.secretAccessKey),
      sessionToken: Secret(answer.roleCredentials.sessionToken),
      expiration: WallTime(secondsSinceEpoch: answer.roleCredentials.expiration / 1_000),
      source: "single sign-on of profile \(profileName)")
  }

  private func token(of name: String) throws(AWSError) -> Secret {
    let home = settings.environment["HOME"] ?? "/"
    let file = "\(home)/.aws/sso/cache/\(Hex.text(Digest.sha1(Array(name.utf8)))).json"
    guard let bytes = FileManager.default.contents(atPath: file), bytes.count <= 1 << 20,
      let token = try? JSONDecoder().decode(Token.self, from: bytes),
      let end = WallTime(iso8601: token.expiresAt)
    else { throw problem("nobody has signed in", signIn) }
    guard connections.clock.now < end else { throw problem("the sign-in has ended", signIn) }
    return Secret(token.accessToken)
  }

  private var signIn: String { "sign in with `aws sso login --profile \(profileName)`" }

  private func problem(_ reason: String, _ hint: String? = nil) -> AWSError {
    AWSError(.credentials, "the profile \(profileName) cannot be used: \(reason)", hint: hint)
  }
}
