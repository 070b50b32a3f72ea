import Foundation
import Testing

@testable import Parquet

/// Changed fixtures: each must be read or refused, never crash, and the suite must stay quick.
///
/// `RECEIPT_FUZZ` sets the number of files, `RECEIPT_FUZZ_SEED` the seed of a run to repeat.
@Suite struct `Mutated files` {
  private static let environment = ProcessInfo.processInfo.environment

  @Test func `every mutation is read or refused`() throws {
    let seed =
      Self.environment["RECEIPT_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    let count = Self.environment["RECEIPT_FUZZ"].flatMap { Int($0) } ?? 3_000
    print("fuzz seed \(seed)")
    var random = SeededRandom(seed: seed)
    let files = try FileManager.default.contentsOfDirectory(atPath: fixtureFolder.path)
      .filter { $0.hasSuffix(".parquet") }.sorted()
      .map { try contents(of: fixtureFolder.appending(path: $0)) }
      .filter { $0.count < 10_000 }
    let context = ReadContext(bufferLimit: 1 << 20)
    var refused = 0
    let start = ContinuousClock.now
    for _ in 0..<count {
      guard let original = files.randomElement(using: &random),
        let other = files.randomElement(using: &random)
      else { break }
      let mutated = mutation(of: original, other, &random)
      do {
        let rows = try canonicalRows(
          mutated, batch: [1, 7, 1_024].randomElement(using: &random) ?? 1, rowLimit: 5_000,
          byteLimit: 1 << 22, context: context)
        if rows.count < 100 { try checkRewriting(mutated, rows, &random, seed) }
      } catch is ParquetError {
        refused += 1
      }
      // Slow machines look at fewer files.
      if Self.environment["RECEIPT_FUZZ"] == nil, ContinuousClock.now - start > .seconds(8) {
        break
      }
    }
    #expect(refused > 0, "seed \(seed)")
  }

  /// What can be read can be written, whatever it is, and stays the same.
  private func checkRewriting(
    _ bytes: [UInt8], _ rows: [String], _ random: inout SeededRandom, _ seed: UInt64
  ) throws {
    var options = WriterOptions.random(&random)
    options.rowGroupRowLimit = 50
    let written = try rewritten(bytes, options)
    #expect(try canonicalRows(written) == rows, "seed \(seed)")
  }

  @Test func `every mutation of JSON is taken or refused`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    var counts = (taken: 0, refused: 0)
    for _ in 0..<40 {
      let table = try RandomTable(seed: random.next(), rowCount: 5)
      let shredder = JSONShredder(table.schema)
      let rows = try RowGroupBuilder(schema: table.schema)
      for _ in 0..<100 {
        guard let row = table.rows.randomElement(using: &random) else { break }
        var text = Array(row.utf8)
        let position = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: text[position] = .random(in: 0...255, using: &random)
        case 1: text.removeSubrange(position..<min(position + 3, text.count))
        case 2: text = Array(text[..<position])
        default:
          text.insert(
            contentsOf: Array("\"{[1,null]}\\".utf8).shuffled(using: &random), at: position)
        }
        do throws(ParquetError) {
          try shredder.append(text.span)
          counts.taken += 1
        } catch {
          #expect(error.code == .value, "seed \(seed)")
          counts.refused += 1
        }
      }
      let rowCount = shredder.rowCount
      try shredder.flush(into: rows)
      let writer = try ParquetWriter(schema: table.schema)
      let bytes = try writer.write(rows) + writer.finish()
      #expect(try canonicalRows(bytes).count == rowCount, "seed \(seed)")
    }
    #expect(counts.taken > 0 && counts.refused > 0, "seed \(seed)")
  }

  /// One to four changes, half of them in the footer; its length is put right afterwards, so that
  /// most files get beyond the first check.
  private func mutation(
    of original: [UInt8], _ other: [UInt8], _ random: inout SeededRandom
  ) -> [UInt8] {
    var bytes = original
    let footerLength = original[(original.count - 8)..<(original.count - 4)].reversed()
      .reduce(0) { $0 << 8 | Int($1) }
    let footer = max(4, original.count - 8 - footerLength)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let end = max(bytes.count - 8, 5)
      let inFooter = Bool.random(using: &random) && footer < end
      let position = Int.random(in: inFooter ? footer..<end : 4..<end, using: &random)
      change(&bytes, at: position, other, &random)
      if bytes.count < 16 { return bytes }
    }
    if Int.random(in: 0..<8, using: &random) > 0 {
      let length = littleEndian(UInt32(max(bytes.count - 8 - footer, 0)))
      bytes.replaceSubrange((bytes.count - 8)..., with: length + Array("PAR1".utf8))
    }
    return bytes
  }

  private func change(
    _ bytes: inout [UInt8], at position: Int, _ other: [UInt8], _ random: inout SeededRandom
  ) {
    let numbers: [UInt64] = [
      0, 1, 127, 128, 65_535, 1 << 31 - 1, 1 << 31, 1 << 32 - 1, 1 << 63, .max,
    ]
    let length = min(Int.random(in: 1...16, using: &random), bytes.count - position)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[position] = .random(in: 0...255, using: &random)
    case 2:
      // A variable-length integer, in place of the one that may stand here.
      var end = position
      while end < bytes.count - 1, bytes[end] & 0x80 != 0 { end += 1 }
      bytes.replaceSubrange(
        position...end, with: varint(numbers.randomElement(using: &random) ?? 0))
    case 3: bytes.removeSubrange(position..<position + length)
    case 4:
      bytes.insert(
        contentsOf: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) },
        at: position)
    case 5:
      let from = Int.random(in: 0..<max(other.count - length, 1), using: &random)
      bytes.replaceSubrange(
        position..<position + length, with: other[from..<min(from + length, other.count)])
    default:
      let number = numbers.randomElement(using: &random) ?? 0
      for (index, byte) in littleEndian(UInt32(truncatingIfNeeded: number)).enumerated()
      where position + index < bytes.count { bytes[position + index] = byte }
    }
  }
}
