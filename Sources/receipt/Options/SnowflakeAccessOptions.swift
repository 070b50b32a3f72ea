import AWS
import ArgumentParser
import FoundationEssentials
import Warehouse

/// The flags that say which account of Snowflake is meant, and as whom.
///
/// None carries a secret: keys and tokens come from files and the environment.
struct SnowflakeAccessOptions: ParsableArguments {
  @Option(help: "The account, ORGANIZATION-ACCOUNT.")
  var account: String?

  @Option(help: "The user whose key it is.")
  var user: String?

  @Option(help: "The file of the private key, PKCS#8.")
  var privateKeyFile: String?

  @Option(help: "The file of a programmatic access token.")
  var tokenFile: String?

  @Option(help: "The virtual warehouse.")
  var warehouse: String?

  @Option(help: "The role.")
  var role: String?

  @Option(help: "The URL of the account, where it is not Snowflake's own.")
  var accountURL: String?

  /// The way to the account.
  func access(_ database: String?, _ s3: S3OptionGroup) throws -> SnowflakeAccess {
    let environment = ProcessInfo.processInfo.environment
    func setting(_ flag: String?, _ variable: String) -> String? {
      (flag ?? environment[variable]).flatMap { $0.isEmpty ? nil : $0 }
    }
    guard let account = setting(account, "SNOWFLAKE_ACCOUNT") else {
      throw ValidationError("Snowflake is reached with --account or SNOWFLAKE_ACCOUNT")
    }
    var access = SnowflakeAccess(account: account, proof: try proof(setting))
    access.url = setting(accountURL, "SNOWFLAKE_URL")
    access.database = database
    access.warehouse = setting(warehouse, "SNOWFLAKE_WAREHOUSE")
    access.role = setting(role, "SNOWFLAKE_ROLE")
    access.certificateFile = s3.caBundle
    return access
  }

  private func proof(
    _ setting: (String?, String) -> String?
  ) throws -> SnowflakeAccess.Proof {
    if let file = tokenFile { return .accessToken(try SnowflakeAccessOptions.secret(file)) }
    if privateKeyFile == nil, let token = setting(nil, "SNOWFLAKE_TOKEN") {
      return .accessToken(Secret(token))
    }
    guard let file = setting(privateKeyFile, "SNOWFLAKE_PRIVATE_KEY_FILE") else {
      throw ValidationError(
        "Snowflake is reached with --private-key-file or --token-file, or SNOWFLAKE_PRIVATE_KEY_FILE or "
          + "SNOWFLAKE_TOKEN")
    }
    guard let user = setting(user, "SNOWFLAKE_USER") else {
      throw ValidationError("a private key needs --user or SNOWFLAKE_USER")
    }
    return .keyPair(
      user: user, pem: try SnowflakeAccessOptions.secret(file),
      passphrase: setting(nil, "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE").map { Secret($0) })
  }

  /// The text of a file, without the line feed at its end.
  private static func secret(_ path: String) throws -> Secret {
    var bytes = try InputFile.read(path)[...]
    while bytes.last == 0x0a || bytes.last == 0x0d { bytes.removeLast() }
    return Secret(String(decoding: bytes, as: UTF8.self) + (bytes.first == 0x2d ? "\n" : ""))
  }
}
