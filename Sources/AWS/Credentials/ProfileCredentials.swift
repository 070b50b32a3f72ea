/// What the profile in use says: a role, single sign-on, keys, or a program.
struct ProfileCredentials: CredentialSource {
  let settings: Settings
  let connections: ServiceConnections

  /// How many roles may lead to each other.
  private static let chainLimit = 8

  /// The files are read anew: whoever asks again has seen what they said last come to its end.
  func find() async throws(AWSError) -> Credentials? {
    try await ProfileCredentials(settings: try settings.readAgain(), connections: connections)
      .find(settings.profileName, seen: [])
  }

  private func find(
    _ name: String, seen: [String]
  ) async throws(AWSError) -> Credentials? {
    guard let profile = settings.files.profiles[name] else {
      if seen.isEmpty { return nil }
      throw problem(seen.last ?? name, "its source_profile \(name) does not exist")
    }
    // A profile may name itself as the source: its own keys are meant then.
    let isOwnSource = seen.last == name
    if profile["role_arn"] != nil, !isOwnSource {
      return try await role(name, profile, seen: seen)
    }
    if profile["sso_session"] ?? profile["sso_start_url"] != nil {
      return try await SingleSignOn(profileName: name, settings: settings, connections: connections)
        .find()
    }
    if let keys = try keys(name, profile) { return keys }
    if let command = profile["credential_process"] {
      return try await ProcessCredentials(
        command: command, profileName: name, environment: settings.environment
      ).find()
    }
    if seen.isEmpty { return nil }
    throw problem(name, "it is the source of another profile but has no credentials")
  }

  private func keys(
    _ name: String, _ profile: [String: String]
  ) throws(AWSError) -> Credentials? {
    guard let id = profile["aws_access_key_id"], !id.isEmpty else { return nil }
    guard let secret = profile["aws_secret_access_key"], !secret.isEmpty else {
      throw problem(name, "it has an aws_access_key_id but no aws_secret_access_key")
    }
    return Credentials(
      accessKeyID: id, secretAccessKey: Secret(secret),
      sessionToken: profile["aws_session_token"].map { Secret($0) }, source: "profile \(name)")
  }

  // MARK: Roles

  private func role(
    _ name: String, _ profile: [String: String], seen: [String]
  ) async throws(AWSError) -> Credentials? {
    guard seen.count < ProfileCredentials.chainLimit, !seen.contains(name) else {
      throw problem(name, "its source_profile leads back to it")
    }
    guard profile["mfa_serial"] == nil else {
      throw problem(
        name, "its role wants a code from a device (mfa_serial)",
        hint: "get a session with the AWS CLI and pass on its keys; receipt asks nobody for codes")
    }
    let role = try AssumedRole(
      arn: profile["role_arn"] ?? "", externalID: profile["external_id"],
      sessionName: profile["role_session_name"],
      durationSeconds: profile["duration_seconds"].flatMap { Int($0) })
    let region = settings.region ?? "us-east-1"
    if let file = profile["web_identity_token_file"] {
      return try await WebIdentityCredentials(
        role: role, tokenFile: file, settings: settings, connections: connections
      ).find()
    }
    let base = try await base(name, profile, seen: seen)
    let service = try SecurityTokenService(
      settings, region: region, credentials: FixedCredentials(base), connections: connections)
    return try await service.assumeRole(role)
  }

  /// The credentials with which a profile's role is assumed.
  private func base(
    _ name: String, _ profile: [String: String], seen: [String]
  ) async throws(AWSError) -> Credentials {
    let base: Credentials?
    switch (profile["source_profile"], profile["credential_source"]) {
    case (let source?, nil):
      base = try await find(source, seen: seen + [name])
    case (nil, "Environment"?):
      base = try await EnvironmentCredentials(environment: settings.environment).find()
    case (nil, "EcsContainer"?):
      base = try await ContainerCredentials(settings: settings, connections: connections).find()
    case (nil, "Ec2InstanceMetadata"?):
      base = try await InstanceCredentials(settings: settings, connections: connections).find()
    case (nil, let other?):
      throw problem(
        name, "its credential_source is \(other)",
        hint: "it may be Environment, EcsContainer or Ec2InstanceMetadata")
    default:
      throw problem(
        name, "it has a role_arn, and needs either source_profile or credential_source with it")
    }
    guard let base else {
      throw problem(name, "there are no credentials to assume its role with")
    }
    return base
  }

  private func problem(_ name: String, _ reason: String, hint: String? = nil) -> AWSError {
    AWSError(.credentials, "the profile \(name) cannot be used: \(reason)", hint: hint)
  }
}
