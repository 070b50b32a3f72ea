import AWS
import Dump
import FoundationEssentials
import Warehouse

/// Settings of a watch that copies into a warehouse, with the names that `receipt copy` gives them.
extension WatchPlan {
  static func warehouseDelivery(
    _ name: String, _ reader: SettingReader, _ plan: WatchPlan
  ) throws -> Entry.Delivery {
    guard let target = CopyTarget(rawValue: name), [.redshift, .snowflake].contains(target) else {
      throw reader.fault(.copyTo, "it is redshift or snowflake")
    }
    let location = try reader.required(.location, "the location to watch")
    guard location.hasPrefix("s3://") else {
      throw reader.fault(.location, "\(target.title) reads dumps from S3 only")
    }
    var options = CopyOptions(
      warehouse: try warehouse(target, reader, plan.toolVersion),
      s3: try s3Options(reader, plan.environment))
    let tables = reader.list(.tables)
    options.tables = tables.isEmpty ? nil : tables
    options.verification = try reader.choice(.verify, LoadOptions.Verification.self) ?? .standard
    options.rowDropRule = RowDropRule(maxDrop: try maxDrop(reader))
    options.emptiedTables = reader.list(.allowEmpty)
    options.statementTimeout = try reader.duration(.statementTimeout) ?? .seconds(6 * 3_600)
    guard options.statementTimeout >= .seconds(1) else {
      throw reader.fault(.statementTimeout, "it is at least 1s")
    }
    if let jobs = try reader.number(.jobs, 1...1_024) { options.threadCount = jobs }
    if let limit = try reader.byteCount(.maxMemory) { options.maxMemoryByteCount = limit }
    let environment = plan.environment
    let access: @Sendable () throws -> WarehouseAccess = {
      target == .redshift
        ? .redshift(try redshift(reader, environment))
        : .snowflake(try snowflake(reader, environment))
    }
    // What cannot be used is said at once, and not when the first dump comes.
    let place =
      switch try access() {
      case .redshift(let access):
        "\(access.cluster ?? access.workgroup ?? "")/\(access.database)"
      case .snowflake(let access):
        access.account + (access.database.map { "/" + $0 } ?? "")
      }
    return .copy(
      options, access, description: "\(target.title) \(place).\(options.warehouse.schema)")
  }

  private static func warehouse(
    _ target: CopyTarget, _ reader: SettingReader, _ version: String
  ) throws -> WarehouseOptions {
    var options = WarehouseOptions(target: target)
    if let switching = try reader.choice(.switching, CopySwitch.self) {
      guard target.switches.contains(switching) else {
        throw reader.fault(
          .switching,
          "\(target.rawValue) has " + target.switches.map(\.rawValue).joined(separator: ", "))
      }
      options.switching = switching
    }
    if target == .snowflake { options.database = reader.text(.database) }
    if let schema = reader.text(.schema) { options.schema = schema }
    options.ledgerSchema = reader.text(.ledgerSchema)
    options.names = try reader.choice(.names, NameRule.self) ?? .fold
    options.drift = try reader.choice(.drift, DriftRule.self) ?? .evolve
    options.textLength = try textLength(target, reader)
    options.jsonColumns = reader.list(.jsonColumn)
    options.toolVersion = version
    options.iamRole = reader.text(.iamRole)
    options.manifestPrefix = reader.text(.manifestPrefix)
    options.stage = reader.text(.stage)
    options.stageURL = reader.text(.stageURL)
    options.storageIntegration = reader.text(.storageIntegration)
    return options
  }

  private static func textLength(
    _ target: CopyTarget, _ reader: SettingReader
  ) throws -> TextLength {
    switch reader.text(.varchar) {
    case nil: return .fixed(65_535)
    case "auto": return .fromFooters
    case _?:
      let limit = target == .redshift ? 65_535 : 16_777_216
      guard let count = try? reader.number(.varchar, 1...limit) else {
        throw reader.fault(.varchar, "it is auto, or a number of bytes from 1 to \(limit)")
      }
      return .fixed(count)
    }
  }

  // MARK: Ways

  private static func redshift(
    _ reader: SettingReader, _ environment: [String: String]
  ) throws -> RedshiftAccess {
    var access = RedshiftAccess(
      database: try reader.required(.database, "the database of Redshift"),
      environment: environment)
    access.cluster = reader.text(.cluster)
    access.workgroup = reader.text(.workgroup)
    guard (access.cluster == nil) != (access.workgroup == nil) else {
      throw OperationError(
        .usage, "a copy into Redshift needs a cluster or a workgroup, and not both",
        hint: "give --cluster or --workgroup")
    }
    access.user = reader.text(.dbUser)
    guard access.user == nil || access.cluster != nil else {
      throw reader.fault(.dbUser, "it is for a cluster only")
    }
    access.secretARN = reader.text(.secretARN)
    access.region = reader.text(.region)
    access.profile = reader.text(.profile)
    access.certificateFile = reader.text(.caBundle)
    return access
  }

  private static func snowflake(
    _ reader: SettingReader, _ environment: [String: String]
  ) throws -> SnowflakeAccess {
    func value(_ setting: WatchSetting, _ variable: String) -> String? {
      reader.text(setting) ?? environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
    guard let account = value(.account, "SNOWFLAKE_ACCOUNT") else {
      throw OperationError(
        .usage, "the account of Snowflake is missing", hint: "give --account or SNOWFLAKE_ACCOUNT")
    }
    var access = SnowflakeAccess(account: account, proof: try proof(reader, environment))
    access.url = value(.accountURL, "SNOWFLAKE_URL")
    access.database = reader.text(.database)
    access.warehouse = value(.warehouse, "SNOWFLAKE_WAREHOUSE")
    access.role = value(.role, "SNOWFLAKE_ROLE")
    access.certificateFile = reader.text(.caBundle)
    return access
  }

  private static func proof(
    _ reader: SettingReader, _ environment: [String: String]
  ) throws -> SnowflakeAccess.Proof {
    func variable(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    if let path = reader.text(.tokenFile) {
      return .accessToken(Secret(try content(path, reader, .tokenFile)))
    }
    if reader.text(.privateKeyFile) == nil, let token = variable("SNOWFLAKE_TOKEN") {
      return .accessToken(Secret(token))
    }
    guard let path = reader.text(.privateKeyFile) ?? variable("SNOWFLAKE_PRIVATE_KEY_FILE") else {
      throw OperationError(
        .usage, "a copy into Snowflake needs a key or a token",
        hint: "give --private-key-file or --token-file, or SNOWFLAKE_PRIVATE_KEY_FILE or "
          + "SNOWFLAKE_TOKEN")
    }
    guard let user = reader.text(.user) ?? variable("SNOWFLAKE_USER") else {
      throw OperationError(
        .usage, "a private key of Snowflake needs its user",
        hint: "give --user or SNOWFLAKE_USER")
    }
    return .keyPair(
      user: user, pem: Secret(try content(path, reader, .privateKeyFile) + "\n"),
      passphrase: variable("SNOWFLAKE_PRIVATE_KEY_PASSPHRASE").map { Secret($0) })
  }

  /// The text of a file, without the line feed at its end.
  private static func content(
    _ path: String, _ reader: SettingReader, _ setting: WatchSetting
  ) throws -> String {
    guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= 64 << 10,
      let text = String(validating: data, as: UTF8.self)
    else {
      throw OperationError(
        .usage, "cannot use \(setting.rawValue) \(path): it cannot be read, or is no text")
    }
    return String(text.reversed().drop { $0.isNewline }.reversed())
  }
}
