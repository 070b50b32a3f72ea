import Dump
import Parquet

/// Files of JSON lines as tables: one object a line.
struct NDJSONSource: ExportSource {
  /// What names of files end in.
  static let extensions = ["ndjson", "jsonl", "ndjson.gz", "jsonl.gz"]

  let tables: [ExportTable]
  /// The files of each table, and what makes rows of their lines.
  private let contents: [String: (paths: [String], inference: JSONInference.Result?)]

  /// Looks at the files, and where no schema says it finds out which fields they have.
  ///
  /// - Parameters:
  ///   - files: the files of the tables.
  ///   - schemas: the schemas that are given for tables, by name; each has all fields.
  ///   - listStyle: how lists are spelled.
  /// - Throws: ``OperationError``.
  init(
    _ files: SourceFiles, schemas: ExportSchemas, listStyle: FieldDefinition.ListStyle
  ) throws {
    var tables: [ExportTable] = []
    var contents: [String: (paths: [String], inference: JSONInference.Result?)] = [:]
    for table in files.tables {
      let given = schemas[table.name]
      let inference = given == nil ? try NDJSONSource.inferred(table, listStyle) : nil
      let fields = given?.fields ?? inference?.fields ?? []
      contents[table.name] = (table.paths, inference)
      tables.append(
        ExportTable(
          name: table.name, schema: try Schema(fields: fields), rowCount: nil,
          isRandomAccess: false, isInferred: given == nil))
    }
    self.tables = tables
    self.contents = contents
  }

  func rows(of table: ExportTable, _ range: Range<Int64>?) throws -> any ExportRows {
    guard let (paths, inference) = contents[table.name] else {
      throw OperationError(.failed, "cannot export \(table.name): there is no such table")
    }
    let shredder =
      inference.map { JSONShredder(table.schema, inferredBy: $0) } ?? JSONShredder(table.schema)
    return NDJSONRows(TextFiles(paths, columnWord: "member"), shredder)
  }

  /// What the first rows of a table say about its fields.
  private static func inferred(
    _ table: SourceFiles.Table, _ listStyle: FieldDefinition.ListStyle
  ) throws -> JSONInference.Result {
    let files = TextFiles(table.paths, columnWord: "member")
    let inference = JSONInference()
    var left = TextFiles.inferredRowCount
    while left > 0 {
      let count = try files.rows { block throws(RowFailure) in
        try inference.add(linesOf: block, limit: left)
      }
      if count == 0 { break }
      left -= count
    }
    let result = inference.result(listStyle: listStyle)
    guard !result.fields.isEmpty else {
      let why = left == TextFiles.inferredRowCount ? "has no rows" : "has rows without members only"
      throw OperationError(
        .failed,
        "cannot export table \(table.name): \(table.paths[0]) \(why), so its fields are not known",
        hint: "give them with --schema")
    }
    return result
  }
}

/// The rows of a table's files.
private final class NDJSONRows: ExportRows {
  private let files: TextFiles
  private let shredder: JSONShredder

  init(_ files: TextFiles, _ shredder: JSONShredder) {
    self.files = files
    self.shredder = shredder
  }

  func read(into rows: RowGroupBuilder, limit: Int) throws -> Int {
    let count = try files.rows { [shredder] block throws(RowFailure) in
      try shredder.append(linesOf: block, limit: limit)
    }
    try shredder.flush(into: rows)
    return count
  }
}
