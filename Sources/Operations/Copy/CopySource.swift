import Dump
import ObjectStorage
import Parquet
import Warehouse

/// The tables of a surveyed dump, as plans for warehouses see them.
struct CopySource {
  let survey: DumpSurvey

  /// The tables with their files and top-level columns.
  ///
  /// - Throws: ``OperationError`` if a footer could not be read, or files of a table differ.
  func tables() throws -> [SourceTable] {
    let readings = Dictionary(grouping: survey.readings, by: \.table)
    return try survey.tables.map { table in
      let readings = readings[table.line.name] ?? []
      let facts = try readings.map { try $0.facts.get() }
      let files = zip(readings, facts).map { reading, facts in
        SourceFile(
          url: url(of: reading.file), byteCount: reading.file.byteCount, rowCount: facts.rowCount)
      }
      if let other = facts.first(where: { $0.columns != facts[0].columns }) {
        throw OperationError(
          .corrupt,
          "cannot copy table \(table.line.name): its files have different columns, "
            + "\(facts[0].columns.count) and \(other.columns.count)",
          hint: "`receipt verify` names the files")
      }
      return SourceTable(name: table.line.name, files: files, columns: columns(facts))
    }
  }

  private func url(of file: FileEntry) -> String {
    "\(survey.listing.store.description)/\(file.key)"
  }

  private func columns(_ facts: [FileFacts]) -> [SourceColumn] {
    guard let first = facts.first(where: { $0.schema != nil }), let schema = first.schema else {
      return []
    }
    return schema.fields.map { field in
      var column = SourceColumn(field, first.columns)
      guard field.leaf != nil, let leaf = field.leaves.first else { return column }
      column.byteLimit = facts.reduce(0) { max($0, $1.longestChunks[leaf]) }
      return column
    }
  }
}

extension SourceColumn {
  /// A field of a file, its leaves described by the columns at their places.
  fileprivate init(_ field: Field, _ columns: [Column]) {
    let shape: Shape =
      switch field.shape {
      case .leaf(let leaf): .scalar(columns[leaf.index].type)
      case .structure(let fields): .structure(fields.map { SourceColumn($0, columns) })
      case .list(let element, _): .list(SourceColumn(element, columns))
      case .map(let key, let value, _):
        .map(
          key: SourceColumn(key, columns), value: value.map { SourceColumn($0, columns) })
      }
    self.init(name: field.name, shape: shape, isNullable: field.isOptional)
  }
}
