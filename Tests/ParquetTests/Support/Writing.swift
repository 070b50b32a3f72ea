@testable import Parquet

/// Writes rows given as JSON objects; the file's bytes.
func file(
  of rows: [String], _ schema: Schema, _ options: WriterOptions = WriterOptions(),
  flushedEvery batch: Int = 1_000
) throws -> [UInt8] {
  let writer = try ParquetWriter(schema: schema, options: options)
  let builder = try RowGroupBuilder(schema: schema, options: options)
  let shredder = JSONShredder(schema)
  var bytes: [UInt8] = []
  for row in rows {
    try shredder.append(Array(row.utf8).span)
    if shredder.rowCount >= min(batch, builder.roomForRows) {
      try shredder.flush(into: builder)
      if builder.isFull { bytes += try writer.write(builder) }
    }
  }
  try shredder.flush(into: builder)
  bytes += try writer.write(builder)
  return bytes + (try writer.finish())
}

/// Reads a file and writes it anew.
func rewritten(
  _ bytes: [UInt8], _ options: WriterOptions, batch: Int = 1_000
) throws -> [UInt8] {
  let source = MemorySource(bytes)
  let file = try ParquetFile(name: "test.parquet", source: source)
  let writer = try ParquetWriter(schema: file.schema, options: options)
  let builder = try RowGroupBuilder(schema: file.schema, options: options)
  var result: [UInt8] = []
  for rowGroup in file.metadata.rowGroups.indices {
    let reader = try RowGroupReader(file, rowGroup: rowGroup, source: source)
    while case let count = try reader.readBatch(rows: max(1, min(batch, builder.roomForRows))),
      count > 0
    {
      if reader.columns.isEmpty { builder.appendBareRows(count) }
      try builder.append(reader.columns)
      if builder.isFull { result += try writer.write(builder) }
    }
  }
  result += try writer.write(builder)
  return result + (try writer.finish())
}

/// The sentences in which a file's statistics contradict its values.
func contradictions(in bytes: [UInt8]) throws -> [String] {
  let source = MemorySource(bytes)
  let file = try ParquetFile(name: "test.parquet", source: source)
  var sentences: [String] = []
  for rowGroup in file.metadata.rowGroups.indices {
    let reader = try RowGroupReader(file, rowGroup: rowGroup, source: source)
    var ranges = file.schema.leaves.map { ValueRange($0) }
    while try reader.readBatch(rows: 500) > 0 {
      for (index, column) in reader.columns.enumerated() { ranges[index].add(column) }
    }
    for (index, range) in ranges.enumerated() {
      let chunk = file.metadata.rowGroups[rowGroup].columns[index]
      sentences += range.contradictions(
        of: chunk.statistics, hasColumnOrders: file.metadata.hasColumnOrders
      ).map { "\(chunk.path): \($0)" }
    }
  }
  return sentences
}
