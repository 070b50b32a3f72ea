public import Dump

/// What a copy will do, statement by statement; it holds no secret.
///
/// It is what `receipt copy` prints, and exactly what it runs.
public struct CopyPlan: Sendable, Encodable {
  /// A column of a table.
  public struct Column: Sendable, Hashable, Codable {
    /// The name in the target.
    public var name: String
    /// The type in the target.
    public var type: String
    /// The name in the files.
    public var source: String
    /// The type in the files.
    public var sourceType: String

    private enum CodingKeys: String, CodingKey {
      case name, type, source
      case sourceType = "source_type"
    }
  }

  /// A table of the dump and its table in the target.
  public struct Table: Sendable, Hashable, Codable {
    /// The table's name in the target.
    public var name: String
    /// Its name in the receipt.
    public var source: String
    /// The table that its files are loaded into first; `nil` where there is none.
    public var staging: String?
    /// The rows that the footers promise.
    public var rows: Int64
    /// The files.
    public var files: Int
    /// The size of all files, in bytes.
    public var bytes: Int64
    /// The columns, in the order of the files.
    public var columns: [Column]
  }

  /// An object that must be in S3 before the statements run.
  public struct Manifest: Sendable, Hashable, Codable {
    /// The table whose files it lists.
    public var table: String
    /// Its `s3://` URL.
    public var url: String
    /// Its text.
    public var content: String
  }

  /// Statements that belong together.
  public struct Step: Sendable, Hashable, Codable {
    /// What the step is for.
    public enum Purpose: String, Sendable, Hashable, Codable {
      /// Ledger, stage, columns: what nobody notices.
      case prepare
      /// The files of a table go into its staging table.
      case stage
      /// The new rows become the live ones.
      case publish
      /// What is no longer needed goes.
      case tidy
    }

    /// What the step is for.
    public var purpose: Purpose
    /// What it does, in a few words.
    public var title: String
    /// Whether its statements are one transaction.
    public var isTransaction: Bool
    /// The statements, in order.
    public var statements: [Statement]

    /// A step from its parts.
    package init(
      purpose: Purpose, title: String, isTransaction: Bool, statements: [Statement]
    ) {
      self.purpose = purpose
      self.title = title
      self.isTransaction = isTransaction
      self.statements = statements
    }

    private enum CodingKeys: String, CodingKey {
      case purpose, title, statements
      case isTransaction = "transaction"
    }
  }

  /// One statement.
  public struct Statement: Sendable, Hashable, Codable {
    /// What its answer must say.
    public struct Expectation: Sendable, Hashable, Codable {
      /// The rows counted or loaded.
      public var rows: Int64
      /// The files loaded, where the answer has a line for each.
      public var files: Int?
    }

    /// The text, without a semicolon at its end.
    public var sql: String
    /// Why it is there.
    public var comment: String?
    /// The table of the dump that it is for.
    public var table: String?
    /// What its answer must say.
    public var expectation: Expectation?

    init(
      _ sql: String, comment: String? = nil, table: String? = nil,
      expectation: Expectation? = nil
    ) {
      self.sql = sql
      self.comment = comment
      self.table = table
      self.expectation = expectation
    }

    private enum CodingKeys: String, CodingKey { case sql, comment, table, expectation }
  }

  /// The engine.
  public var target: CopyTarget
  /// The dump's id.
  public var timestamp: Timestamp
  /// Where the dump is.
  public var location: String
  /// What identifies the run in the ledger.
  public var runID: String
  /// The schema of the live tables.
  public var schema: String
  /// How the new rows come to be the live ones.
  public var switching: CopySwitch
  /// What readers may rely on, and what the plan assumes.
  public var notes: [String]
  /// The tables, by name.
  public var tables: [Table]
  /// What must be in S3 first.
  public var manifests: [Manifest]
  /// The statements.
  public var steps: [Step]
  /// What removes the work of a run that has failed, or that another one has overtaken: each step by
  /// itself, whatever becomes of the others.
  public var abandon: [Step]
  /// What is worth knowing, or refuses the dump.
  public var findings: [Finding]

  private enum CodingKeys: String, CodingKey {
    case target, timestamp, location, schema, notes, tables, manifests, steps, abandon
    case findings
    case runID = "run_id"
    case switching = "switch"
  }
}
