import ArgumentParser
import FoundationEssentials
import Warehouse

/// The flags that say which database of Redshift is meant, and as whom.
struct RedshiftAccessOptions: ParsableArguments {
  @Option(help: "A provisioned cluster.")
  var cluster: String?

  @Option(help: "A serverless workgroup.")
  var workgroup: String?

  @Option(help: "The user of the database, for a cluster.")
  var dbUser: String?

  @Option(help: "The ARN of a secret that Redshift reads itself.")
  var secretARN: String?

  /// The way to the database.
  func access(_ database: String?, _ s3: S3OptionGroup) throws -> RedshiftAccess {
    guard let database else { throw ValidationError("Redshift is reached with --database") }
    guard (cluster == nil) != (workgroup == nil) else {
      throw ValidationError("Redshift is reached with --cluster or --workgroup, and not both")
    }
    if dbUser != nil, cluster == nil { throw ValidationError("--db-user needs --cluster") }
    var access = RedshiftAccess(
      database: database, environment: ProcessInfo.processInfo.environment)
    access.cluster = cluster
    access.workgroup = workgroup
    access.user = dbUser
    access.secretARN = secretARN
    access.region = s3.region
    access.profile = s3.profile
    access.certificateFile = s3.caBundle
    return access
  }
}
