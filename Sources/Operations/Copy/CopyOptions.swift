public import Dump
public import ObjectStorage
public import Warehouse

/// What a copy may choose.
public struct CopyOptions: Sendable {
  /// The target, and how it is to have the dump.
  public var warehouse: WarehouseOptions
  /// The way to the target; without one there is a plan only.
  public var access: WarehouseAccess?
  /// The tables to copy; `nil` for all.
  public var tables: [String]?
  /// How much of the dump is checked first; footers are read in any case.
  public var verification = LoadOptions.Verification.standard
  /// The tables that the target has, where it is not asked itself.
  public var targetTables: [TargetTable]?
  /// Whether manifests are written although nothing is run.
  public var writesManifests = false
  /// Whether a dump is copied although the target has a later one.
  public var allowsOlder = false
  /// How many rows a table may lose.
  public var rowDropRule = RowDropRule(maxDrop: .half)
  /// The tables that may lose all of them.
  public var emptiedTables: [String] = []
  /// How S3 is reached, where manifests are written.
  public var s3: S3Options
  /// How long a statement may take.
  public var statementTimeout = Duration.seconds(6 * 3_600)
  /// Threads that read footers.
  public var threadCount = availableProcessorCount
  /// Bytes of memory that reading may take.
  public var maxMemoryByteCount: Int64 = 256 << 20

  /// The defaults.
  ///
  /// - Parameters:
  ///   - warehouse: the target.
  ///   - s3: how S3 is reached.
  public init(warehouse: WarehouseOptions, s3: S3Options) {
    self.warehouse = warehouse
    self.s3 = s3
  }
}
