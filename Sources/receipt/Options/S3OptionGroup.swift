import ArgumentParser
import FoundationEssentials
import ObjectStorage

/// The flags about S3, alike in every command that reads locations.
///
/// None carries a secret: keys come from the environment, profiles and roles.
struct S3OptionGroup: ParsableArguments {
  @Option(help: "The bucket's region; found by itself if not given.")
  var region: String?

  @Option(help: "The URL of another server that speaks S3.")
  var endpointURL: String?

  @Option(help: "A profile of AWS's shared files.")
  var profile: String?

  @Option(help: "The ARN of a role to assume.")
  var assumeRole: String?

  @Option(help: "The external id that the role wants.")
  var externalID: String?

  @Option(help: "How the role's session is called in logs.")
  var sessionName: String?

  @Option(help: "Requests to S3 at once; 32 if not given.")
  var connections: Int?

  @Option(help: "Seconds without a byte after which a request is made again; 30 if not given.")
  var timeout: Int?

  @Option(help: "A file of certificates to trust, instead of the system's.")
  var caBundle: String?

  @Flag(help: "Name the bucket in the path of requests, not in the host.")
  var pathStyle = false

  func validate() throws {
    if let connections, !(1...1_000).contains(connections) {
      throw ValidationError("--connections must be from 1 to 1000")
    }
    if let timeout, !(1...3_600).contains(timeout) {
      throw ValidationError("--timeout must be from 1 to 3600 seconds")
    }
    if sessionName != nil, assumeRole == nil {
      throw ValidationError("--session-name needs --assume-role")
    }
  }

  /// The flags over the environment.
  var options: S3Options {
    var options = S3Options(environment: ProcessInfo.processInfo.environment)
    options.region = region
    options.endpointURL = endpointURL
    options.profile = profile
    options.roleARN = assumeRole
    options.externalID = externalID
    options.sessionName = sessionName
    if let connections { options.connectionCount = connections }
    if let timeout { options.stallSeconds = timeout }
    options.certificateFile = caBundle
    if pathStyle { options.usesPathStyle = true }
    return options
  }
}
