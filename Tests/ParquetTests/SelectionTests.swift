import Foundation
import Testing

@testable import Parquet

/// Some rows of a file, with those between them passed over.
@Suite struct `Chosen rows` {
  /// Reads rows that are chosen by chance, in batches of random sizes, and says which.
  private static func read(
    _ bytes: [UInt8], share: Double, using random: inout SeededRandom
  ) throws -> (rows: [String], numbers: [Int]) {
    let source = MemorySource(bytes)
    let file = try ParquetFile(name: "test.parquet", source: source)
    let context = ReadContext()
    var text: [UInt8] = []
    var numbers: [Int] = []
    var first = 0
    for rowGroup in file.metadata.rowGroups.indices {
      let reader = try RowGroupReader(file, rowGroup: rowGroup, source: source, context: context)
      let writer = JSONRowWriter(
        fields: file.schema.fields, vectors: reader.columns, style: .canonical)
      var wanted = (0..<reader.rowCount).filter { _ in
        Double.random(in: 0..<1, using: &random) < share
      }
      while !wanted.isEmpty {
        var ranges: [Range<Int64>] = []
        for row in wanted.prefix(Int.random(in: 1...60, using: &random)) {
          if let last = ranges.last, last.upperBound == row {
            ranges[ranges.count - 1] = last.lowerBound..<(row + 1)
          } else {
            ranges.append(row..<(row + 1))
          }
        }
        let count = try reader.readBatch(of: ranges)
        #expect(count > 0)
        if count == 0 { break }
        writer.beginBatch()
        for _ in 0..<count { try writer.appendRow() }
        text += writer.takeText()
        numbers += wanted.prefix(count).map { first + Int($0) }
        wanted.removeFirst(count)
      }
      reader.finishEarly()
      first += Int(reader.rowCount)
    }
    let rows = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    return (rows, numbers)
  }

  private static func compare(_ bytes: [UInt8], _ name: String, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let all = try canonicalRows(bytes, name: name)
    for share in [0.01, 0.2, 0.9] {
      let (rows, numbers) = try read(bytes, share: share, using: &random)
      #expect(rows == numbers.map { all[$0] }, "\(name), seed \(seed)")
    }
  }

  @Test(arguments: 0..<24)
  func `random tables give the same rows as when all are read`(round: Int) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let table = try RandomTable(
      seed: seed, rowCount: Int.random(in: 1...900, using: &random), isFlat: round % 3 == 0)
    let options = WriterOptions.random(&random, for: table.schema)
    try Self.compare(try file(of: table.rows, table.schema, options), "random", seed: seed)
  }

  @Test(.enabled(if: Corpus.isThere, "the corpus is not there; set RECEIPT_CORPUS to its folder"))
  func `files of other writers give the same rows as when all are read`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    let index = try Data(contentsOf: Corpus.folder.appending(path: "index.json"))
    let entries = try JSONDecoder().decode(Corpus.Index.self, from: index).files
    for entry in entries where entry.expectation.kind == "rows" {
      let bytes = try contents(of: Corpus.folder.appending(path: entry.file))
      if bytes.count > 300_000 { continue }
      try Self.compare(bytes, entry.file, seed: seed)
    }
  }
}
