import Foundation
import TestSupport
import Testing

@testable import Dump

@Suite struct TimestampTests {
  // The vendor's example, and the examples of RFC 3339 §5.8.
  @Test(arguments: [
    ("2023-03-14T04:03:07.963883Z", "2023-03-14T04:03:07.963883Z"),
    ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520000Z"),
    ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000000Z"),
    ("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870000Z"),
    ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"),
    ("2024-02-29t23:59:59.999999999z", "2024-02-29T23:59:59.999999999Z"),
    ("2000-02-29T00:00:00.1Z", "2000-02-29T00:00:00.100000Z"),
    ("2023-03-14T04:03:07.000001Z", "2023-03-14T04:03:07.000001Z"),
    ("2023-03-14T04:03:07.0000001Z", "2023-03-14T04:03:07.000000100Z"),
    ("2023-03-14T04:03:07-00:00", "2023-03-14T04:03:07.000000Z"),
    ("2023-12-31T23:59:59+23:59", "2023-12-31T00:00:59.000000Z"),
    ("2024-01-01T00:00:00+00:01", "2023-12-31T23:59:00.000000Z"),
    ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000000Z"),
    ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
    ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"),
  ])
  func `a timestamp is read and printed in UTC`(text: String, canonical: String) throws {
    let timestamp = try Timestamp(parsing: text)
    #expect(timestamp.description == canonical)
    #expect(try Timestamp(parsing: canonical) == timestamp)
  }

  @Test(arguments: [
    ("", "the year is not 4 digits"),
    ("2023", "it ends where \"-\" should follow"),
    ("2023-03-14", "it ends where \"T\" should follow"),
    ("2023-03-14 04:03:07Z", "\"T\" should stand at character 11"),
    ("2023-03-14T04:03Z", "\":\" should stand at character 17"),
    ("2023-03-14T04:03:07", "it has neither \"Z\" nor an offset such as \"+01:00\""),
    ("2023-03-14T04:03:07.Z", "no digit follows the point after the second"),
    ("2023-03-14T04:03:07,5Z", "\"Z\" or an offset should stand at character 20"),
    ("2023-03-14T04:03:07.1234567890Z", "the fraction has more than 9 digits"),
    ("2023-03-14T04:03:07+0100", "\":\" should stand at character 23"),
    ("2023-03-14T04:03:07+24:00", "the hour is 24, not 0 to 23"),
    ("2023-03-14T04:03:07+01:60", "the minute is 60, not 0 to 59"),
    ("2023-03-14T04:03:07Zjunk", "something follows after character 20"),
    ("2023-03-14T04:03:07Z\n", "something follows after character 20"),
    (" 2023-03-14T04:03:07Z", "the year is not 4 digits"),
    ("+002023-03-14T04:03:07Z", "the year is not 4 digits"),
    ("2023-00-14T04:03:07Z", "the month is 0, not 1 to 12"),
    ("2023-13-14T04:03:07Z", "the month is 13, not 1 to 12"),
    ("2023-03-00T04:03:07Z", "the day is 0, not 1 to 31"),
    ("2023-04-31T04:03:07Z", "April 2023 has 30 days, not 31"),
    ("2023-02-29T04:03:07Z", "February 2023 has 28 days, not 29"),
    ("1900-02-29T04:03:07Z", "February 1900 has 28 days, not 29"),
    ("2024-02-30T04:03:07Z", "February 2024 has 29 days, not 30"),
    ("2023-03-14T24:00:00Z", "the hour is 24, not 0 to 23"),
    ("2023-03-14T04:60:07Z", "the minute is 60, not 0 to 59"),
    ("1990-12-31T23:59:60Z", "second 60 is a leap second, which is not supported"),
    ("2023-03-14T04:03:61Z", "the second is 61, not 0 to 60"),
    ("0000-01-01T00:00:00+00:01", "in UTC it is not in the years 0000 to 9999"),
    ("9999-12-31T23:59:00-00:01", "in UTC it is not in the years 0000 to 9999"),
    ("２０２３-03-14T04:03:07Z", "the year is not 4 digits"),
  ])
  func `what is not a timestamp is refused with the reason`(text: String, why: String) {
    let error = #expect(throws: DumpError.self) { try Timestamp(parsing: text) }
    #expect(error?.code == .badTimestamp)
    #expect(error?.message.hasPrefix("cannot parse timestamp \"") == true)
    #expect(error?.message.hasSuffix("\": \(why)") == true, "\(error?.message ?? "")")
  }

  @Test func `a very long text is refused and not repeated in the message`() {
    let error = #expect(throws: DumpError.self) {
      try Timestamp(parsing: "2023-03-14T04:03:07Z" + String(repeating: "x", count: 1_000_000))
    }
    #expect((error?.message.utf8.count ?? .max) < 300)
  }

  /// Days counted one by one through all years, an algorithm that shares nothing with ours.
  @Test func `every day of the years 0000 to 9999 has its number`() {
    var days = -719_528
    var wrong: [String] = []
    for year in 0...9_999 {
      for month in 1...12 {
        var length = [1: 31, 3: 31, 5: 31, 7: 31, 8: 31, 10: 31, 12: 31][month] ?? 30
        if month == 2 {
          length = year % 400 == 0 ? 29 : year % 100 == 0 ? 28 : year % 4 == 0 ? 29 : 28
        }
        for day in [1, length] {
          let number = days + day - 1
          let date = CivilDate(year: year, month: month, day: day)
          if date.daysSinceEpoch != number || CivilDate(daysSinceEpoch: number) != date {
            wrong.append("\(year)-\(month)-\(day)")
          }
        }
        days += length
      }
    }
    #expect(wrong.isEmpty)
    #expect(days == 2_932_897)
  }

  @Test func `any instant prints and reads back, and Foundation agrees about it`() throws {
    var random = SeededGenerator()
    let seconds =
      Timestamp.earliest.secondsSinceEpoch...Timestamp.latest.secondsSinceEpoch
    // Foundation's calendar is Julian before 1582-10-15; ours is Gregorian throughout.
    let gregorian: Int64 = -12_219_292_800
    for _ in 0..<2_000 {
      let second = Int64.random(in: seconds, using: &random)
      let nanos = Int32.random(in: 0..<1_000_000_000, using: &random)
      let timestamp = try #require(Timestamp(secondsSinceEpoch: second, nanoseconds: nanos))
      #expect(try Timestamp(parsing: timestamp.description) == timestamp, "seed \(random.seed)")
      guard second > gregorian else { continue }
      let expected = Date(timeIntervalSince1970: Double(second)).formatted(.iso8601)
      #expect(
        timestamp.description.prefix(19) == expected.prefix(19),
        "second \(second), seed \(random.seed)")
    }
  }

  @Test func `texts in canonical form sort like their instants`() throws {
    var random = SeededGenerator()
    let all = (0..<500).compactMap { _ in
      Timestamp(
        secondsSinceEpoch: .random(in: -1_000_000...4_000_000_000, using: &random),
        nanoseconds: .random(in: 0..<1_000_000, using: &random) * 1_000)
    }
    #expect(all.count == 500)
    #expect(
      all.sorted().map(\.description) == all.map(\.description).sorted(), "seed \(random.seed)")
  }

  @Test func `a difference is exact, in both directions`() throws {
    let early = try Timestamp(parsing: "1969-12-31T23:59:59.999999999Z")
    let late = try Timestamp(parsing: "2023-03-14T04:03:07.963883Z")
    #expect(late.duration(since: early) == .seconds(1_678_766_587) + .nanoseconds(963_883_001))
    #expect(early.duration(since: late) == .zero - late.duration(since: early))
    #expect(
      Timestamp.latest.duration(since: .earliest)
        == .seconds(315_569_519_999) + .nanoseconds(999_999_999))
  }

  @Test func `moving by a difference arrives at the other instant`() throws {
    var random = SeededGenerator()
    for _ in 0..<500 {
      let one = try #require(Timestamp.random(using: &random))
      let other = try #require(Timestamp.random(using: &random))
      #expect(
        one.advanced(by: other.duration(since: one)) == other, "\(one) \(other) \(random.seed)")
    }
  }

  @Test func `moving by parts of a nanosecond rounds towards the past`() throws {
    let start = try Timestamp(parsing: "2023-03-14T04:03:07Z")
    #expect(start.advanced(by: Duration(secondsComponent: 0, attosecondsComponent: 999)) == start)
    #expect(
      start.advanced(by: Duration(secondsComponent: 0, attosecondsComponent: -1))?.description
        == "2023-03-14T04:03:06.999999999Z")
    #expect(
      start.advanced(by: Duration(secondsComponent: -1, attosecondsComponent: -1))?.description
        == "2023-03-14T04:03:05.999999999Z")
  }

  @Test func `moving beyond the years has no result`() {
    #expect(Timestamp.latest.advanced(by: .nanoseconds(1)) == nil)
    #expect(Timestamp.earliest.advanced(by: .nanoseconds(-1)) == nil)
    #expect(Timestamp.latest.advanced(by: .seconds(Int64.max)) == nil)
    #expect(Timestamp.earliest.advanced(by: .seconds(Int64.min)) == nil)
  }

  @Test func `values that are no instant of the years are not made`() {
    #expect(Timestamp(secondsSinceEpoch: 0, nanoseconds: -1) == nil)
    #expect(Timestamp(secondsSinceEpoch: 0, nanoseconds: 1_000_000_000) == nil)
    #expect(Timestamp(secondsSinceEpoch: .max) == nil)
    #expect(Timestamp(secondsSinceEpoch: .min) == nil)
    #expect(Timestamp.earliest.description == "0000-01-01T00:00:00.000000Z")
    #expect(Timestamp.latest.description == "9999-12-31T23:59:59.999999999Z")
  }

  @Test func `as JSON it is its text`() throws {
    let timestamp = try Timestamp(parsing: "2023-03-14T04:03:07.963883Z")
    let json = try JSONEncoder().encode([timestamp])
    #expect(String(decoding: json, as: UTF8.self) == #"["2023-03-14T04:03:07.963883Z"]"#)
    #expect(try JSONDecoder().decode([Timestamp].self, from: json) == [timestamp])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Timestamp].self, from: Data(#"["yesterday"]"#.utf8))
    }
  }
}

extension Timestamp {
  static func random(using random: inout SeededGenerator) -> Timestamp? {
    Timestamp(
      secondsSinceEpoch: .random(
        in: earliest.secondsSinceEpoch...latest.secondsSinceEpoch, using: &random),
      nanoseconds: .random(in: 0..<1_000_000_000, using: &random))
  }
}
