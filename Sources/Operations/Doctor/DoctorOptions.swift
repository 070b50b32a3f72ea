public import Dump
public import ObjectStorage

/// What the doctor looks at, beside the location itself.
public struct DoctorOptions: Sendable {
  /// How S3 is reached, with the role to look at if there is one.
  public var s3: S3Options
  /// What the role is for.
  public var role = DumpRole.exporter
  /// The URL of the queue; found by the bucket's notifications if it is not given.
  public var queueURL: String?
  /// The SQLite file that dumps are loaded into.
  public var database: String?
  /// What is not wanted here, and so not looked at: events, lifecycle rules, the bucket's policy.
  public var omitted: Set<DumpSetup.Part> = []
  /// Whether an object may be written to try what cannot be tried otherwise.
  public var probes = false
  /// For how many seconds an event is waited for.
  public var waitSeconds = 30

  /// The defaults.
  public init(_ s3: S3Options) { self.s3 = s3 }

  /// How S3 is reached with one's own credentials, and without the role.
  var own: S3Options {
    var options = s3
    options.roleARN = nil
    options.externalID = nil
    options.environment["RECEIPT_ASSUME_ROLE_ARN"] = nil
    options.environment["RECEIPT_EXTERNAL_ID"] = nil
    return options
  }

  /// The role to look at.
  var roleARN: String? { s3.roleARN ?? s3.environment["RECEIPT_ASSUME_ROLE_ARN"] }

  /// The external id that it wants.
  var externalID: String? { s3.externalID ?? s3.environment["RECEIPT_EXTERNAL_ID"] }
}
