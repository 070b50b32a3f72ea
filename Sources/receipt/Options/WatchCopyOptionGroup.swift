import ArgumentParser
import Operations

/// The flags of copies as a watch has them: the same as of `receipt copy`, and settings too.
///
/// None carries a secret: keys and tokens come from files and the environment.
struct WatchCopyOptionGroup: ParsableArguments {
  @Option(help: "The database of the live tables.")
  var database: String?

  @Option(help: "The schema of the ledger; that of the live tables if not given.")
  var ledgerSchema: String?

  @Option(name: .customLong("switch"), help: "How the new rows come to be the live ones.")
  var switching: String?

  @Option(help: "Names: fold, as the engine does without quotes, or keep.")
  var names: String?

  @Option(help: "Bytes of text columns; auto takes what the footers prove.")
  var varchar: String?

  @Option(help: "A text column that holds JSON, COLUMN or TABLE.COLUMN; repeatable.")
  var jsonColumn: [String] = []

  @Option(help: "What columns may do: evolve, freeze, discard-column.")
  var drift: String?

  @Option(help: "How long a statement may take; 6h if not given.")
  var statementTimeout: String?

  @Option(help: "Redshift: the role with which it reads S3, an ARN or `default`.")
  var iamRole: String?

  @Option(help: "Redshift: the s3:// URL below which manifests lie, outside of the dumps.")
  var manifestPrefix: String?

  @Option(help: "Redshift: a provisioned cluster.")
  var cluster: String?

  @Option(help: "Redshift: a serverless workgroup.")
  var workgroup: String?

  @Option(help: "Redshift: the user of the database, for a cluster.")
  var dbUser: String?

  @Option(help: "Redshift: the ARN of a secret that it reads itself.")
  var secretARN: String?

  @Option(help: "Snowflake: the stage, as STAGE, SCHEMA.STAGE or DATABASE.SCHEMA.STAGE.")
  var stage: String?

  @Option(help: "Snowflake: the URL of the stage; the location if not given.")
  var stageURL: String?

  @Option(help: "Snowflake: make the stage with this integration if it is not there.")
  var storageIntegration: String?

  @Option(help: "Snowflake: the account, ORGANIZATION-ACCOUNT.")
  var account: String?

  @Option(help: "Snowflake: the URL of the account, where it is not its own.")
  var accountURL: String?

  @Option(help: "Snowflake: the user whose key it is.")
  var user: String?

  @Option(help: "Snowflake: the file of the private key, PKCS#8.")
  var privateKeyFile: String?

  @Option(help: "Snowflake: the file of a programmatic access token.")
  var tokenFile: String?

  @Option(help: "Snowflake: the virtual warehouse.")
  var warehouse: String?

  @Option(help: "Snowflake: the role.")
  var role: String?

  /// What the command line says.
  var flags: [WatchSetting: String] {
    var flags: [WatchSetting: String] = [:]
    flags[.database] = database
    flags[.ledgerSchema] = ledgerSchema
    flags[.switching] = switching
    flags[.names] = names
    flags[.varchar] = varchar
    if !jsonColumn.isEmpty { flags[.jsonColumn] = jsonColumn.joined(separator: ",") }
    flags[.drift] = drift
    flags[.statementTimeout] = statementTimeout
    flags[.iamRole] = iamRole
    flags[.manifestPrefix] = manifestPrefix
    flags[.cluster] = cluster
    flags[.workgroup] = workgroup
    flags[.dbUser] = dbUser
    flags[.secretARN] = secretARN
    flags[.stage] = stage
    flags[.stageURL] = stageURL
    flags[.storageIntegration] = storageIntegration
    flags[.account] = account
    flags[.accountURL] = accountURL
    flags[.user] = user
    flags[.privateKeyFile] = privateKeyFile
    flags[.tokenFile] = tokenFile
    flags[.warehouse] = warehouse
    flags[.role] = role
    return flags
  }
}
