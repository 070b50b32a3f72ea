import Foundation

@testable import Parquet

/// The folder of the fixtures, beside the tests.
let fixtureFolder = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Fixtures")

/// The bytes of a local file.
func contents(of url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }

/// All rows of a file as JSON lines, canonical unless told otherwise.
///
/// Reading ends early once there are `rowLimit` rows or `byteLimit` bytes of text.
func canonicalRows(
  _ bytes: [UInt8], name: String = "test.parquet", columns: [String]? = nil,
  style: JSONStyle = .canonical, batch: Int = 1_024, rowLimit: Int = .max, byteLimit: Int = .max,
  context: ReadContext = ReadContext()
) throws -> [String] {
  let source = MemorySource(bytes)
  let file = try ParquetFile(name: name, source: source)
  let leaves = try columns.map { try file.schema.leaves(at: $0) }
  var rows = 0
  var text: [UInt8] = []
  for rowGroup in file.metadata.rowGroups.indices {
    let reader = try RowGroupReader(
      file, rowGroup: rowGroup, columns: leaves, source: source, context: context)
    let writer = JSONRowWriter(fields: file.schema.fields, vectors: reader.columns, style: style)
    while rows < rowLimit, text.count < byteLimit {
      let count = try reader.readBatch(rows: batch)
      if count == 0 { break }
      writer.beginBatch()
      for _ in 0..<count { try writer.appendRow() }
      rows += count
      text += writer.takeText()
    }
  }
  return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
}

/// The error of reading all rows of a file; `nil` if they can be read.
func failure(
  of bytes: [UInt8], name: String = "test.parquet", batch: Int = 1_024
) throws -> ParquetError? {
  do {
    _ = try canonicalRows(bytes, name: name, batch: batch)
    return nil
  } catch let error as ParquetError {
    return error
  }
}

/// All rows of a file, read in batches of random sizes.
func canonicalRowsInRandomBatches(_ bytes: [UInt8], seed: UInt64) throws -> [String] {
  var random = SeededRandom(seed: seed)
  let source = MemorySource(bytes)
  let file = try ParquetFile(name: "test.parquet", source: source)
  var text: [UInt8] = []
  for rowGroup in file.metadata.rowGroups.indices {
    let reader = try RowGroupReader(file, rowGroup: rowGroup, source: source)
    let writer = JSONRowWriter(
      fields: file.schema.fields, vectors: reader.columns, style: .canonical)
    while true {
      let count = try reader.readBatch(rows: Int.random(in: 1...50, using: &random))
      if count == 0 { break }
      writer.beginBatch()
      for _ in 0..<count { try writer.appendRow() }
      text += writer.takeText()
    }
  }
  return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
}
