import TestSupport

@testable import SQLiteTables

extension Block {
  /// Rows with values of every length class that the record format has.
  static func random(
    rowCount: Int, shapes: [Shape], longest: Int, using random: inout SeededGenerator
  ) -> Block {
    let values = shapes.map { shape -> [Value] in
      let nullShare = [0, 0, 5, 50].randomElement(using: &random) ?? 0
      let dictionary = (0..<7).map { _ in Value.randomCell(longest, using: &random) }
      return (0..<rowCount).map { _ in
        if Int.random(in: 0..<100, using: &random) < nullShare { return .null }
        return switch shape {
        case .null: .null
        case .integers: .integer(.randomInteger(using: &random))
        case .reals: .real(.randomReal(using: &random))
        case .cells: .randomCell(longest, using: &random)
        case .dictionary: dictionary.randomElement(using: &random) ?? .null
        }
      }
    }
    return Block(rowCount: rowCount, shapes: shapes, values: values)
  }
}

extension Value {
  static func randomCell(_ longest: Int, using random: inout SeededGenerator) -> Value {
    // Short ones mostly, so that a page holds several rows.
    let limit = Bool.random(using: &random) ? min(longest, 20) : longest
    let count = Int.random(in: 0...limit, using: &random)
    let letters = (0..<count).map { _ in UInt8.random(in: 0x20...0x7E, using: &random) }
    return Bool.random(using: &random) ? .text(letters) : .blob(letters)
  }
}

extension Int64 {
  /// Any number of significant bits is as likely as any other.
  static func randomInteger(using random: inout SeededGenerator) -> Int64 {
    Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0...63, using: &random)
  }
}

extension Double {
  /// Whole numbers, fractions, huge ones, both infinities and NaN.
  static func randomReal(using random: inout SeededGenerator) -> Double {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: Double(Int64.randomInteger(using: &random))
    case 1: Double(Int64.randomInteger(using: &random)) / 3
    case 2: [Double.infinity, -.infinity, .nan].randomElement(using: &random) ?? .nan
    case 3: Double(bitPattern: random.next())
    default: Double(Int64.random(in: -100_000...100_000, using: &random)) / 100
    }
  }
}
