/// A moment of civil time in whole seconds, in the forms that AWS writes and wants.
package struct WallTime: Sendable, Hashable, Comparable {
  /// Seconds since 1970-01-01T00:00:00Z.
  package var secondsSinceEpoch: Int64

  /// A moment from its seconds.
  package init(secondsSinceEpoch: Int64) { self.secondsSinceEpoch = secondsSinceEpoch }

  /// Whether a moment is before another.
  package static func < (left: WallTime, right: WallTime) -> Bool {
    left.secondsSinceEpoch < right.secondsSinceEpoch
  }

  /// The moment some seconds later.
  package func adding(seconds: Int64) -> WallTime {
    WallTime(secondsSinceEpoch: secondsSinceEpoch + seconds)
  }

  // MARK: Texts of signatures

  /// `20130524`.
  package var basicDate: String { String(basic.prefix(8)) }

  /// `20130524T000000Z`.
  package var basic: String {
    let days = Int((Double(secondsSinceEpoch) / 86_400).rounded(.down))
    let second = Int(secondsSinceEpoch) - days * 86_400
    let date = WallTime.civil(days: days)
    return WallTime.padded(date.year, 4) + WallTime.padded(date.month, 2)
      + WallTime.padded(date.day, 2) + "T" + WallTime.padded(second / 3_600, 2)
      + WallTime.padded(second / 60 % 60, 2) + WallTime.padded(second % 60, 2) + "Z"
  }

  private static func padded(_ value: Int, _ count: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }

  // MARK: Parsing

  /// A moment from `2026-01-01T00:00:00Z`, with or without a fraction, or with `+00:00`.
  ///
  /// `20260101T000000Z` is read too.
  package init?(iso8601 text: String) {
    if let time = WallTime(plain: text) {
      self = time
      return
    }
    guard
      let match = text.wholeMatch(
        of: /(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d):?(\d\d):?(\d\d)(\.\d+)?(Z|UTC|[+-]\d\d:?\d\d)?/),
      let year = Int(match.1), let month = Int(match.2), let day = Int(match.3),
      let hour = Int(match.4), let minute = Int(match.5), let second = Int(match.6)
    else { return nil }
    var offset = 0
    if let zone = match.8, let sign = zone.first, sign == "+" || sign == "-" {
      let digits = zone.filter(\.isNumber)
      guard let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)) else {
        return nil
      }
      offset = (sign == "-" ? -60 : 60) * (hours * 60 + minutes)
    }
    self.init(year, month, day, hour, minute, second)
    secondsSinceEpoch -= Int64(offset)
  }

  /// A moment from exactly `2026-01-01T00:00:00Z`, or with a fraction: a listing has one for each of
  /// its objects, for which a regular expression takes far too long.
  private init?(plain text: String) {
    var fields = [0, 0, 0, 0, 0, 0]
    var field = 0
    var position = 0
    let count = text.utf8.count
    let separators: [UInt8] = Array("--T::".utf8)
    for byte in text.utf8 {
      switch position {
      case 4, 7, 10, 13, 16:
        guard byte == separators[field] else { return nil }
        field += 1
      case 0..<19:
        guard (0x30...0x39).contains(byte) else { return nil }
        fields[field] = fields[field] * 10 + Int(byte - 0x30)
      case count - 1: guard byte == UInt8(ascii: "Z") else { return nil }
      case 19: guard byte == UInt8(ascii: ".") else { return nil }
      default: guard (0x30...0x39).contains(byte) else { return nil }
      }
      position += 1
    }
    guard count == 20 || count > 21 else { return nil }
    self.init(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5])
  }

  /// A moment from a `Date` header: `Fri, 24 May 2013 00:00:00 GMT`.
  package init?(httpDate text: String) {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    guard
      let match = text.wholeMatch(of: /\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT/),
      let day = Int(match.1), let month = months.firstIndex(of: String(match.2)),
      let year = Int(match.3), let hour = Int(match.4), let minute = Int(match.5),
      let second = Int(match.6)
    else { return nil }
    self.init(year, month + 1, day, hour, minute, second)
  }

  private init?(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int) {
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    // Days from the civil date: years are taken to begin in March, so that the leap day is last.
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    self.init(secondsSinceEpoch: Int64(days * 86_400 + hour * 3_600 + minute * 60 + second))
  }

  private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1
    )
  }
}
