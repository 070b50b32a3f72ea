/// AWS's Security Token Service: temporary credentials of roles.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
package struct SecurityTokenService: Sendable {
  private let query: QueryProtocol

  /// A client.
  ///
  /// - Parameters:
  ///   - settings: where the endpoint may be set up.
  ///   - region: the region whose endpoint is asked.
  ///   - credentials: who asks; `nil` for what needs no signature.
  ///   - connections: what requests go over.
  /// - Throws: ``AWSError`` with code `configuration` if the endpoint set up is no URL.
  package init(
    _ settings: Settings, region: String, credentials: (any CredentialProvider)?,
    connections: ServiceConnections
  ) throws(AWSError) {
    query = try QueryProtocol(
      "sts", version: "2011-06-15", settings, endpoint: Endpoint(service: "sts", region: region),
      region: region, credentials: credentials, connections: connections)
  }

  /// The credentials of a role.
  ///
  /// - Throws: ``AWSError`` whose reason names the action and the role.
  package func assumeRole(_ role: AssumedRole) async throws(AWSError) -> Credentials {
    var parameters = [
      ("RoleArn", role.arn), ("RoleSessionName", role.sessionName),
      ("DurationSeconds", String(role.durationSeconds)),
    ]
    if let externalID = role.externalID { parameters.append(("ExternalId", externalID)) }
    do {
      return try await credentials(
        "AssumeRole", parameters, source: "the role \(role.arn)")
    } catch {
      throw SecurityTokenService.explained(error, "sts:AssumeRole", role)
    }
  }

  /// The credentials of a role for the holder of a token from an identity provider.
  ///
  /// - Throws: ``AWSError`` whose reason names the action and the role.
  package func assumeRole(
    _ role: AssumedRole, webIdentityToken token: Secret
  ) async throws(AWSError) -> Credentials {
    do {
      return try await credentials(
        "AssumeRoleWithWebIdentity",
        [
          ("RoleArn", role.arn), ("RoleSessionName", role.sessionName),
          ("DurationSeconds", String(role.durationSeconds)),
          ("WebIdentityToken", token.exposed),
        ], source: "the role \(role.arn)")
    } catch {
      throw SecurityTokenService.explained(error, "sts:AssumeRoleWithWebIdentity", role)
    }
  }

  /// The ARN of the caller: whose credentials these are.
  package func callerARN() async throws(AWSError) -> String {
    let result = try await query.result("GetCallerIdentity", [])
    guard let arn = result.text("Arn") else {
      throw AWSError(.malformed, "the answer of sts:GetCallerIdentity has no Arn")
    }
    return arn
  }

  private func credentials(
    _ action: String, _ parameters: [(String, String)], source: String
  ) async throws(AWSError) -> Credentials {
    guard let element = try await query.result(action, parameters)["Credentials"],
      let id = element.text("AccessKeyId"), let secret = element.text("SecretAccessKey"),
      let token = element.text("SessionToken"),
      let expiration = element.text("Expiration").flatMap({ WallTime(iso8601: $0) })
    else { throw AWSError(.malformed, "the answer of sts:\(action) has no whole credentials") }
    return Credentials(
      accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: Secret(token),
      expiration: expiration, source: source)
  }

  private static func explained(
    _ error: AWSError, _ action: String, _ role: AssumedRole
  ) -> AWSError {
    var explained = error
    explained.reason = "cannot assume the role \(role.arn): \(error.reason)"
    if error.code == .accessDenied {
      // STS says no more than that; a wrong external id looks like a missing permission.
      explained.hint =
        "\(action) on \(role.arn) is not allowed: the caller needs the permission, the role's "
        + "trust policy must name the caller, and "
        + (role.externalID == nil
          ? "may want an external id (--external-id)" : "the external id must be the one it wants")
    }
    return explained
  }
}

/// A role and how it is assumed.
package struct AssumedRole: Sendable, Hashable {
  /// The role's ARN.
  package var arn: String
  /// What the role's trust policy asks of the one who assumes it for others.
  package var externalID: String?
  /// How the session is called in logs.
  package var sessionName = "receipt"
  /// How long the credentials last; a role that assumes a role has at most an hour.
  package var durationSeconds = 3_600

  /// A role.
  ///
  /// - Throws: ``AWSError`` with code `configuration` where STS would refuse a value.
  package init(
    arn: String, externalID: String? = nil, sessionName: String? = nil,
    durationSeconds: Int? = nil
  ) throws(AWSError) {
    guard arn.wholeMatch(of: /arn:[a-z\-]+:iam::\d{12}:role\/[\w+=,.@\/\-]+/) != nil else {
      throw AWSError(
        .configuration, "\(arn) is no ARN of a role",
        hint: "it looks like arn:aws:iam::123456789012:role/dump-reader")
    }
    if let externalID, externalID.wholeMatch(of: /[\w+=,.@:\/\-]{2,1224}/) == nil {
      throw AWSError(
        .configuration, "the external id has characters or a length that STS does not take",
        hint: "it has 2 to 1,224 letters, digits and characters of +=,.@:/-")
    }
    if let sessionName, sessionName.wholeMatch(of: /[\w+=,.@\-]{2,64}/) == nil {
      throw AWSError(
        .configuration, "the session name \(sessionName) is not one that STS takes",
        hint: "it has 2 to 64 letters, digits and characters of +=,.@-")
    }
    if let durationSeconds, !(900...43_200).contains(durationSeconds) {
      throw AWSError(
        .configuration, "a role is assumed for 900 to 43,200 seconds, not \(durationSeconds)")
    }
    self.arn = arn
    self.externalID = externalID
    if let sessionName { self.sessionName = sessionName }
    if let durationSeconds { self.durationSeconds = durationSeconds }
  }
}

/// The credentials of a role, assumed with others.
package struct RoleCredentials: CredentialSource {
  private let role: AssumedRole
  private let service: SecurityTokenService

  /// The credentials of a role.
  package init(_ role: AssumedRole, _ service: SecurityTokenService) {
    self.role = role
    self.service = service
  }

  /// Assumes the role.
  package func find() async throws(AWSError) -> Credentials? { try await service.assumeRole(role) }
}
