/// An engine that takes dumps in by itself, with statements that `receipt copy` makes.
public enum CopyTarget: String, Sendable, Hashable, Codable, CaseIterable {
  /// Amazon Redshift, provisioned or serverless.
  case redshift
  /// Snowflake.
  case snowflake
  /// DuckDB.
  case duckdb
  /// ClickHouse.
  case clickhouse

  /// How it switches if nothing else is asked for.
  public var usualSwitch: CopySwitch { switches[0] }

  /// All the ways in which it can switch, the usual one first.
  public var switches: [CopySwitch] {
    switch self {
    case .redshift: [.insert, .rename]
    case .snowflake: [.transaction, .swap, .schema]
    case .duckdb: [.transaction]
    case .clickhouse: [.swap]
    }
  }

  /// The name as its makers write it.
  public var title: String {
    switch self {
    case .redshift: "Redshift"
    case .snowflake: "Snowflake"
    case .duckdb: "DuckDB"
    case .clickhouse: "ClickHouse"
    }
  }
}

/// How the new rows come to be the live ones.
public enum CopySwitch: String, Sendable, Hashable, Codable, CaseIterable {
  /// Redshift: one transaction deletes the old rows and inserts the new ones, in all tables.
  case insert
  /// Redshift: one transaction gives the new tables the names of the old ones.
  case rename
  /// Snowflake and DuckDB: one transaction replaces the rows of all tables.
  case transaction
  /// Snowflake and ClickHouse: tables change places with the new ones, one pair after the other.
  case swap
  /// Snowflake: a schema with the new tables changes places with the live one.
  case schema

  /// Whether the live tables stay and only their rows change.
  var keepsTables: Bool {
    switch self {
    case .insert, .transaction: true
    case .rename, .swap, .schema: false
    }
  }

  /// What readers may rely on.
  func guarantee(of target: CopyTarget) -> [String] {
    switch self {
    case .insert, .transaction:
      [
        "Readers see all tables of the old dump until the commit, and all of the new one after it.",
        target == .duckdb
          ? "The tables are made anew: views on them stay."
          : "The tables stay what they are: grants, views and policies on them remain.",
      ]
    case .rename:
      [
        "Readers see all tables of the old dump until the commit, and all of the new one after it.",
        "The tables are new ones: grants on the old ones are lost, and views follow the old tables",
        "unless they were made WITH NO SCHEMA BINDING. The old tables stay as NAME__old.",
      ]
    case .swap:
      [
        "Every table switches in one moment, but one after the other: for a short while a reader can",
        "see one table of the new dump and another one of the old dump.",
      ]
        + (target == .snowflake
          ? ["A live name then has the grants of the new table: use future grants on the schema."]
          : [])
    case .schema:
      [
        "All tables switch at one moment, with the whole schema: whatever else is in the live schema",
        "goes with the old one, which stays as NAME__old until the next dump.",
      ]
    }
  }
}

/// How names of tables and columns are spelled in the target.
public enum NameRule: String, Sendable, Hashable, Codable, CaseIterable {
  /// As the engine folds names that are not quoted, so that queries need no quotes.
  case fold
  /// As they stand in the files; queries must quote them.
  case keep
}

/// What the columns of a table may do from one dump to the next.
public enum DriftRule: String, Sendable, Hashable, Codable, CaseIterable {
  /// New columns are added, and columns that hold too little are widened.
  case evolve
  /// Nothing may change.
  case freeze
  /// The target's columns stay as they are; what does not fit is left out.
  case discardColumn = "discard-column"
}

/// How long the text columns become that need a length.
public enum TextLength: Sendable, Hashable {
  /// What the sizes of the column chunks prove to be enough.
  case fromFooters
  /// So many bytes.
  case fixed(Int)
}
