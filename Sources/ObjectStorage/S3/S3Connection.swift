package import AWS
import CurlHTTP

/// A way to S3 that the stores of several locations share: connections, credentials, and counters.
public final class S3Connection: Sendable {
  let options: S3Options
  /// What the environment and AWS's shared files say.
  package let settings: Settings
  package let connections: ServiceConnections
  package let credentials: any CredentialProvider
  let client: ServiceClient
  /// The endpoint that is set up; `nil` for AWS's own.
  let endpoint: Endpoint?
  /// The region that is set up; `nil` if it must be found.
  let region: String?
  let usesPathStyle: Bool

  /// Prepares a way; nothing is asked of anybody yet.
  ///
  /// - Throws: ``StorageError`` with code `configuration` if a setting cannot be used.
  public convenience init(_ options: S3Options) throws(StorageError) {
    do throws(AWSError) {
      try self.init(checking: options)
    } catch {
      throw StorageError(
        .configuration, "S3", "cannot use S3: \(error.reason)", hint: error.hint)
    }
  }

  private init(checking options: S3Options) throws(AWSError) {
    self.options = options
    let settings = try Settings(environment: options.environment, profile: options.profile)
    self.settings = settings
    if let url = options.endpointURL {
      endpoint = try Endpoint(url: url)
    } else {
      endpoint = try settings.endpoint(of: "s3")
    }
    region = options.region ?? settings.region
    usesPathStyle = S3Connection.usesPathStyle(options, settings, endpoint)
    var http = HTTPOptions()
    http.connectionCount = options.connectionCount
    http.stallTimeout = .seconds(options.stallSeconds)
    http.connectTimeout = .seconds(min(10, options.stallSeconds))
    http.certificateFile = options.certificateFile ?? settings.certificateFile
    var retries = RetryPolicy()
    retries.attemptLimit = options.attemptLimit
    do throws(HTTPError) {
      connections = ServiceConnections(try HTTPClient(http), retries: retries)
    } catch {
      throw AWSError(.other, error.message)
    }
    credentials = try S3Connection.credentials(options, settings, connections)
    client = ServiceClient(service: "s3", credentials: credentials, connections: connections)
  }

  private static func credentials(
    _ options: S3Options, _ settings: Settings, _ connections: ServiceConnections
  ) throws(AWSError) -> any CredentialProvider {
    let own = RenewingCredentials(CredentialChain.standard(settings, connections))
    let arn = options.roleARN ?? settings.variable("RECEIPT_ASSUME_ROLE_ARN")
    let externalID = options.externalID ?? settings.variable("RECEIPT_EXTERNAL_ID")
    guard let arn else {
      if externalID != nil {
        throw AWSError(
          .configuration, "there is an external id but no role to assume with it",
          hint: "name the role with --assume-role or RECEIPT_ASSUME_ROLE_ARN")
      }
      return own
    }
    let role = try AssumedRole(
      arn: arn, externalID: externalID, sessionName: options.sessionName)
    let region = options.region ?? settings.region ?? "us-east-1"
    return RenewingCredentials(
      RoleCredentials(
        role,
        try SecurityTokenService(
          settings, region: region, credentials: own, connections: connections)))
  }

  private static func usesPathStyle(
    _ options: S3Options, _ settings: Settings, _ endpoint: Endpoint?
  ) -> Bool {
    if let choice = options.usesPathStyle { return choice }
    switch settings.s3AddressingStyle {
    case "path": return true
    case "virtual": return false
    default: break
    }
    // Other servers are mostly reached by one name or address.
    guard let endpoint else { return false }
    return !endpoint.host.hasSuffix(".amazonaws.com")
      && !endpoint.host.hasSuffix(".amazonaws.com.cn")
  }

  /// Whether everything goes over TLS.
  public var isEncrypted: Bool { endpoint?.scheme != "http" }

  /// The region that is set up; `nil` if none is.
  public var configuredRegion: String? { region }

  /// What went over the network so far.
  public var traffic: StorageTraffic {
    let counts = connections.http.traffic
    return StorageTraffic(
      requests: counts.requests, retries: connections.retryCount,
      bytesReceived: counts.bytesReceived, bytesSent: counts.bytesSent)
  }
}
