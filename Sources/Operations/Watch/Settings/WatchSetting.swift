/// A setting of a watch: a flag, a variable, and a key of the configuration file of one name.
public enum WatchSetting: String, Sendable, CaseIterable, Codable {
  case location
  case into
  case run
  case copyTo = "copy-to"
  case state
  case every
  case queue
  case waitComplete = "wait-complete"
  case plan
  case expect
  case grace
  case tables
  case maxDrop = "max-drop"
  case allowEmpty = "allow-empty"
  case schema
  case adopt
  case verify
  case nested
  case decimal
  case uint64
  case assumeUTC = "assume-utc"
  case index
  case preset
  case apply
  case key
  case keepPrevious = "keep-previous"
  case check
  case analyze
  case jobs
  case maxMemory = "max-memory"
  case lease
  case busyTimeout = "busy-timeout"
  case database
  case ledgerSchema = "ledger-schema"
  case switching = "switch"
  case names
  case varchar
  case jsonColumn = "json-column"
  case drift
  case statementTimeout = "statement-timeout"
  case iamRole = "iam-role"
  case manifestPrefix = "manifest-prefix"
  case cluster
  case workgroup
  case dbUser = "db-user"
  case secretARN = "secret-arn"
  case stage
  case stageURL = "stage-url"
  case storageIntegration = "storage-integration"
  case account
  case accountURL = "account-url"
  case user
  case privateKeyFile = "private-key-file"
  case tokenFile = "token-file"
  case warehouse
  case role
  case region
  case endpointURL = "endpoint-url"
  case profile
  case assumeRole = "assume-role"
  case externalID = "external-id"
  case sessionName = "session-name"
  case pathStyle = "path-style"
  case caBundle = "ca-bundle"
  case connections
  case timeout
  case listen
  case topics
  case snsEndpoint = "sns-endpoint"
  case webhookToken = "webhook-token"
  case webhookTokenFile = "webhook-token-file"
  case alertWebhook = "alert-webhook"
  case alertCommand = "alert-command"
  case heartbeat
  case metricsFile = "metrics-file"
  case stopGrace = "stop-grace"
  case logFormat = "log-format"
  case logLevel = "log-level"

  /// The flag, such as `--wait-complete`.
  public var flag: String { "--" + rawValue }

  /// The variable, such as `RECEIPT_WAIT_COMPLETE`.
  public var variable: String {
    // The name that the other commands know.
    if self == .assumeRole { return "RECEIPT_ASSUME_ROLE_ARN" }
    return "RECEIPT_" + rawValue.uppercased().replacing("-", with: "_")
  }

  /// Whether it holds for the whole process, and not for one watch.
  public var isOfProcess: Bool { WatchSetting.ofProcess.contains(self) }

  private static let ofProcess: Set<WatchSetting> = [
    .listen, .topics, .snsEndpoint, .webhookToken, .webhookTokenFile, .alertWebhook,
    .alertCommand, .heartbeat, .metricsFile, .stopGrace, .logFormat, .logLevel,
  ]

  /// The setting that says what is done with a dump, if this one is about one way of it alone.
  public var delivery: WatchSetting? {
    if WatchSetting.ofLoad.contains(self) { return .into }
    return WatchSetting.ofCopy.contains(self) ? .copyTo : nil
  }

  private static let ofLoad: Set<WatchSetting> = [
    .adopt, .nested, .decimal, .uint64, .assumeUTC, .index, .preset, .apply, .key,
    .keepPrevious, .check, .analyze, .lease, .busyTimeout,
  ]

  private static let ofCopy: Set<WatchSetting> = [
    .database, .ledgerSchema, .switching, .names, .varchar, .jsonColumn, .drift,
    .statementTimeout, .iamRole, .manifestPrefix, .cluster, .workgroup, .dbUser, .secretARN,
    .stage, .stageURL, .storageIntegration, .account, .accountURL, .user, .privateKeyFile,
    .tokenFile, .warehouse, .role,
  ]

  /// Whether its value must not be seen: a token, or a URL that is as good as one.
  public var isSecret: Bool { [.webhookToken, .alertWebhook, .heartbeat].contains(self) }

  /// The value if nobody has said otherwise; `nil` for none.
  public var defaultText: String? { WatchSetting.defaults[self] }

  private static let defaults: [WatchSetting: String] = [
    .waitComplete: "30m", .grace: "2h", .maxDrop: "50%", .schema: "additive",
    .verify: "standard", .nested: "columns", .decimal: "text", .uint64: "error",
    .adopt: "false", .assumeUTC: "false", .apply: "auto", .check: "false",
    .analyze: "true", .pathStyle: "false", .maxMemory: "256MiB",
    .lease: "120s", .busyTimeout: "60s", .connections: "32", .timeout: "30",
    .stopGrace: "30s", .logFormat: "text", .logLevel: "info", .names: "fold",
    .varchar: "65535", .drift: "evolve", .statementTimeout: "6h",
  ]
}

/// The value of a setting and where it comes from.
public struct SettingValue: Sendable, Hashable, Codable {
  /// Where a value comes from; what comes first here wins.
  public enum Origin: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The command line.
    case flag
    /// A variable of the environment.
    case environment(String)
    /// A line of the configuration file.
    case file(String, line: Int)
    /// Nobody has said.
    case defaulted

    /// The origin as people read it.
    public var description: String {
      switch self {
      case .flag: "command line"
      case .environment(let name): "environment, \(name)"
      case .file(let path, let line): "\(path), line \(line)"
      case .defaulted: "default"
      }
    }
  }

  /// The value as it was written.
  public var text: String
  /// Where it comes from.
  public var origin: Origin

  /// A value from its parts.
  public init(_ text: String, _ origin: Origin) {
    self.text = text
    self.origin = origin
  }
}
