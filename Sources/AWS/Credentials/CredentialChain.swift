/// The sources of credentials in the order in which AWS's SDKs ask them.
package struct CredentialChain: CredentialSource {
  private let sources: [any CredentialSource]

  /// A chain of sources.
  package init(_ sources: [any CredentialSource]) { self.sources = sources }

  /// The standard chain: environment, profile, web identity, container, instance.
  ///
  /// Who names a profile wants that profile: the environment's keys are passed over then.
  ///
  /// - Parameters:
  ///   - settings: the environment and the shared files.
  ///   - connections: what requests for credentials go over.
  /// - Returns: the chain.
  package static func standard(
    _ settings: Settings, _ connections: ServiceConnections
  ) -> CredentialChain {
    let environment = EnvironmentCredentials(environment: settings.environment)
    let profile = ProfileCredentials(settings: settings, connections: connections)
    let rest: [any CredentialSource] = [
      WebIdentityCredentials(environment: settings, connections: connections),
      ContainerCredentials(settings: settings, connections: connections),
      InstanceCredentials(settings: settings, connections: connections),
    ]
    return settings.isProfileNamed
      ? CredentialChain([profile]) : CredentialChain([environment, profile] + rest)
  }

  /// The credentials of the first source that has some.
  package func find() async throws(AWSError) -> Credentials? {
    for source in sources {
      if let credentials = try await source.find() { return credentials }
    }
    return nil
  }
}

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
package struct EnvironmentCredentials: CredentialSource {
  private let environment: [String: String]

  /// The credentials of an environment.
  package init(environment: [String: String]) { self.environment = environment }

  /// The credentials, if both keys are set.
  package func find() async throws(AWSError) -> Credentials? {
    guard let id = value("AWS_ACCESS_KEY_ID") else { return nil }
    guard let secret = value("AWS_SECRET_ACCESS_KEY") else {
      throw AWSError(
        .credentials, "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not",
        hint: "set both, or neither to use a profile")
    }
    return Credentials(
      accessKeyID: id, secretAccessKey: Secret(secret),
      sessionToken: value("AWS_SESSION_TOKEN").map { Secret($0) }, source: "the environment")
  }

  private func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
