import Dump
import TestSupport
import Testing

@testable import Operations

/// The parts of pages that are computed: axes, numbers, classes of sizes, contrast.
struct PageTests {
  @Test func `an axis ends at a round number above the largest value, in at most four steps`() {
    var random = SeededGenerator()
    let chosen = (0..<2_000).map { _ in
      Int64.random(in: 0...(Int64(1) << Int64.random(in: 0...62, using: &random)), using: &random)
    }
    for value in chosen + [0, 1, 2, 3, 4, 5, 9, 10, 11, 999, 1_000, 1_001, .max] {
      for unit in [ValueAxis.Unit.count, .bytes] {
        let axis = ValueAxis(upTo: value, unit)
        #expect(axis.top >= Double(value), "\(value), seed \(random.seed)")
        #expect((2...5).contains(axis.ticks.count), "\(value), seed \(random.seed)")
        // No more than half of it is empty, unless there is hardly anything.
        #expect(value < 1 || axis.top <= max(1, Double(value) * 2), "\(value)")
        let step = axis.ticks[1].value
        var lead = step
        while lead >= 10 { lead /= 10 }
        #expect([1, 2, 5].contains { abs($0 - lead) < 1e-9 }, "\(value): \(step)")
        #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count, "\(value)")
        #expect(axis.ticks.allSatisfy { $0.label.count <= 8 }, "\(axis.ticks.map(\.label))")
      }
    }
    #expect(
      ValueAxis(upTo: 1_234_567, .count).ticks.map(\.label) == ["0", "0.5 M", "1 M", "1.5 M"])
    #expect(
      ValueAxis(upTo: 77_000, .bytes).ticks.map(\.label)
        == ["0", "20 kB", "40 kB", "60 kB", "80 kB"])
    #expect(ValueAxis(upTo: 0, .count).ticks.map(\.label) == ["0", "1"])
  }

  @Test func `days on an axis of time are few, in order, and within it`() throws {
    var random = SeededGenerator()
    let start = try Timestamp(parsing: "2026-11-20T04:03:07Z")
    for _ in 0..<500 {
      let most = Int64(86_400) << Int64.random(in: 0...13, using: &random)
      let span = Int64.random(in: 0...most, using: &random)
      let end = try #require(start.advanced(by: .seconds(span)))
      let axis = TimeAxis(from: start, to: end)
      let places = axis.ticks.map(\.place)
      #expect(places.count <= 9, "\(span), seed \(random.seed)")
      #expect(places == places.sorted() && places.allSatisfy { (0...1).contains($0) })
      #expect(axis.ticks.count { !$0.isMinor } <= 5)
      let ends = try [#require(axis.place(start)), #require(axis.place(end))]
      #expect(ends[0] >= 0 && ends[1] <= 1 && ends[0] <= ends[1])
    }
    let axis = TimeAxis(from: start, to: start)
    #expect(axis.ticks.map(\.label) == ["11-20"])
    #expect(axis.place(start) == 0.5)
  }

  @Test func `files are counted in classes of size, each once`() {
    var random = SeededGenerator()
    for _ in 0..<300 {
      let most = Int64(1) << Int64.random(in: 0...62, using: &random)
      let sizes = (0..<Int.random(in: 1...60, using: &random)).map { _ in
        Int64.random(in: 0...most, using: &random)
      }
      let classes = Report.SizeClass.classes(of: sizes)
      #expect(classes.reduce(0) { $0 + $1.files } == sizes.count, "\(sizes), \(random.seed)")
      #expect(zip(classes, classes.dropFirst()).allSatisfy { $0.below == $1.from })
      #expect(classes.first?.files ?? 0 > 0 && classes.last?.files ?? 0 > 0)
      #expect(classes.count <= 20)
    }
    #expect(Report.SizeClass.classes(of: []).isEmpty)
    #expect(Report.SizeClass.classes(of: [0, .max, .max]).reduce(0) { $0 + $1.files } == 3)
    #expect(
      Report.SizeClass.classes(of: [999, 1_000, 1_999, 5_000]).map(\.files) == [1, 2, 0, 1])
  }

  @Test func `numbers are spelled for people`() {
    #expect(PageText.signed(-1_250) == "\u{2212}1,250")
    #expect(PageText.signed(1_250) == "+1,250")
    #expect(PageText.signed(0) == "±0")
    #expect(PageText.percent(0.375) == "37.5%")
    #expect(PageText.roundBytes(2_000) == "2 kB")
    #expect(PageText.bytes(123_456) == "123 kB")
    #expect(ReportPage.share(200, 203) == "+1.5%")
    #expect(ReportPage.share(1_000_000, 1_000_001) == "+0%")
    #expect(ReportPage.share(0, 5) == nil)
    #expect(ReportPage.share(200, 100) == "\u{2212}50%")
  }

  // https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
  private static func contrast(_ one: String, _ other: String) -> Double {
    func luminance(_ colour: String) -> Double {
      let digits = colour.count == 3 ? colour.map { "\($0)\($0)" }.joined() : colour
      let number = Int(digits, radix: 16) ?? 0
      let parts = [number >> 16 & 255, number >> 8 & 255, number & 255].map { part in
        let share = Double(part) / 255
        return share <= 0.04045 ? share / 12.92 : power((share + 0.055) / 1.055)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    // x^2.4 = x^2 · (x^2)^(1/5), the root by Newton's steps.
    func power(_ x: Double) -> Double {
      let square = x * x
      var root = 1.0
      for _ in 0..<60 {
        root -= (root * root * root * root * root - square) / (5 * root * root * root * root)
      }
      return square * root
    }
    let lights = [luminance(one), luminance(other)].sorted()
    return (lights[1] + 0.05) / (lights[0] + 0.05)
  }

  @Test func `every colour of text can be read on the ground and on cards, light and dark`() throws
  {
    #expect(abs(PageTests.contrast("000", "fff") - 21) < 0.01)
    #expect(abs(PageTests.contrast("777777", "ffffff") - 4.478) < 0.01)
    let style = HTMLPage.style.text
    let parts = style.split(separator: "prefers-color-scheme:dark", maxSplits: 1)
    let schemes = try parts.map { part -> [String: String] in
      let root = try #require(part.firstMatch(of: /:root\{([^}]*)\}/))
      let pairs = root.1.matches(of: /--([a-z]+):#([0-9a-f]+)/).map {
        (String($0.1), String($0.2))
      }
      return Dictionary(uniqueKeysWithValues: pairs)
    }
    #expect(schemes.count == 2)
    for scheme in schemes {
      #expect(scheme.count == 10)
      for ground in ["ground", "card"] {
        for ink in ["ink", "soft", "good", "bad", "warn", "busy", "other"] {
          let ratio = PageTests.contrast(
            try #require(scheme[ink]), try #require(scheme[ground]))
          #expect(ratio >= 4.5, "\(ink) on \(ground): \(ratio)")
        }
      }
    }
  }
}
