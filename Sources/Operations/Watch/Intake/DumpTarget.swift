public import Dump
import ObjectStorage

/// What is done with a dump that has arrived: load it into a database, or run a command.
///
/// A further way of delivery is a further type; the watch knows no more of it than this.
protocol DumpTarget: Sendable {
  /// The target as it is shown to people.
  var description: String { get }
  /// Whether it can tell by itself which dumps were delivered, whoever did it.
  var keepsLedger: Bool { get }

  /// What the target holds. It is asked within a transaction and must not take long.
  ///
  /// - Parameter loaded: the latest dump that the watch has delivered, for targets without a ledger.
  /// - Returns: what the target holds.
  /// - Throws: ``OperationError``, `SQLiteError` if it cannot be asked.
  func held(_ loaded: IntakeRecord?) throws -> IntakeDecision.Target

  /// Delivers the dump of a location, at one moment; the same dump twice does no harm.
  ///
  /// - Throws: ``OperationError``; the target is as before then.
  func deliver(_ store: any ObjectStore) async throws -> Delivery
}

/// A dump that is in its target.
public struct Delivery: Sendable, Codable {
  /// A table of it.
  public struct Table: Sendable, Codable {
    /// The table's name.
    public var name: String
    /// Its rows; `nil` where nobody has counted them.
    public var rows: Int64?
    /// Its files.
    public var files: Int
  }

  /// The dump's id.
  public var timestamp: Timestamp
  /// Whether the target did not have it before.
  public var isNew: Bool
  /// Its tables.
  public var tables: [Table]
  /// The size of its files, in bytes.
  public var bytes: Int64
  /// How long it took, in seconds.
  public var seconds: Double
  /// What is worth knowing.
  public var findings: [Finding]

  /// Rows of all tables; `nil` where nobody has counted them.
  public var rows: Int64? {
    tables.contains { $0.rows == nil } ? nil : tables.reduce(0) { $0 + ($1.rows ?? 0) }
  }
}
