import Dump
import FoundationEssentials
import Parquet

/// Schemas that the caller gives for tables, in BigQuery's JSON form.
///
/// The document is an array of fields, for whatever table there is, or an object with one array for
/// each table: `{"events": [{"name": "dd_event_id", "type": "STRING"}, …], …}`.
struct ExportSchemas: Sendable {
  /// The schema of one table.
  struct Table: Sendable {
    let fields: [FieldDefinition]

    /// The schema of a table that has columns of its own: theirs is the order.
    ///
    /// - Parameters:
    ///   - columns: for each column of the table what it becomes unless the schema says so.
    ///   - table: the table's name, for errors.
    /// - Returns: the schema.
    /// - Throws: ``OperationError`` if the schema has a field that is no column.
    func schema(for columns: [FieldDefinition], of table: String) throws -> Schema {
      let names = Set(columns.map(\.name))
      if let field = fields.first(where: { !names.contains($0.name) }) {
        throw OperationError(
          .failed,
          "cannot export table \(table): the schema has a field \(field.name), and the table no such "
            + "column",
          hint: "a nested field comes from a column of that name with JSON text")
      }
      let given = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      return try Schema(fields: columns.map { given[$0.name] ?? $0 })
    }
  }

  /// One field, as the JSON has it.
  private struct Field: Decodable {
    let name: String
    let type: String
    let mode: String?
    let fields: [Field]?
    let precision: Digits?
    let scale: Digits?

    var field: BigQuerySchema.Field {
      var field = BigQuerySchema.Field(
        name: name, type: type, mode: mode, fields: (fields ?? []).map(\.field))
      field.precision = precision?.value
      field.scale = scale?.value
      return field
    }
  }

  /// A number that BigQuery's API writes as a string.
  private struct Digits: Decodable {
    let value: Int

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int.self) {
        value = number
      } else if let number = Int(try container.decode(String.self)) {
        value = number
      } else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "it is not a whole number")
      }
    }
  }

  private let tables: [String: Table]
  private let any: Table?

  /// No schema.
  init() {
    tables = [:]
    any = nil
  }

  /// Parses a document.
  ///
  /// - Parameters:
  ///   - json: the document.
  ///   - name: where it is from, for errors.
  ///   - options: how fields become Parquet's.
  /// - Throws: ``OperationError``.
  init(_ json: [UInt8], name: String, options: BigQuerySchema.Options) throws {
    let decoder = JSONDecoder()
    do {
      if let fields = try? decoder.decode([Field].self, from: Data(json)) {
        tables = [:]
        any = try ExportSchemas.table(fields, options)
      } else {
        tables = try decoder.decode([String: [Field]].self, from: Data(json))
          .mapValues { try ExportSchemas.table($0, options) }
        any = nil
      }
    } catch let error as DecodingError {
      throw OperationError(
        .failed, "cannot read schema \(name): \(error.reason)",
        hint: "it is JSON as `bq show --schema` prints it, or an object with one such array a table"
      )
    } catch let error as ParquetError {
      throw OperationError(
        .failed, "cannot read schema \(name): \(error.description)", hint: error.hint)
    }
  }

  private static func table(
    _ fields: [Field], _ options: BigQuerySchema.Options
  ) throws -> Table {
    Table(fields: try BigQuerySchema(fields: fields.map(\.field)).definitions(options))
  }

  /// The schema that is given for a table.
  subscript(table: String) -> Table? { tables[table] ?? any }

  /// Whether one is given for any table.
  var isEmpty: Bool { tables.isEmpty && any == nil }
}

extension DecodingError {
  /// Where it is and what is wrong there.
  fileprivate var reason: String {
    func at(_ context: Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
      return path.isEmpty
        ? context.debugDescription
        : "\(path.joined(separator: ".")): \(context.debugDescription)"
    }
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      return at(context)
    case .keyNotFound(let key, let context): return "\(at(context)) (\(key.stringValue))"
    @unknown default: return "\(self)"
    }
  }
}
