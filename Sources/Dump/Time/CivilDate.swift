/// A day of the Gregorian calendar, extended backwards to the year 0 (RFC 3339's years, 0000 to
/// 9999), and its number counted from 1970-01-01.
///
/// Whole-number arithmetic only.
struct CivilDate: Hashable {
  /// 0 to 9999.
  let year: Int
  /// 1 to 12.
  let month: Int
  /// 1 to 31.
  let day: Int

  /// Days from 0000-01-01 to 1970-01-01.
  private static let epoch = daysBeforeYear(1970)

  /// Days in a common year before each month.
  private static let daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  static func dayCount(year: Int, month: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days from 0000-01-01 to the first day of a year ≥ 0: 365 for each year, and one more for each
  /// leap year among 0 ..< year.
  ///
  /// 0 itself is one, hence the rounding up.
  private static func daysBeforeYear(_ year: Int) -> Int {
    365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400
  }

  /// A date whose fields the caller has checked.
  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date that many days after 1970-01-01; it must lie in the years 0000 to 9999.
  init(daysSinceEpoch: Int) {
    let days = daysSinceEpoch + Self.epoch
    // 400 years have 146,097 days. The quotient is right or one off; the loops correct it.
    var year = days * 400 / 146_097
    while Self.daysBeforeYear(year) > days { year -= 1 }
    while Self.daysBeforeYear(year + 1) <= days { year += 1 }
    var rest = days - Self.daysBeforeYear(year)
    var month = 1
    while rest >= Self.dayCount(year: year, month: month) {
      rest -= Self.dayCount(year: year, month: month)
      month += 1
    }
    self.init(year: year, month: month, day: rest + 1)
  }

  /// Days from 1970-01-01; negative before it.
  var daysSinceEpoch: Int {
    let leapDay = month > 2 && Self.isLeap(year) ? 1 : 0
    return Self.daysBeforeYear(year) + Self.daysBeforeMonth[month - 1] + leapDay + day - 1
      - Self.epoch
  }
}
