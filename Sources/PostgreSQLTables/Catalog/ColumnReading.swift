internal import Parquet

/// What the values of a column are when they come.
enum WireValue: Sendable, Hashable {
  case boolean
  case int16
  case int32
  case int64
  case float
  case double
  /// The bytes themselves.
  case bytes
  /// A version in one byte, then the text.
  case jsonb
  case uuid
  case date
  case time
  case timestamp
  case numeric(precision: Int, scale: Int)
}

/// How a column is asked for, and what is made of its values.
struct ColumnReading: Sendable {
  /// What becomes of the values.
  enum Target: Sendable, Hashable {
    /// A leaf column with one value a row, or with the elements of an array.
    case leaf(LeafColumn, CopyEntries.Levels)
    /// A top-level field by its index, from JSON text or, in quotes, from the text of one value.
    case json(field: Int, isQuoted: Bool)
  }

  /// The column's name.
  let name: String
  /// What the SELECT has for it.
  let expression: String
  let value: WireValue
  let target: Target
}

extension ColumnReading {
  /// How the values of a column become those of a field; `nil` if they cannot without loss.
  ///
  /// - Parameters:
  ///   - column: the column.
  ///   - schema: the schema of the table.
  ///   - index: the field's index.
  init?(_ column: ServerColumn, _ schema: Schema, field index: Int) {
    let field = schema.fields[index]
    let quoted = quotedIdentifier(column.name)
    func expression(_ cast: Cast?) -> String {
      switch cast {
      case nil: quoted
      case .inet where column.type.isArray: "\(quoted)::pg_catalog.text::pg_catalog.text[]"
      case .inet: "pg_catalog.abbrev(\(quoted))"
      case .type(let type): "\(quoted)::pg_catalog.\(type)\(column.type.isArray ? "[]" : "")"
      }
    }
    name = column.name
    if let (leaf, levels) = field.column, column.type.isArray == (levels.emptyList != nil),
      let (cast, value) = column.type.scalar.conversion(to: leaf)
    {
      self.expression = expression(cast)
      self.value = value
      target = .leaf(leaf, levels)
      return
    }
    // An array as one text.
    if column.type.isArray, let (leaf, levels) = field.column, levels.emptyList == nil,
      leaf.isPlainText
    {
      self.expression = "\(quoted)::pg_catalog.text"
      value = .bytes
      target = .leaf(leaf, levels)
      return
    }
    guard !column.type.isArray else { return nil }
    switch (column.type.scalar, field.leaf) {
    case (.json, nil), (.text, nil):
      self.expression = quoted
      value = .bytes
      target = .json(field: index, isQuoted: false)
    case (.jsonb, nil):
      self.expression = quoted
      value = .jsonb
      target = .json(field: index, isQuoted: false)
    case (.text, let leaf?):
      self.expression = quoted
      value = .bytes
      target = .json(field: index, isQuoted: !leaf.isBareInJSON)
    case (.numeric, let leaf?) where leaf.isDecimal:
      self.expression = expression(.type("text"))
      value = .bytes
      target = .json(field: index, isQuoted: true)
    default: return nil
    }
  }
}

/// What a column is turned into before it is sent.
enum Cast: Sendable, Hashable {
  /// Another of the server's types.
  case type(String)
  /// The text of a network address as the server prints it.
  case inet
}

extension ColumnType.Scalar {
  /// How values of the type become values of a leaf column, if they can without loss.
  fileprivate func conversion(to leaf: LeafColumn) -> (Cast?, WireValue)? {
    switch leaf.valueKind {
    case .boolean: return self == .boolean ? (nil, .boolean) : nil
    case .signed(let bitWidth): return integerConversion(bitWidth)
    case .float: return self == .float ? (nil, .float) : nil
    case .double:
      switch self {
      case .double: return (nil, .double)
      case .float, .int16, .int32: return (.type("float8"), .double)
      default: return nil
      }
    case .decimal: return decimalConversion(leaf)
    case .date: return self == .date ? (nil, .date) : nil
    case .time(.microseconds): return self == .time ? (nil, .time) : nil
    case .timestamp(.microseconds, _):
      // The session's time zone is UTC, so that either type becomes the other one as it is.
      return self == .timestamp || self == .timestampWithTimeZone ? (nil, .timestamp) : nil
    case .uuid: return self == .uuid ? (nil, .uuid) : nil
    case .text: return leaf.physicalType == .byteArray ? textConversion(leaf) : nil
    case .binary: return self == .bytes && leaf.physicalType == .byteArray ? (nil, .bytes) : nil
    case .unsigned, .float16, .time, .timestamp, .int96, .interval, .null: return nil
    }
  }

  private func integerConversion(_ bitWidth: Int) -> (Cast?, WireValue)? {
    switch (self, bitWidth) {
    case (.int16, 16), (.int16, 32): (nil, .int16)
    case (.int32, 32): (nil, .int32)
    case (.int64, 64): (nil, .int64)
    case (.int16, 64), (.int32, 64), (.oid, 64): (.type("int8"), .int64)
    default: nil
    }
  }

  private func decimalConversion(_ leaf: LeafColumn) -> (Cast?, WireValue)? {
    guard case .decimal(let precision, let scale) = leaf.logicalType,
      precision <= CopyNumeric.maximumPrecision, leaf.physicalType != .byteArray
    else { return nil }
    switch self {
    case .numeric: return (nil, .numeric(precision: precision, scale: scale))
    case .int16, .int32, .int64:
      return (.type("numeric"), .numeric(precision: precision, scale: scale))
    default: return nil
    }
  }

  private func textConversion(_ leaf: LeafColumn) -> (Cast?, WireValue)? {
    switch self {
    case .text: leaf.logicalType == .json ? (.type("json"), .bytes) : (nil, .bytes)
    case .json: (nil, .bytes)
    case .jsonb: (nil, .jsonb)
    case .inet: leaf.isPlainText ? (.inet, .bytes) : nil
    default: leaf.isPlainText ? (.type("text"), .bytes) : nil
    }
  }
}

extension LeafColumn {
  /// Whether any text can be a value.
  fileprivate var isPlainText: Bool {
    physicalType == .byteArray && (logicalType == .string || logicalType == .enumeration)
  }

  fileprivate var isDecimal: Bool { if case .decimal = logicalType { true } else { false } }

  /// Whether values stand in JSON without quotes.
  fileprivate var isBareInJSON: Bool {
    valueKind == .boolean || valueKind == .float || valueKind == .double
  }
}

extension Field {
  /// The leaf column and its levels, where the field has one value a row or a list of such.
  fileprivate var column: (LeafColumn, CopyEntries.Levels)? {
    switch shape {
    case .leaf(let leaf):
      return (
        leaf,
        CopyEntries.Levels(
          maximum: UInt16(leaf.maximumDefinitionLevel), isOptional: isOptional)
      )
    case .list(let element, _):
      guard let leaf = element.leaf else { return nil }
      return (
        leaf,
        CopyEntries.Levels(
          maximum: UInt16(leaf.maximumDefinitionLevel), isOptional: element.isOptional,
          nullList: UInt16(isOptional ? definitionLevel - 1 : definitionLevel),
          emptyList: UInt16(definitionLevel))
      )
    case .structure, .map: return nil
    }
  }
}

/// A name as SQL has it, whatever is in it.
func quotedIdentifier(_ name: String) -> String {
  "\"\(name.replacing("\"", with: "\"\""))\""
}
