/// What a plan may choose.
public struct WarehouseOptions: Sendable {
  /// The engine.
  public var target: CopyTarget
  /// How the new rows come to be the live ones.
  public var switching: CopySwitch
  /// The database of the live tables; `nil` for the connection's own.
  public var database: String?
  /// The schema of the live tables; for ClickHouse their database.
  public var schema: String
  /// The schema of the ledger; `nil` for the live tables' own.
  public var ledgerSchema: String?
  /// How names are spelled.
  public var names = NameRule.fold
  /// How long text columns become.
  public var textLength = TextLength.fixed(65_535)
  /// What columns may do.
  public var drift = DriftRule.evolve
  /// Text columns that hold JSON: `column` or `table.column`.
  public var jsonColumns: [String] = []
  /// Whether a dump is copied although the ledger has it already.
  public var reloads = false
  /// The version that the ledger records.
  public var toolVersion = ""
  /// What identifies the run in the ledger.
  public var runID = WarehouseOptions.scriptRunID

  /// Redshift: the role with which it reads S3, an ARN or `default`.
  public var iamRole: String?
  /// Redshift: the `s3://` URL below which manifests lie.
  public var manifestPrefix: String?
  /// Snowflake: the stage, as `STAGE`, `SCHEMA.STAGE` or `DATABASE.SCHEMA.STAGE`.
  public var stage: String?
  /// Snowflake: the URL of the stage; `nil` for the dump's location.
  public var stageURL: String?
  /// Snowflake: the storage integration with which the stage is made if it is not there.
  public var storageIntegration: String?
  /// ClickHouse: the URL of the bucket over HTTP; `nil` for AWS's own.
  public var bucketURL: String?

  /// The defaults for a target.
  public init(target: CopyTarget) {
    self.target = target
    switching = target.usualSwitch
    schema =
      switch target {
      case .redshift, .snowflake: "public"
      case .duckdb: "main"
      case .clickhouse: "default"
      }
  }

  /// What stands in the ledger for a script that somebody else runs.
  public static let scriptRunID = "script"

  /// Whether live tables stay and only their rows change; DuckDB makes them anew even so.
  var keepsTables: Bool { switching.keepsTables && target != .duckdb }
}
