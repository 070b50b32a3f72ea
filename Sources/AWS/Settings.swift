import FoundationEssentials

/// What the environment and the shared files of AWS's tools say.
package struct Settings: Sendable {
  /// The environment.
  package let environment: [String: String]
  /// The profile in use.
  package let profileName: String
  /// Whether somebody has chosen the profile, on the command line.
  package let isProfileNamed: Bool
  /// Both files.
  let files: SharedFiles

  /// Reads the settings.
  ///
  /// - Parameters:
  ///   - environment: the environment.
  ///   - profile: the profile that was asked for; `nil` for `AWS_PROFILE` or `default`.
  /// - Throws: ``AWSError`` with code `configuration` if a file cannot be read or there is no such
  ///   profile.
  package init(environment: [String: String], profile: String? = nil) throws(AWSError) {
    self.environment = environment
    let fromEnvironment = environment["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : $0 }
    profileName = profile ?? fromEnvironment ?? "default"
    isProfileNamed = profile != nil
    files = try SharedFiles(environment: environment)
    if profile ?? fromEnvironment != nil, files.profiles[profileName] == nil {
      throw AWSError(
        .configuration, "there is no profile \(profileName)",
        hint: files.profiles.isEmpty
          ? "there are no profiles in them"
          : "the files have " + files.profiles.keys.sorted().joined(separator: ", "))
    }
  }

  /// The same settings, as the files have them now.
  ///
  /// - Throws: ``AWSError`` as reading them the first time.
  func readAgain() throws(AWSError) -> Settings {
    try Settings(environment: environment, profile: isProfileNamed ? profileName : nil)
  }

  /// A setting of the profile in use.
  package func profileSetting(_ name: String) -> String? {
    files.profiles[profileName]?[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The first of some variables that is set and not empty.
  package func variable(_ names: String...) -> String? {
    names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
  }

  /// The region that is set up, if one is.
  package var region: String? {
    variable("AWS_REGION", "AWS_DEFAULT_REGION") ?? profileSetting("region")
  }

  /// The file of certificates to trust, if one is set up.
  package var certificateFile: String? {
    variable("AWS_CA_BUNDLE") ?? profileSetting("ca_bundle")
  }

  /// How buckets are named in requests to S3: `path`, `virtual` or `auto`, if it is set up.
  package var s3AddressingStyle: String? {
    files.blocks[profileName]?["s3"]?["addressing_style"]
  }

  /// The endpoint that is set up for a service, if one is.
  ///
  /// - Throws: ``AWSError`` with code `configuration` if it is no URL.
  package func endpoint(of service: String) throws(AWSError) -> Endpoint? {
    if ["true", "1"].contains(variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased()) {
      return nil
    }
    let own = profileSetting("services").flatMap { files.services[$0]?[service]?["endpoint_url"] }
    let url =
      variable("AWS_ENDPOINT_URL_" + service.uppercased()) ?? variable("AWS_ENDPOINT_URL") ?? own
      ?? profileSetting("endpoint_url")
    return try url.map { text throws(AWSError) in try Endpoint(url: text) }
  }
}
