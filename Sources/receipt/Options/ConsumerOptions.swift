import ArgumentParser
import FoundationEssentials
import Operations
import Warehouse

/// Where the ledger of a warehouse is, for a prune that asks it.
struct ConsumerOptions: ParsableArguments {
  @Option(help: "The database of the ledger.")
  var database: String?

  @Option(help: "The schema of the live tables.")
  var schema: String?

  @Option(help: "The schema of the ledger; that of the live tables if not given.")
  var ledgerSchema: String?

  @Option(help: "Names as the engine folds them without quotes, or as in the files.")
  var names = NameRule.fold

  @OptionGroup(title: "--loaded-by redshift") var redshift: RedshiftAccessOptions

  @OptionGroup(title: "--loaded-by snowflake") var snowflake: SnowflakeAccessOptions

  /// A warehouse as a consumer of dumps; `nil` if the name is that of a file.
  func warehouse(_ name: String, _ s3: S3OptionGroup) throws -> WarehouseConsumer? {
    guard let target = CopyTarget(rawValue: name) else { return nil }
    let access: WarehouseAccess
    switch target {
    case .redshift: access = .redshift(try redshift.access(database, s3))
    case .snowflake: access = .snowflake(try snowflake.access(database, s3))
    case .duckdb, .clickhouse:
      throw ValidationError("--loaded-by cannot ask \(target.title)")
    }
    var options = WarehouseOptions(target: target)
    if target == .snowflake { options.database = database }
    if let schema { options.schema = schema }
    options.ledgerSchema = ledgerSchema
    options.names = names
    return WarehouseConsumer(options: options, access: access)
  }
}
