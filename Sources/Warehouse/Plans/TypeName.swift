/// A type of a warehouse with its length or digits: `character varying(256)` is `VARCHAR(256)`.
struct TypeName: Sendable, Hashable {
  /// The name without aliases.
  let base: String
  /// Length, or precision and scale.
  let arguments: [Int]

  /// How a type that is there suits one that is wanted.
  enum Fit: Sendable, Hashable {
    /// It takes every value.
    case holds
    /// It will once it is widened in place.
    case widenable
    /// It is another one.
    case differs
  }

  init(_ text: String) {
    let parts = ASCIICase.upper(text).split(separator: "(", maxSplits: 1)
    var words = parts.first.map { $0.split(separator: " ").joined(separator: " ") } ?? ""
    var arguments: [Int] = []
    if parts.count == 2 {
      let inner = parts[1].prefix { $0 != ")" }
      arguments = inner.split(separator: ",").compactMap {
        Int(String($0.filter { !$0.isWhitespace }))
      }
      // `TIMESTAMP(6) WITHOUT TIME ZONE`
      let rest = parts[1].dropFirst(inner.count + 1).split(separator: " ").joined(separator: " ")
      if !rest.isEmpty { words += " " + rest }
    }
    base = TypeName.aliases[words] ?? words
    self.arguments = arguments
  }

  /// Other names of the same types, in Redshift's catalog and in Snowflake's.
  private static let aliases = [
    "CHARACTER VARYING": "VARCHAR", "TEXT": "VARCHAR", "STRING": "VARCHAR", "NVARCHAR": "VARCHAR",
    "BPCHAR": "VARCHAR", "INT2": "SMALLINT", "INT": "INTEGER", "INT4": "INTEGER", "INT8": "BIGINT",
    "FLOAT4": "REAL", "FLOAT8": "DOUBLE", "FLOAT": "DOUBLE", "DOUBLE PRECISION": "DOUBLE",
    "BOOL": "BOOLEAN", "NUMERIC": "DECIMAL", "NUMBER": "DECIMAL", "BINARY VARYING": "VARBYTE",
    "VARBINARY": "VARBYTE", "BINARY": "VARBYTE", "TIMESTAMP WITHOUT TIME ZONE": "TIMESTAMP",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ", "TIME WITHOUT TIME ZONE": "TIME",
  ]

  private static let order = ["SMALLINT": 1, "INTEGER": 2, "BIGINT": 3, "REAL": 11, "DOUBLE": 12]

  /// How this type, which a table has, suits the one that is wanted.
  func fit(_ wanted: TypeName, in target: CopyTarget) -> Fit {
    if self == wanted { return .holds }
    if let here = TypeName.order[base], let there = TypeName.order[wanted.base] {
      return here >= there && here / 10 == there / 10 ? .holds : .differs
    }
    guard base == wanted.base else { return .differs }
    switch base {
    case "VARCHAR", "VARBYTE":
      // Without a number it is as long as the engine allows.
      guard let here = arguments.first else { return .holds }
      if here >= wanted.arguments.first ?? TypeName.longest(base, in: target) { return .holds }
      return base == "VARCHAR" || target == .snowflake ? .widenable : .differs
    case "DECIMAL":
      guard arguments.count == 2, wanted.arguments.count == 2, arguments[1] == wanted.arguments[1]
      else { return .differs }
      if arguments[0] >= wanted.arguments[0] { return .holds }
      return target == .snowflake ? .widenable : .differs
    default:
      // A fraction's digits; a catalog that does not name them means the most.
      guard let here = arguments.first, let there = wanted.arguments.first else { return .holds }
      return here >= there ? .holds : .differs
    }
  }

  private static func longest(_ base: String, in target: CopyTarget) -> Int {
    switch target {
    case .snowflake: base == "VARCHAR" ? 16_777_216 : 8_388_608
    case .redshift, .duckdb, .clickhouse: 65_535
    }
  }
}
