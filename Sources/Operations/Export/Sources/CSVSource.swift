import Dump
import Parquet

/// CSV files as tables.
struct CSVSource: ExportSource {
  /// What names of files end in.
  static let extensions = ["csv", "tsv", "csv.gz", "tsv.gz"]

  let tables: [ExportTable]
  /// The files of each table, and the header that they all have.
  private let contents: [String: (paths: [String], header: CSVHeader)]

  /// Looks at the files, and where no schema says it finds out what their columns are.
  ///
  /// - Parameters:
  ///   - files: the files of the tables.
  ///   - schemas: the schemas that are given for tables, by name.
  /// - Throws: ``OperationError``.
  init(_ files: SourceFiles, schemas: ExportSchemas) throws {
    var tables: [ExportTable] = []
    var contents: [String: (paths: [String], header: CSVHeader)] = [:]
    for table in files.tables {
      let (header, fields) = try CSVSource.inferred(table)
      let schema =
        try schemas[table.name]?.schema(for: fields, of: table.name) ?? Schema(fields: fields)
      contents[table.name] = (table.paths, header)
      tables.append(
        ExportTable(
          name: table.name, schema: schema, rowCount: nil, isRandomAccess: false,
          isInferred: schemas[table.name] == nil))
    }
    self.tables = tables
    self.contents = contents
  }

  func rows(of table: ExportTable, _ range: Range<Int64>?) throws -> any ExportRows {
    guard let (paths, header) = contents[table.name] else {
      throw OperationError(.failed, "cannot export \(table.name): there is no such table")
    }
    return CSVFileRows(paths, header, table.schema)
  }

  /// The header of a table's files, and what the first rows say about the columns.
  private static func inferred(
    _ table: SourceFiles.Table
  ) throws -> (CSVHeader, [FieldDefinition]) {
    let files = TextFiles(table.paths, columnWord: "column")
    var header: CSVHeader?
    var inference: CSVInference?
    var left = TextFiles.inferredRowCount
    while left > 0 {
      let count = try files.rows { block, path throws(RowFailure) in
        guard let found = try CSVHeader.take(from: block, path: path, after: header) else {
          return false
        }
        if header == nil {
          header = found
          inference = CSVInference(found)
        }
        return true
      } take: { block throws(RowFailure) in
        try inference?.add(rowsOf: block, limit: left) ?? 0
      }
      if count == 0 { break }
      left -= count
    }
    guard let header, let inference else {
      throw OperationError(.failed, "cannot export table \(table.name): it has no files")
    }
    return (header, inference.fields)
  }
}

extension CSVHeader {
  /// Takes a file's header, which must be that of the files before it.
  ///
  /// - Returns: the header; `nil` if the block does not have all of it.
  fileprivate static func take(
    from block: TextBlock, path: String, after first: CSVHeader?
  ) throws(RowFailure) -> CSVHeader? {
    let isTabbed = SourceFiles.isWanted(path, ["tsv", "tsv.gz"])
    guard let header = try take(from: block, isTabbed: isTabbed) else { return nil }
    guard let first, header != first else { return header }
    func text(_ header: CSVHeader) -> String {
      header.names.joined(separator: String(UnicodeScalar(header.delimiter)))
    }
    throw RowFailure(
      "the header is \"\(text(header))\", but that of the table's files before is "
        + "\"\(text(first))\"", line: 1)
  }
}

/// The rows of a table's files.
private final class CSVFileRows: ExportRows {
  private let files: TextFiles
  private let header: CSVHeader
  private let shredder: CSVShredder

  init(_ paths: [String], _ header: CSVHeader, _ schema: Schema) {
    files = TextFiles(paths, columnWord: "column")
    self.header = header
    shredder = CSVShredder(schema, delimiter: header.delimiter)
  }

  func read(into rows: RowGroupBuilder, limit: Int) throws -> Int {
    try files.rows { [header] block, path throws(RowFailure) in
      try CSVHeader.take(from: block, path: path, after: header) != nil
    } take: { [shredder] block throws(RowFailure) in
      try shredder.take(rowsOf: block, limit: limit, into: rows)
    }
  }
}
