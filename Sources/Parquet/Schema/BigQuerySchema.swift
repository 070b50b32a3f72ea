/// BigQuery's JSON schemas, as `bq show --schema` prints them and its REST API has them.
///
///     [{"name": "id", "type": "STRING", "mode": "REQUIRED"},
///      {"name": "tags", "type": "RECORD", "mode": "REPEATED", "fields": [ … ]}]
///
/// | BigQuery | Parquet |
/// |---|---|
/// | INTEGER, INT64 | INT64 |
/// | FLOAT, FLOAT64 | DOUBLE |
/// | BOOLEAN, BOOL | BOOLEAN |
/// | STRING | BYTE_ARRAY, STRING |
/// | BYTES | BYTE_ARRAY |
/// | DATE | INT32, DATE |
/// | TIME | INT64, TIME of microseconds |
/// | DATETIME | INT64, TIMESTAMP of microseconds, local |
/// | TIMESTAMP | INT64, TIMESTAMP of microseconds, adjusted to UTC |
/// | NUMERIC, DECIMAL | FIXED_LEN_BYTE_ARRAY(16), DECIMAL(38, 9) or as `precision` and `scale` say |
/// | BIGNUMERIC, BIGDECIMAL | FIXED_LEN_BYTE_ARRAY(32), DECIMAL(76, 38) or as they say |
/// | JSON, GEOGRAPHY, RANGE, INTERVAL | BYTE_ARRAY, STRING: what BigQuery exports as text |
/// | RECORD, STRUCT | group |
/// | mode REPEATED | a repeated field |
///
/// Source: <https://cloud.google.com/bigquery/docs/exporting-data#parquet_export_details>. BigQuery
/// writes its own TIMESTAMPs as local ones, although they are instants; here they say so.
public struct BigQuerySchema: Sendable, Hashable {
  /// What differs from one exporter to another.
  public struct Options: Sendable, Hashable {
    /// Whether TIMESTAMP columns say that they are instants.
    public var adjustsTimestampsToUTC = true
    /// Whether JSON columns have the logical type JSON instead of STRING.
    public var annotatesJSON = false
    /// How repeated fields are spelled.
    public var listStyle = FieldDefinition.ListStyle.bare

    /// The defaults.
    public init() {}
  }

  /// One field, as the JSON has it.
  public struct Field: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The type's name.
    public var type: String
    /// `NULLABLE`, `REQUIRED` or `REPEATED`; `nil` is the first.
    public var mode: String?
    /// The fields of a RECORD.
    public var fields: [Field] = []
    /// The precision of a NUMERIC or BIGNUMERIC.
    public var precision: Int?
    /// The scale of a NUMERIC or BIGNUMERIC.
    public var scale: Int?

    /// A field.
    public init(name: String, type: String, mode: String? = nil, fields: [Field] = []) {
      self.name = name
      self.type = type
      self.mode = mode
      self.fields = fields
    }
  }

  /// The fields of the table.
  public var fields: [Field]

  /// A schema of some fields.
  public init(fields: [Field]) { self.fields = fields }

  /// Parses a JSON array of fields, or an object that has one as `fields`; other members are passed
  /// over.
  ///
  /// - Throws: ``ParquetError`` with code `schema` that names the byte where the text is not as it
  ///   should be.
  public init(json: [UInt8]) throws(ParquetError) {
    let text = ByteBuffer(count: 0)
    text.append(json)
    do throws(JSONFailure) {
      guard text.view.isUTF8 else { throw JSONFailure("it is not UTF-8", at: 0) }
      var scanner = JSONScanner(text.view)
      if try scanner.peek() == .object {
        fields = try BigQuerySchema.field(&scanner, depth: 0).fields
      } else {
        fields = try BigQuerySchema.list(&scanner, depth: 0)
      }
      try scanner.expectEnd()
    } catch {
      throw ParquetError(
        .schema, "the BigQuery schema is not as expected: \(error.message) (byte \(error.offset))",
        hint: "it must be JSON as `bq show --schema` prints it")
    }
  }

  // MARK: Parquet

  /// The definitions of the Parquet fields.
  ///
  /// - Throws: ``ParquetError`` with code `schema` for a type or mode that is not known.
  public func definitions(
    _ options: Options = Options()
  ) throws(ParquetError) -> [FieldDefinition] {
    var definitions: [FieldDefinition] = []
    for field in fields { definitions.append(try field.definition(options, [])) }
    return definitions
  }

  /// The Parquet schema.
  ///
  /// - Throws: ``ParquetError`` with code `schema` for a type or mode that is not known, and what
  ///   ``Schema/init(name:fields:)`` refuses.
  public func schema(
    name: String = "schema", _ options: Options = Options()
  ) throws(ParquetError) -> Schema {
    try Schema(name: name, fields: try definitions(options))
  }
}

extension BigQuerySchema.Field {
  fileprivate func definition(
    _ options: BigQuerySchema.Options, _ parents: [String]
  ) throws(ParquetError) -> FieldDefinition {
    let path = parents + [name]
    let place = ParquetError.Place(column: path.joined(separator: "."))
    let shape = try shape(options, path, place)
    switch mode?.uppercased() {
    case nil, "", "NULLABLE": return FieldDefinition(name, isOptional: true, shape)
    case "REQUIRED": return FieldDefinition(name, isOptional: false, shape)
    case "REPEATED":
      let element = FieldDefinition(name, isOptional: false, shape)
      return FieldDefinition(name, isOptional: false, .list(element, options.listStyle))
    case .some(let mode):
      throw ParquetError(
        .schema, at: place, "the mode \"\(mode)\" is not known",
        hint: "a mode is NULLABLE, REQUIRED or REPEATED")
    }
  }

  private func shape(
    _ options: BigQuerySchema.Options, _ path: [String], _ place: ParquetError.Place
  ) throws(ParquetError) -> FieldDefinition.Shape {
    switch type.uppercased() {
    case "INTEGER", "INT64": return .value(.int64)
    case "FLOAT", "FLOAT64": return .value(.double)
    case "BOOLEAN", "BOOL": return .value(.boolean)
    case "STRING", "GEOGRAPHY", "RANGE", "INTERVAL": return .value(.byteArray, .string)
    case "JSON": return .value(.byteArray, options.annotatesJSON ? .json : .string)
    case "BYTES": return .value(.byteArray)
    case "DATE": return .value(.int32, .date)
    case "TIME": return .value(.int64, .time(unit: .microseconds, isAdjustedToUTC: true))
    case "DATETIME":
      return .value(.int64, .timestamp(unit: .microseconds, isAdjustedToUTC: false))
    case "TIMESTAMP":
      return .value(
        .int64,
        .timestamp(unit: .microseconds, isAdjustedToUTC: options.adjustsTimestampsToUTC))
    case "NUMERIC", "DECIMAL":
      return .value(
        .fixedLengthByteArray, length: 16,
        .decimal(precision: precision ?? 38, scale: scale ?? (precision == nil ? 9 : 0)))
    case "BIGNUMERIC", "BIGDECIMAL":
      return .value(
        .fixedLengthByteArray, length: 32,
        .decimal(precision: precision ?? 76, scale: scale ?? (precision == nil ? 38 : 0)))
    case "RECORD", "STRUCT":
      var definitions: [FieldDefinition] = []
      for field in fields { definitions.append(try field.definition(options, path)) }
      return .structure(definitions)
    default:
      throw ParquetError(.schema, at: place, "the BigQuery type \"\(type)\" is not known")
    }
  }
}

// MARK: JSON

extension BigQuerySchema {
  private static func list(
    _ scanner: inout JSONScanner, depth: Int
  ) throws(JSONFailure) -> [Field] {
    guard depth <= Limits.jsonDepth else {
      throw JSONFailure("it is nested more than \(Limits.jsonDepth) deep", at: scanner.offset)
    }
    guard try scanner.peek() == .array else {
      throw JSONFailure("there should be an array of fields", at: scanner.offset)
    }
    try scanner.expect("[")
    var fields: [Field] = []
    if scanner.take("]") { return fields }
    repeat {
      let start = scanner.offset
      let field = try field(&scanner, depth: depth)
      if field.name.isEmpty || field.type.isEmpty {
        throw JSONFailure("a field lacks its name or type", at: start)
      }
      fields.append(field)
    } while try scanner.takeComma(orEnd: "]")
    return fields
  }

  private static func field(
    _ scanner: inout JSONScanner, depth: Int
  ) throws(JSONFailure) -> Field {
    var field = Field(name: "", type: "")
    try scanner.expect("{")
    if scanner.take("}") { return field }
    repeat {
      let key = try scanner.takeString().string
      try scanner.expect(":")
      let kind = try scanner.peek()
      switch (key, kind) {
      case ("name", .string): field.name = try scanner.takeString().string
      case ("type", .string): field.type = try scanner.takeString().string
      case ("mode", .string): field.mode = try scanner.takeString().string
      case ("fields", .array): field.fields = try list(&scanner, depth: depth + 1)
      case ("precision", .string), ("precision", .number): field.precision = try number(&scanner)
      case ("scale", .string), ("scale", .number): field.scale = try number(&scanner)
      case ("name", _), ("type", _), ("mode", _), ("fields", _), ("precision", _), ("scale", _):
        throw JSONFailure("\"\(key)\" is \(kind.description)", at: scanner.offset)
      default: _ = try scanner.takeValue()
      }
    } while try scanner.takeComma(orEnd: "}")
    return field
  }

  /// The REST API writes numbers as strings.
  private static func number(_ scanner: inout JSONScanner) throws(JSONFailure) -> Int {
    let start = scanner.offset
    let text =
      try scanner.peek() == .string ? try scanner.takeString() : try scanner.takeNumber()
    guard let number = Int(text.string) else {
      throw JSONFailure("\"\(text.string)\" is no whole number", at: start)
    }
    return number
  }
}
