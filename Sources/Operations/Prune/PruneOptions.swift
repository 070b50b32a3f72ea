public import Dump
public import Warehouse

/// What may be chosen for a prune.
public struct PruneOptions: Sendable {
  /// Which dumps stay.
  public var policy = RetentionPolicy()
  /// Databases whose ledgers say what was loaded into them.
  public var ledgers: [String] = []
  /// Warehouses whose ledgers say what was copied into them.
  public var warehouses: [WarehouseConsumer] = []
  /// What one run may delete at most; more is refused.
  public var limits: [DeletionLimit] = []
  /// Whether old versions and delete markers of what goes go too.
  public var removesVersions = false
  /// The age from which on unfinished uploads are aborted; `nil` for never.
  public var abortsUploadsAfter: Duration?
  /// How long to wait for other users of a database.
  public var busyTimeout = Duration.seconds(60)

  /// The defaults.
  public init() {}
}

/// A warehouse that dumps are copied into, with the way to it.
public struct WarehouseConsumer: Sendable {
  /// Where the ledger is.
  public var options: WarehouseOptions
  /// The way to it.
  public var access: WarehouseAccess

  /// A warehouse from its parts.
  public init(options: WarehouseOptions, access: WarehouseAccess) {
    self.options = options
    self.access = access
  }
}
