import Dump
import ObjectStorage
import Parquet

/// Breaks a dump that has been written as it should be.
///
/// What a careless exporter does not notice is in the manifest as well: lost rows, a file that is
/// there twice. What happens to files on their way or afterwards is not.
struct ExportFaults {
  private let faults: [ExportFault]
  private let store: any ObjectStore
  private let options: WriterOptions
  /// The manifest that goes with the broken dump.
  private(set) var manifest: Manifest

  init(
    _ faults: [ExportFault], of manifest: Manifest, in store: any ObjectStore,
    options: WriterOptions
  ) {
    self.faults = faults
    self.manifest = manifest
    self.store = store
    self.options = options
  }

  /// Breaks it.
  ///
  /// - Throws: ``OperationError`` for a table that does not exist; what the store throws.
  mutating func apply() async throws {
    for fault in faults { try await apply(fault) }
  }

  private mutating func apply(_ fault: ExportFault) async throws {
    let index = try tableIndex(of: fault)
    let table = manifest.tables[index]
    guard let first = table.files.first, let last = table.files.last else {
      throw OperationError(.usage, "cannot break table \(table.name): it has no files")
    }
    switch fault.kind {
    case .missingFile: try await store.delete(last.key)
    case .earlyReceipt:
      for file in table.files { try await store.delete(file.key) }
    case .extraFile:
      try await store.put(key(of: table, after: last), try await bytes(of: first))
    case .truncatedFooter:
      try await store.put(last.key, Array(try await bytes(of: last).dropLast(100)))
    case .flippedByte:
      var bytes = try await bytes(of: first)
      let file = try ParquetFile(name: first.key, source: MemorySource(bytes))
      guard let chunk = file.metadata.rowGroups.first?.columns.first else {
        throw OperationError(.usage, "cannot break table \(table.name): its first file has no rows")
      }
      bytes[Int(chunk.startOffset + chunk.totalCompressedByteCount) - 1] ^= 1
      try await store.put(first.key, bytes)
    case .schemaChange: try await store.put(last.key, try foreign(rowCount: last.rows))
    case .emptyTable:
      for file in table.files.indices { try await empty(index, file) }
    case .rowsDropped:
      guard table.files.dropFirst().contains(where: { $0.rows > 0 }) else {
        throw OperationError(
          .usage, "cannot drop rows of table \(table.name): it has one file with rows",
          hint: "--files 2 makes more; empty-table drops the rows of all files")
      }
      for file in table.files.indices.dropFirst() { try await empty(index, file) }
    case .duplicateRows:
      var copy = first
      copy.key = key(of: table, after: last)
      try await store.put(copy.key, try await bytes(of: first))
      replaceFiles(of: index, by: table.files + [copy])
    case .spaceInKey:
      var renamed = last
      renamed.key = String(last.key.dropLast(8)) + " .parquet"
      try await store.put(renamed.key, try await bytes(of: last))
      try await store.delete(last.key)
      replaceFiles(of: index, by: table.files.dropLast() + [renamed])
    }
  }

  private func tableIndex(of fault: ExportFault) throws -> Int {
    if let name = fault.table {
      guard let index = manifest.tables.firstIndex(where: { $0.name == name }) else {
        throw OperationError(
          .usage, "cannot break table \(name): there is no such table",
          hint: "there are " + manifest.tables.map(\.name).joined(separator: ", "))
      }
      return index
    }
    return manifest.tables.lastIndex { $0.rows > 0 } ?? manifest.tables.count - 1
  }

  private func bytes(of file: Manifest.File) async throws -> [UInt8] {
    try await store.get(file.key, limit: Int(file.bytes))
  }

  /// The key of a file more.
  private func key(of table: Manifest.Table, after last: Manifest.File) -> String {
    DumpKeys.file(table.files.count, of: table.name, in: DumpLabel(manifest.timestamp))
  }

  private mutating func replaceFiles(of table: Int, by files: [Manifest.File]) {
    let old = manifest.tables[table]
    manifest.tables[table] = Manifest.Table(name: old.name, columns: old.columns, files: files)
  }

  /// Replaces a file by one without rows.
  private mutating func empty(_ table: Int, _ index: Int) async throws {
    var files = manifest.tables[table].files
    let schema = try ParquetFile(
      name: files[index].key, source: MemorySource(try await bytes(of: files[index]))
    ).schema
    let bytes = try ParquetWriter(schema: schema, options: options).finish()
    try await store.put(files[index].key, bytes)
    files[index].rows = 0
    files[index].bytes = Int64(bytes.count)
    files[index].crc64nvme = base64(bigEndian: CRC.crc64NVME.check(bytes))
    replaceFiles(of: table, by: files)
  }

  /// A file of so many rows with a column that no table has.
  private func foreign(rowCount: Int64) throws -> [UInt8] {
    let schema = try Schema(fields: [.int64("unexpected")])
    let rows = try RowGroupBuilder(schema: schema, options: options)
    try rows.columns[0].appendNulls(Int(rowCount))
    let writer = try ParquetWriter(schema: schema, options: options)
    return try writer.write(rows) + writer.finish()
  }
}
