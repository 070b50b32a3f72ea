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
}
