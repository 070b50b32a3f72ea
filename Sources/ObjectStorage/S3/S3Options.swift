/// How S3 is reached, where the environment and AWS's shared files are not to decide.
public struct S3Options: Sendable {
  /// The region; found by itself if it is not given.
  public var region: String?
  /// The URL of another server that speaks S3.
  public var endpointURL: String?
  /// The profile of the shared files.
  public var profile: String?
  /// The ARN of a role to assume with the credentials that are found.
  public var roleARN: String?
  /// The external id that the role's trust policy wants.
  public var externalID: String?
  /// How the role's session is called in logs.
  public var sessionName: String?
  /// Whether the bucket's name stands in the path and not in the host.
  ///
  /// `nil` for what suits: in the host for AWS, in the path for other servers.
  public var usesPathStyle: Bool?
  /// A file of certificates to trust, instead of the system's.
  public var certificateFile: String?
  /// Requests at once.
  public var connectionCount = 32
  /// After how many seconds without a byte a request is made again.
  public var stallSeconds = 30
  /// How often a request is made at the most.
  public var attemptLimit = 8
  /// The size in bytes above which an object is sent in parts.
  public var multipartByteCount = 64 << 20
  /// The size of the first parts in bytes; S3 takes no less than 5 MiB.
  public var partByteCount = 16 << 20
  /// The storage class of objects that are written and are not to have another one.
  public var storageClass: String?
  /// How objects that are written are encrypted, where they are not to be so otherwise.
  public var encryption = PutOptions.Encryption.bucketDefault
  /// The environment.
  public var environment: [String: String]

  /// The defaults for an environment.
  public init(environment: [String: String]) { self.environment = environment }
}
