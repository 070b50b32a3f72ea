/// A table, partitioned table, view or materialized view that may be read.
package struct ServerTable: Sendable, Hashable {
  package let schema: String
  package let name: String
  /// How the catalog's numbers of it are asked for.
  let id: String
  let kind: Kind
  /// The rows, as the server guesses them since it has last counted; `nil` if it never has.
  package let estimatedRowCount: Int64?
  /// Its columns in their order; empty until they are asked for.
  package internal(set) var columns: [ServerColumn] = []

  /// What it is.
  enum Kind: String, Sendable, Hashable {
    case table = "r"
    case partitionedTable = "p"
    case view = "v"
    case materializedView = "m"
    case foreignTable = "f"

    /// Whether LOCK TABLE takes it.
    var isLockable: Bool { self == .table || self == .partitionedTable || self == .view }
  }

  /// The name with its schema.
  package var qualifiedName: String { "\(schema).\(name)" }
  /// The name as SQL has it.
  var identifier: String { "\(quotedIdentifier(schema)).\(quotedIdentifier(name))" }
}

/// A column of a table.
package struct ServerColumn: Sendable, Hashable {
  package let name: String
  package let type: ColumnType
}
