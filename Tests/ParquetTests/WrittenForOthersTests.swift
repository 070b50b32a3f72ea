import Foundation
import Testing

@testable import Parquet

/// What other implementations read of written files.
@Suite(.enabled(if: Oracle.isThere, "set RECEIPT_PYTHON to a Python with pyarrow"))
struct `Files written for others` {
  @Test func `pyarrow and its peers read random tables as they were written`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let folder = try TemporaryFolder()
    for index in 0..<30 {
      let rowCount = Int.random(in: 0...150, using: &random)
      let table = try RandomTable(
        seed: seed &+ UInt64(index), rowCount: rowCount, isFlat: index % 3 == 0)
      let options = WriterOptions.random(&random)
      let bytes = try file(of: table.rows, table.schema, options)
      let rows = try canonicalRows(bytes)
      try folder.write(bytes, to: "\(index).parquet")
      try folder.write(Array(rows.map { $0 + "\n" }.joined().utf8), to: "\(index).jsonl")
      try folder.write(Array("\(options)".utf8), to: "\(index).options")
    }
    let report = try Oracle.run("compare_written.py", folder.url.path)
    #expect(report.contains("30 by pyarrow"), "seed \(seed)")
  }

  @Test func `statistics are those that pyarrow writes, and find every value`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let folder = try TemporaryFolder()
    for index in 0..<30 {
      let table = try RandomTable(
        seed: seed &+ UInt64(index), rowCount: Int.random(in: 1...100, using: &random), isFlat: true
      )
      var options = WriterOptions.random(&random)
      options.encoding = nil
      options.rowGroupRowLimit = 1 << 20
      try folder.write(try file(of: table.rows, table.schema, options), to: "\(index).parquet")
    }
    let report = try Oracle.run("check_statistics.py", folder.url.path)
    #expect(report.hasPrefix("checked:"), "seed \(seed)")
  }

  @Test(.enabled(if: Oracle.has("duckdb"), "the Python interpreter has no DuckDB"))
  func `DuckDB finds all values in a bloom filter, and few that are not there`() throws {
    let schema = try Schema(fields: [.string("id", isOptional: false), .int64("number")])
    let rows = (0..<2_000).map { "{\"id\":\"id-\($0)\",\"number\":\($0 * 7)}" }
    var options = WriterOptions()
    options.bloomFilter = WriterOptions.BloomFilter()
    let folder = try TemporaryFolder()
    try folder.write(try file(of: rows, schema, options), to: "bloom.parquet")
    let path = folder.url.appending(path: "bloom.parquet").path
    for column in ["id", "number"] {
      func value(_ index: Int) -> String { column == "id" ? "id-\(index)" : "\(index * 7)" }
      let values = (0..<400).map { value($0 * 5) } + (0..<400).map { value($0 + 10_000) }
      let answers = try Oracle.run(
        "probe_bloom_filters.py", path, column, input: values.joined(separator: "\n")
      ).split(separator: "\n").map(String.init)
      #expect(answers.count == values.count)
      #expect(answers.prefix(400).allSatisfy { $0 == "0" })
      // A filter with 10.5 bits a value or more gives 1 % false positives.
      #expect(answers.suffix(400).filter { $0 == "0" }.count < 25)
    }
  }
}
