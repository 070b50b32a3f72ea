import Foundation
import TestSupport
import Testing

@testable import Dump

@Suite struct RowDropRuleTests {
  @Test(arguments: [
    ("20%", 20_000, "20%"), ("0%", 0, "0%"), ("100%", 100_000, "100%"), ("0.5%", 500, "0.5%"),
    ("12.345%", 12_345, "12.345%"), ("012.10%", 12_100, "12.1%"), ("0.001%", 1, "0.001%"),
  ])
  func `a percentage is read exactly`(text: String, thousandths: Int, printed: String) throws {
    let percentage = try Percentage(parsing: text)
    #expect(percentage.thousandths == thousandths)
    #expect(percentage.description == printed)
    let json = try JSONEncoder().encode([percentage])
    #expect(try JSONDecoder().decode([Percentage].self, from: json) == [percentage])
  }

  @Test(arguments: [
    "", "%", "20", "0.2", "20 %", " 20%", "20%%", "-1%", "+1%", "1e1%", ".5%", "5.%", "1.2.3%",
    "1.2345%", "100.001%", "101%", "99999999999999999999%", "twenty%", "２０%",
  ])
  func `anything else is refused with a hint`(text: String) throws {
    let error = try #require(throws: DumpError.self) { try Percentage(parsing: text) }
    #expect(error.code == .badPercentage)
    #expect(error.hint == "Write it like 20% or 0.5%.")
  }

  @Test(
    arguments: [
      ("20%", 100, 80, true), ("20%", 100, 79, false), ("20%", 100, 1_000_000, true),
      ("20%", 0, 0, true), ("20%", 0, 5, true), ("0%", 100, 100, true), ("0%", 100, 99, false),
      ("100%", 100, 0, true), ("99.999%", 100, 0, false), ("20%", 1, 0, false),
      ("33.333%", 3, 2, false), ("33.334%", 3, 2, true),
      ("50%", .max, .max / 2 + 1, true), ("50%", .max, .max / 2, false), ("100%", .max, 0, true),
      ("20%", .min, .min, true), ("20%", -5, -10, true), ("20%", 5, -1, false),
    ] as [(String, Int64, Int64, Bool)])
  func `only a drop beyond the limit is refused`(
    limit: String, before: Int64, after: Int64, isAllowed: Bool
  ) throws {
    let rule = RowDropRule(maxDrop: try Percentage(parsing: limit))
    #expect(rule.allows(before: before, after: after) == isAllowed)
    #expect((rule.finding(table: "t", before: before, after: after) == nil) == isAllowed)
  }

  @Test func `the finding says both numbers, the share and the flag`() throws {
    let rule = RowDropRule(maxDrop: try Percentage(parsing: "20%"))
    let finding = try #require(rule.finding(table: "events", before: 500_000, after: 399_999))
    #expect(finding.code == .rowsDropped)
    #expect(finding.place.table == "events")
    #expect(
      finding.message == "399,999 rows, and the earlier dump had 500,000: 20.001% fewer, "
        + "more than the 20% of --max-drop")
    #expect(Outcome([finding]) == .refused)
  }

  @Test func `random numbers are judged as exact fractions say`() {
    var random = SeededGenerator()
    for _ in 0..<5_000 {
      let before = Int64.random(in: 1...1_000_000, using: &random)
      let after = Int64.random(in: 0...1_200_000, using: &random)
      let limit = Int.random(in: 0...100_000, using: &random)
      guard let percentage = Percentage(thousandths: limit) else { continue }
      // Small enough for plain whole numbers.
      let expected = (before - after) * 100_000 <= before * Int64(limit)
      #expect(
        RowDropRule(maxDrop: percentage).allows(before: before, after: after) == expected,
        "\(before) → \(after), \(percentage), seed \(random.seed)")
    }
  }
}
