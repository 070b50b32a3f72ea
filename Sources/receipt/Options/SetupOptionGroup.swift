import ArgumentParser
import Dump
import FoundationEssentials
import ObjectStorage
import Operations

/// The flags that say what a bucket is set up for.
struct SetupOptionGroup: ParsableArguments {
  enum Events: String, ExpressibleByArgument, CaseIterable {
    case sqs, sns, eventbridge

    var events: DumpSetup.Events {
      switch self {
      case .sqs: .sqs
      case .sns: .sns
      case .eventbridge: .eventbridge
      }
    }
  }

  enum Warehouse: String, ExpressibleByArgument, CaseIterable {
    case redshift, snowflake
  }

  @Option(help: "The ARN of the role that the exporter uses.")
  var vendorRole: String?

  @Option(help: "The external id that the exporter has for you.")
  var vendorExternalID: String?

  @Option(help: "The account's number; asked of AWS if not given.")
  var account: String?

  @Option(help: "How all names begin; made of bucket and sub-folder if not given.")
  var name: String?

  @Option(help: "How news of a receipt gets into the queue.")
  var events = Events.sqs

  @Option(help: "A warehouse that reads the bucket itself.")
  var warehouse: Warehouse?

  @Option(help: "Snowflake's STORAGE_AWS_IAM_USER_ARN.")
  var snowflakeUser: String?

  @Option(help: "Snowflake's STORAGE_AWS_EXTERNAL_ID.")
  var snowflakeExternalID: String?

  @Flag(help: "Let the exporter read its dumps back; `receipt export` does.")
  var exporterReads = false

  @Option(help: "The ARN of the KMS key that encrypts the bucket.")
  var kmsKey: String?

  @Option(help: "The age in days at which dumps go.")
  var days = 7

  @Option(
    help: ArgumentHelp(
      "What to leave out: exporter, consumer, pruner, events, lifecycle, bucket-policy.",
      valueName: "part,..."))
  var without: String?

  func validate() throws {
    if !(1...36_500).contains(days) { throw ValidationError("--days must be from 1 to 36500") }
    if let kmsKey, kmsKey.wholeMatch(of: /arn:[a-z\-]+:kms:[a-z0-9\-]+:\d{12}:key\/[\w\-]+/) == nil
    {
      throw ValidationError("--kms-key wants the ARN of a key, not of an alias")
    }
    let isSnowflake = snowflakeUser != nil || snowflakeExternalID != nil
    if isSnowflake, warehouse != .snowflake {
      throw ValidationError("Snowflake's user and external id need --warehouse snowflake")
    }
    if (snowflakeUser == nil) != (snowflakeExternalID == nil) {
      throw ValidationError("--snowflake-user and --snowflake-external-id belong together")
    }
    if let snowflakeUser,
      snowflakeUser.wholeMatch(of: /arn:[a-z\-]+:iam::\d{12}:(user|role)\/[\w+=,.@\/\-]+/) == nil
    {
      throw ValidationError("--snowflake-user wants the ARN of a user")
    }
    _ = try parts()
  }

  private func parts() throws -> Set<DumpSetup.Part> {
    try Set(
      (without ?? "").split(separator: ",").map { word in
        guard let part = DumpSetup.Part(rawValue: String(word)) else {
          let known = DumpSetup.Part.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("--without knows \(known), and not \(word)")
        }
        return part
      })
  }

  // MARK: The settings

  /// The settings, after a person was asked for what is missing.
  ///
  /// - Parameters:
  ///   - location: the location, if it was given.
  ///   - options: how S3 is reached.
  /// - Returns: the settings, and the way to their account.
  /// - Throws: `ValidationError` that names what is missing, where nobody can be asked.
  func setup(
    _ location: String?, _ options: S3Options
  ) async throws -> (DumpSetup, S3Connection) {
    let location = try complete(location)
    let connection = try S3Connection(options)
    let region = try region(connection.configuredRegion)
    let vendorRole = try self.vendorRole ?? Question.ask("ARN of the exporter's role")
    let externalID = try vendorExternalID ?? Question.ask("External id that the exporter uses")
    let account = try await account(connection, region)
    do {
      var setup = try DumpSetup(
        bucket: location.bucket, prefix: location.prefix, account: account, region: region,
        vendorRole: vendorRole, externalID: externalID, name: name)
      setup.events = events.events
      setup.omitted = try parts()
      setup.encryptionKey = kmsKey
      setup.dumpDays = days
      setup.exporterReads = exporterReads
      switch warehouse {
      case nil: break
      case .redshift: setup.warehouse = .redshift
      case .snowflake:
        setup.warehouse = .snowflake(userARN: snowflakeUser, externalID: snowflakeExternalID)
      }
      return (setup, connection)
    } catch let error as SetupError {
      throw OperationError(.usage, error.description)
    }
  }

  /// The location; all that is missing is named at once where nobody can be asked.
  private func complete(_ location: String?) throws -> S3Location {
    guard Question.canAsk else {
      let missing = [
        ("<location>", location), ("--vendor-role", vendorRole),
        ("--vendor-external-id", vendorExternalID),
      ].filter { $0.1 == nil }.map(\.0)
      if !missing.isEmpty {
        throw ValidationError("missing, and nobody to ask: \(missing.joined(separator: ", "))")
      }
      return try S3Location(location ?? "")
    }
    if let location { return try S3Location(location) }
    let bucket = try Question.ask("Bucket")
    let folder = try Question.ask("Sub-folder, or / for none", suggestion: "/")
    return try S3Location(folder == "/" ? "s3://\(bucket)" : "s3://\(bucket)/\(folder)")
  }

  private func region(_ configured: String?) throws -> String {
    if let configured { return configured }
    if Question.canAsk { return try Question.ask("Region") }
    throw ValidationError("missing, and nobody to ask: --region, or AWS_REGION")
  }

  private func account(_ connection: S3Connection, _ region: String) async throws -> String {
    if let account { return account }
    do {
      return try await Setup.accountNumber(connection, region: region)
    } catch let error as OperationError {
      if Question.canAsk { return try Question.ask("Number of the account") }
      throw OperationError(
        .usage, error.message, hint: "name the account's number with --account")
    }
  }
}
