public import AWS

/// The way to a warehouse.
public enum WarehouseAccess: Sendable {
  /// Redshift's Data API.
  case redshift(RedshiftAccess)
  /// Snowflake's SQL API.
  case snowflake(SnowflakeAccess)
}

/// Which database of Redshift, and as whom.
public struct RedshiftAccess: Sendable {
  /// A provisioned cluster.
  public var cluster: String?
  /// A serverless workgroup.
  public var workgroup: String?
  /// The database.
  public var database: String
  /// The user of the database, for a cluster.
  public var user: String?
  /// A secret with a user and password, which the service reads itself.
  public var secretARN: String?
  /// The region.
  public var region: String?
  /// A profile of AWS's shared files.
  public var profile: String?
  /// A file of certificates to trust, instead of the system's.
  public var certificateFile: String?
  /// The environment, in which credentials may be found.
  public var environment: [String: String]

  /// The way to a database.
  public init(database: String, environment: [String: String]) {
    self.database = database
    self.environment = environment
  }
}

/// Which account of Snowflake, and as whom.
public struct SnowflakeAccess: Sendable {
  /// What the caller proves its identity with.
  public enum Proof: Sendable {
    /// A private key, PKCS#8 in PEM; encrypted if there is a passphrase.
    case keyPair(user: String, pem: Secret, passphrase: Secret?)
    /// A programmatic access token.
    case accessToken(Secret)
  }

  /// The account's identifier, such as `ORGANIZATION-ACCOUNT`.
  public var account: String
  /// The URL of the account; `nil` for Snowflake's own.
  public var url: String?
  /// What the caller proves its identity with.
  public var proof: Proof
  /// The database in which statements run.
  public var database: String?
  /// The virtual warehouse that runs them.
  public var warehouse: String?
  /// The role with whose rights they run.
  public var role: String?
  /// A file of certificates to trust, instead of the system's.
  public var certificateFile: String?

  /// The way to an account.
  public init(account: String, proof: Proof) {
    self.account = account
    self.proof = proof
  }
}
