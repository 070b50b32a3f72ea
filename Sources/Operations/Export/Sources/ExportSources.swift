import Dump
import ObjectStorage
import Parquet
import PostgreSQLTables

/// What can be exported, by the words of a command line.
enum ExportSources {
  /// What a file or folder is.
  enum Kind: String, CaseIterable {
    case sqlite
    case parquet
    case csv
    case ndjson
  }

  /// Opens a source.
  ///
  /// - Parameters:
  ///   - text: the URL of a database, or a path, with the kind and a colon before it where the name
  ///     does not tell the kind: `sqlite:crm.data`.
  ///   - options: the tables and schemas.
  /// - Returns: the source.
  /// - Throws: ``OperationError``.
  static func open(_ text: String, _ options: ExportOptions) throws -> any ExportSource {
    var style = BigQuerySchema.Options()
    style.listStyle = options.listStyle
    let schemas =
      try options.schema.map { try ExportSchemas($0.json, name: $0.name, options: style) }
      ?? ExportSchemas()
    if PostgreSQLURL.isURL(text) {
      return try PostgreSQLSource(text, options, schemas: schemas)
    }
    let (kind, path) = try parsed(text)
    switch kind {
    case .sqlite:
      return try SQLiteSource(
        path: path, tables: options.tables, schemas: schemas, busyTimeout: options.busyTimeout)
    case .parquet:
      return try ParquetSource(
        chosen(options.tables, of: try parquetFiles(path, options.tableName), path))
    case .csv:
      return try CSVSource(
        SourceFiles(path, extensions: CSVSource.extensions, options), schemas: schemas)
    case .ndjson:
      return try NDJSONSource(
        SourceFiles(path, extensions: NDJSONSource.extensions, options), schemas: schemas,
        listStyle: options.listStyle)
    }
  }

  private static func parsed(_ text: String) throws -> (Kind, path: String) {
    for kind in Kind.allCases where text.hasPrefix(kind.rawValue + ":") {
      return (kind, String(text.dropFirst(kind.rawValue.count + 1)))
    }
    if SourceFiles.isWanted(text, CSVSource.extensions) { return (.csv, text) }
    if SourceFiles.isWanted(text, NDJSONSource.extensions) { return (.ndjson, text) }
    let name = text.lowercased()
    if name.hasSuffix(".parquet") || (try? DirectoryStore(path: text)) != nil {
      return (.parquet, text)
    }
    if [".sqlite", ".sqlite3", ".db"].contains(where: name.hasSuffix) { return (.sqlite, text) }
    if let scheme = text.firstRange(of: "://") {
      // There may be a password behind it.
      throw OperationError(
        .usage, "cannot export \(text[..<scheme.upperBound])…: there is no source of that kind",
        hint: "postgres://… is read, and files and folders of SQLite, Parquet, CSV and NDJSON")
    }
    throw OperationError(
      .usage, "cannot export \(text): its name does not tell what it is",
      hint: "put one of \(Kind.allCases.map(\.rawValue).joined(separator: ", ")) before it: "
        + "sqlite:\(text)")
  }

  private typealias Group = (table: String, files: [(name: String, reader: any ObjectReader)])

  /// The files of each table: those of a dump, of each folder in a folder, or all of one.
  private static func parquetFiles(_ path: String, _ tableName: String?) throws -> [Group] {
    guard let store = try? DirectoryStore(path: path) else {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      return [(tableName ?? String(name.dropLast(8)), [(path, try LocalFile(path: path))])]
    }
    let listed = try blocking { try await store.list(prefix: "") }
    var folders: [String: [ObjectSummary]] = [:]
    if listed.contains(where: { $0.key == DumpListing.receiptKey }) {
      let listing = try blocking { try await DumpListing(store) }
      let findings = listing.check.findings
      guard Outcome(findings) == .done else {
        throw OperationError(
          Outcome(findings), "cannot export \(path): the dump is not whole",
          hint: "`receipt verify` says more; nothing was written", findings: findings)
      }
      for table in listing.check.tables {
        folders[table.name] = table.files.map { listing.summary(of: $0) }
      }
    } else {
      let files = listed.filter { $0.key.hasSuffix(".parquet") }
      if files.isEmpty {
        throw OperationError(
          .failed, "cannot export \(path): there are no Parquet files in it",
          hint: "csv:\(path) and ndjson:\(path) read files of these kinds")
      }
      for file in files {
        let parts = file.key.split(separator: "/").map(String.init)
        let table = parts.count == 1 ? tableName ?? String(file.key.dropLast(8)) : parts[0]
        folders[table, default: []].append(file)
      }
    }
    return try folders.sorted { $0.key < $1.key }.map { table, files in
      (
        table,
        try files.sorted { $0.key < $1.key }.map { ("\(path)/\($0.key)", try store.open($0)) }
      )
    }
  }

  private static func chosen(
    _ names: [String]?, of groups: [Group], _ path: String
  ) throws -> [Group] {
    guard let names else { return groups }
    return try names.map { name in
      guard let group = groups.first(where: { $0.table == name }) else {
        throw OperationError(
          .usage, "cannot export \(path): it has no table \(name)",
          hint: "it has " + groups.map(\.table).joined(separator: ", "))
      }
      return group
    }
  }
}
