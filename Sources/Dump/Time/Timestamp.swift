/// The instant of a dump, in UTC, to the nanosecond: what identifies a dump everywhere.
///
/// - The year is 0000 to 9999, as in RFC 3339. There are no leap seconds: a day has 86,400 seconds.
/// - Two timestamps are equal when they are the same instant, however they were written.
///
/// The receipt writes it with six digits of fraction: `2023-03-14T04:03:07.963883Z`.
public struct Timestamp: Sendable, Hashable {
  /// Whole seconds since 1970-01-01T00:00:00Z, negative before it.
  public let secondsSinceEpoch: Int64

  /// Nanoseconds after the whole second, 0 to 999,999,999, also before 1970.
  public let nanoseconds: Int32

  /// 0000-01-01T00:00:00Z, the earliest timestamp.
  public static let earliest = Timestamp(checkedSeconds: -62_167_219_200, nanoseconds: 0)

  /// 9999-12-31T23:59:59.999999999Z, the latest timestamp.
  public static let latest = Timestamp(
    checkedSeconds: 253_402_300_799, nanoseconds: 999_999_999)

  /// The instant that many seconds and nanoseconds after 1970-01-01T00:00:00Z.
  ///
  /// `nil` when the year would not be 0000 to 9999 or `nanoseconds` not 0 to 999,999,999.
  public init?(secondsSinceEpoch: Int64, nanoseconds: Int32 = 0) {
    guard
      (Self.earliest.secondsSinceEpoch...Self.latest.secondsSinceEpoch)
        .contains(secondsSinceEpoch), (0..<1_000_000_000).contains(nanoseconds)
    else { return nil }
    self.init(checkedSeconds: secondsSinceEpoch, nanoseconds: nanoseconds)
  }

  private init(checkedSeconds: Int64, nanoseconds: Int32) {
    self.secondsSinceEpoch = checkedSeconds
    self.nanoseconds = nanoseconds
  }

  /// How long after `other` this is; negative when it is before it.
  ///
  /// Exact.
  public func duration(since other: Timestamp) -> Duration {
    .seconds(secondsSinceEpoch - other.secondsSinceEpoch)
      + .nanoseconds(Int64(nanoseconds) - Int64(other.nanoseconds))
  }

  /// This instant moved by a duration, which may be negative; parts below a nanosecond are dropped
  /// towards the past.
  ///
  /// `nil` when the result leaves the years 0000 to 9999.
  public func advanced(by duration: Duration) -> Timestamp? {
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = secondsSinceEpoch.addingReportingOverflow(seconds)
    guard !overflow else { return nil }
    let billion: Int64 = 1_000_000_000
    // `components` truncates towards zero, so a negative duration has a negative fraction.
    var nanos = attoseconds / billion + Int64(nanoseconds)
    if attoseconds % billion < 0 { nanos -= 1 }
    var carry: Int64 = 0
    if nanos < 0 { (nanos, carry) = (nanos + billion, -1) }
    if nanos >= billion { (nanos, carry) = (nanos - billion, 1) }
    let (total, carried) = whole.addingReportingOverflow(carry)
    guard !carried else { return nil }
    return Timestamp(secondsSinceEpoch: total, nanoseconds: Int32(nanos))
  }

  var daysSinceEpoch: Int { Int(Self.floorDivide(secondsSinceEpoch, 86_400)) }

  var secondOfDay: Int { Int(secondsSinceEpoch - Int64(daysSinceEpoch) * 86_400) }

  static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
    let quotient = number / divisor
    return number % divisor < 0 ? quotient - 1 : quotient
  }
}

extension Timestamp: Comparable {
  /// Whether the left instant is before the right one.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    (left.secondsSinceEpoch, left.nanoseconds) < (right.secondsSinceEpoch, right.nanoseconds)
  }
}

extension Timestamp: CustomStringConvertible {
  /// `2023-03-14T04:03:07.963883Z`: always UTC, six digits of fraction, or nine where the last
  /// three are not zero.
  ///
  /// ``init(parsing:)`` reads it back to an equal value.
  public var description: String {
    let second = secondOfDay
    let fraction =
      nanoseconds % 1_000 == 0
      ? padded(Int(nanoseconds) / 1_000, 6) : padded(Int(nanoseconds), 9)
    return CivilDate(daysSinceEpoch: daysSinceEpoch).description + "T"
      + padded(second / 3_600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2)
      + "." + fraction + "Z"
  }
}

extension Timestamp: TextCodable {}

extension CivilDate: CustomStringConvertible {
  /// `2023-03-14`.
  var description: String { padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) }
}

/// A number that is not negative with zeros before it, at least `width` digits.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
