/// How an engine spells names and texts.
struct Dialect: Sendable, Hashable {
  let target: CopyTarget
  let names: NameRule

  /// A name as the target keeps it.
  ///
  /// Redshift folds even quoted names to small letters unless a parameter of the session forbids
  /// it, so that they are small from the start; Snowflake folds names without quotes to capitals.
  func folded(_ name: String) -> String {
    guard names == .fold else { return name }
    switch target {
    case .redshift: return ASCIICase.lower(name)
    case .snowflake: return ASCIICase.upper(name)
    case .duckdb, .clickhouse: return name
    }
  }

  /// What two names have in common if the target takes them for the same.
  func key(_ name: String) -> String {
    switch target {
    case .redshift: names == .fold ? ASCIICase.lower(name) : name
    case .snowflake: names == .fold ? ASCIICase.upper(name) : name
    case .duckdb: name.lowercased()
    case .clickhouse: name
    }
  }

  /// A name in quotes: reserved words, spaces and quotes in it do no harm.
  func quoted(_ name: String) -> String {
    switch target {
    case .redshift, .snowflake, .duckdb: "\"" + name.replacing("\"", with: "\"\"") + "\""
    case .clickhouse:
      "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
  }

  /// A text in quotes.
  ///
  /// A backslash is itself in DuckDB only.
  func literal(_ text: String) -> String {
    let doubled = text.replacing("'", with: "''")
    return "'" + (target == .duckdb ? doubled : doubled.replacing("\\", with: "\\\\")) + "'"
  }

  /// Bytes that a name may have.
  var nameLimit: Int {
    switch target {
    case .redshift: 127
    case .snowflake: 255
    case .duckdb: 1_000
    case .clickhouse: 200
    }
  }
}

/// Letters of ASCII in the other case; engines fold no others alike.
enum ASCIICase {
  static func lower(_ text: String) -> String {
    String(decoding: text.utf8.map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
  }

  static func upper(_ text: String) -> String {
    String(decoding: text.utf8.map { (0x61...0x7a).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
  }
}
