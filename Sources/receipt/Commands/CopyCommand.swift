import ArgumentParser
import Dump
import FoundationEssentials
import Operations
import Warehouse

struct CopyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Have a warehouse load all tables of a dump: print the SQL, or run it.",
    usage: "receipt copy <location> --to <to> [<options>]",
    discussion: """
      Verifies the dump, reads every footer, and prints a script: staging tables with the files' \
      types, COPY of exactly the files that were verified, counts held against the footers, the \
      switch of all tables, a row in the ledger, and clean-up. The script holds no secrets and \
      fails rather than load a dump twice or with rows missing. Nothing is written, except \
      manifests with --write-manifests.

      --run sends the same statements over HTTPS, to Redshift's Data API or Snowflake's SQL API. \
      A dump that the ledger has already is not copied again. Where an answer is lost, the ledger \
      says whether the new rows are live; a failure leaves their rows as they were.

      SWITCHES
        redshift    insert: rows replaced in one transaction; rename: tables renamed in one
        snowflake   transaction: rows replaced in one; swap: table by table; schema: all at once
        duckdb      transaction
        clickhouse  swap: EXCHANGE TABLES, table by table

      KEYS
        Redshift    AWS's credentials, as for S3: environment, profile, role
        Snowflake   SNOWFLAKE_PRIVATE_KEY_FILE and SNOWFLAKE_PRIVATE_KEY_PASSPHRASE, or
                    SNOWFLAKE_TOKEN; also SNOWFLAKE_ACCOUNT, _USER, _ROLE, _WAREHOUSE

      EXAMPLES
        1. receipt copy s3://bucket/exports --to redshift --iam-role default \\
             --manifest-prefix s3://bucket/manifests > copy.sql
        2. receipt copy s3://bucket/exports --to redshift --run --workgroup main \\
             --database crm --schema dreamdata --iam-role default \\
             --manifest-prefix s3://bucket/manifests
        3. receipt copy s3://bucket/exports --to snowflake --stage raw.dumps --run \\
             --account ORG-ACCOUNT --user LOADER --private-key-file key.p8 --database CRM
        4. receipt copy exports/ --to duckdb | duckdb crm.duckdb
        5. receipt copy s3://bucket/exports --to clickhouse --json | jq .steps

      EXIT STATUS
        0   printed or copied, or there was nothing new
        10  with --exit-code: there was nothing new
        20  the dump is incomplete; nothing was changed
        21  the dump is corrupt; nothing was changed
        22  a gate refused the dump, or the warehouse loaded other numbers of rows
        30  access denied
        31  a passing fault; the same command may succeed later
        64  the command line is wrong
        1   anything else, such as a statement that failed
      """.laidOut)

  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String

  @Option(help: "The engine: redshift, snowflake, duckdb or clickhouse.")
  var to: CopyTarget

  @Flag(help: "Run the statements.")
  var run = false

  @Option(name: .customLong("switch"), help: "How the new rows come to be the live ones.")
  var switching: CopySwitch?

  @Option(help: "The database of the live tables.")
  var database: String?

  @Option(help: "The schema of the live tables; for ClickHouse their database.")
  var schema: String?

  @Option(help: "The schema of the ledger; that of the live tables if not given.")
  var ledgerSchema: String?

  @Option(help: "Names as the engine folds them without quotes, or as in the files.")
  var names = NameRule.fold

  @Option(help: "Bytes of text columns; auto takes what the footers prove.")
  var varchar = TextLength.fixed(65_535)

  @Option(help: "A text column that holds JSON, COLUMN or TABLE.COLUMN; repeatable.")
  var jsonColumn: [String] = []

  @Option(help: "What columns may do that the target has not, or has otherwise.")
  var drift = DriftRule.evolve

  @Option(help: "Without --run: a file that says which tables and columns there are.")
  var targetSchema: String?

  @Option(help: "ClickHouse: the URL of the bucket over HTTP, where it is not AWS's.")
  var bucketURL: String?

  @OptionGroup(title: "Redshift options") var redshift: RedshiftOptions

  @OptionGroup(title: "Redshift with --run") var redshiftAccess: RedshiftAccessOptions

  @OptionGroup(title: "Snowflake options") var snowflake: SnowflakeOptions

  @OptionGroup(title: "Snowflake with --run") var snowflakeAccess: SnowflakeAccessOptions

  @Flag(help: "End with 10 if there was nothing new.")
  var exitCode = false

  @Flag(help: "Copy the dump even if the ledger has it already.")
  var force = false

  @Flag(help: "Copy the dump even if the ledger has a later one.")
  var allowOlder = false

  @Option(help: "How many of its rows a table may lose; 50% if not given.", transform: percentage)
  var maxDrop = Percentage.half

  @Option(help: "A table that may lose all of them; repeatable.")
  var allowEmpty: [String] = []

  @Option(help: "Tables to copy, separated by commas; all if not given.")
  var tables: NameList?

  @Option(help: "How much of the dump is checked first.")
  var verify = LoadOptions.Verification.standard

  @Option(help: "How long a statement may take, such as 30m or 6h.")
  var statementTimeout = Interval(seconds: 21_600)

  @Option(help: "Threads that read footers; all processors if not given.")
  var jobs: Int?

  @OptionGroup var earlier: DumpOption

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if let switching, !to.switches.contains(switching) {
      throw ValidationError(
        "--switch \(switching.rawValue) is not for \(to.rawValue), which has "
          + to.switches.map(\.rawValue).joined(separator: ", "))
    }
    if statementTimeout.value < .seconds(1) {
      throw ValidationError("--statement-timeout must be at least 1s")
    }
    if case .fixed(let count) = varchar, to == .redshift, count > 65_535 {
      throw ValidationError("--varchar must be at most 65535 for redshift")
    }
    guard run else { return }
    if [.duckdb, .clickhouse].contains(to) {
      throw ValidationError("--run is not for \(to.rawValue): pipe the script into its client")
    }
    if targetSchema != nil { throw ValidationError("--run asks the target; no --target-schema") }
  }

  private func options() throws -> CopyOptions {
    var warehouse = WarehouseOptions(target: to)
    warehouse.switching = switching ?? to.usualSwitch
    switch to {
    case .snowflake, .duckdb: warehouse.database = database
    // A connection to Redshift is to one database; ClickHouse has nothing below a database.
    case .redshift: break
    case .clickhouse: if let database { warehouse.schema = database }
    }
    if let schema { warehouse.schema = schema }
    warehouse.ledgerSchema = ledgerSchema
    warehouse.names = names
    warehouse.textLength = varchar
    warehouse.drift = drift
    warehouse.jsonColumns = jsonColumn
    warehouse.reloads = force
    warehouse.toolVersion = Receipt.version
    warehouse.iamRole = redshift.iamRole
    warehouse.manifestPrefix = redshift.manifestPrefix
    warehouse.stage = snowflake.stage
    warehouse.stageURL = snowflake.stageURL
    warehouse.storageIntegration = snowflake.storageIntegration
    warehouse.bucketURL = bucketURL
    var options = CopyOptions(warehouse: warehouse, s3: s3.options)
    options.tables = tables?.names
    options.verification = verify
    options.writesManifests = redshift.writeManifests
    options.allowsOlder = allowOlder
    options.rowDropRule = RowDropRule(maxDrop: maxDrop)
    options.emptiedTables = allowEmpty
    options.statementTimeout = statementTimeout.value
    if let jobs { options.threadCount = jobs }
    if let targetSchema { options.targetTables = try TargetSchema.read(targetSchema) }
    if run {
      options.access =
        to == .redshift
        ? .redshift(try redshiftAccess.access(database, s3))
        : .snowflake(try snowflakeAccess.access(database, s3))
    }
    return options
  }

  func run() async throws {
    let progress = Progress()
    let copy = Copy(options: try options(), progress: progress)
    guard run else {
      let plan = try await output.display.showing(progress) {
        try await copy.plan(earlier.of(Location.store(location, s3.options)))
      }
      if output.json {
        try JSONOutput.print(plan)
      } else {
        try StandardOutput.write(Array(PlanScript.text(plan).utf8))
      }
      return
    }
    let report = try await output.display.showing(progress) {
      try await copy.run(earlier.of(Location.store(location, s3.options)))
    }
    if output.json {
      try JSONOutput.print(report)
    } else {
      try CopyText.print(report)
    }
    if exitCode, report.status == .nothingNew { throw ExitCode(Outcome.nothingNew.rawValue) }
  }
}

/// A file that says which tables a target has: `{"tables": [{"name": …, "columns": [{"name": …,
/// "type": …}]}]}`; a plan as JSON is one.
private struct TargetSchema: Decodable {
  let tables: [TargetTable]

  static func read(_ path: String) throws -> [TargetTable] {
    let bytes = try InputFile.read(path)
    guard let schema = try? JSONDecoder().decode(TargetSchema.self, from: Data(bytes)) else {
      throw OperationError(
        .usage, "cannot read \(path): it is no schema",
        hint: #"it looks like {"tables": [{"name": "t", "columns": [{"name": "c", "#
          + #""type": "BIGINT"}]}]}; `receipt copy --json` prints one"#)
    }
    return schema.tables
  }
}
