import Testing

@testable import Parquet

/// Random tables and options: what is written reads as it was.
@Suite struct `Written files` {
  @Test(arguments: 0..<24)
  func `random tables come back as they were`(round: Int) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let rowCount = Int.random(in: 0...100, using: &random)
    let table = try RandomTable(seed: seed, rowCount: rowCount, isFlat: round % 3 == 0)
    let options = WriterOptions.random(&random, for: table.schema)
    let bytes = try file(of: table.rows, table.schema, options)
    let rows = try canonicalRows(bytes, style: .plain)
    #expect(rows.count == table.rows.count, "seed \(seed)")
    for (row, expected) in zip(rows, table.rows) where row != expected {
      Issue.record("seed \(seed): \(row) is not \(expected)")
      break
    }
    #expect(try contradictions(in: bytes) == [], "seed \(seed)")
    // Read by column vectors, with their dictionaries, and written in another way.
    let others = WriterOptions.random(&random, for: table.schema)
    let again = try rewritten(bytes, others)
    #expect(try canonicalRows(again, style: .plain) == table.rows, "seed \(seed)")
    #expect(try contradictions(in: again) == [], "seed \(seed)")
  }

  @Test(arguments: 0..<5)
  func `the same rows and options give the same bytes, in batches of any size`(round: Int) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let table = try RandomTable(seed: seed, rowCount: 1_300)
    var options = WriterOptions.random(&random, for: table.schema)
    options.rowGroupRowLimit = 1_200
    options.rowGroupByteLimit = 1 << 40
    let bytes = try file(of: table.rows, table.schema, options, flushedEvery: 1_200)
    #expect(
      try file(of: table.rows, table.schema, options, flushedEvery: 37) == bytes, "seed \(seed)")
    #expect(
      try rewritten(bytes, options, batch: 64) == rewritten(bytes, options, batch: 999),
      "seed \(seed)")
  }

  @Test(arguments: 0..<4)
  func `every column is the same with a dictionary that overflows`(round: Int) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let table = try RandomTable(seed: seed, rowCount: 1_300)
    for limit in [0, 100, 5_000] {
      var options = WriterOptions.random(&random, for: table.schema)
      options.usesDictionary = true
      options.dictionaryByteLimit = limit
      let bytes = try file(of: table.rows, table.schema, options)
      #expect(try canonicalRows(bytes, style: .plain) == table.rows, "seed \(seed)")
      let again = try rewritten(bytes, options)
      #expect(try canonicalRows(again, style: .plain) == table.rows, "seed \(seed)")
    }
  }
}
