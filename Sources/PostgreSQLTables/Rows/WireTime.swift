/// Dates and times as the server sends them, which count from the year 2000, as Parquet counts them.
///
/// Source: <https://github.com/postgres/postgres> `src/include/datatype/timestamp.h`.
enum WireTime {
  /// From 1970-01-01 to 2000-01-01.
  private static let dayCount: Int32 = 10_957
  private static let microsecondCount: Int64 = 946_684_800_000_000
  private static let microsecondsOfDay: Int64 = 86_400_000_000

  /// Days since 1970.
  ///
  /// - Throws: ``CopyFailure`` for the infinities.
  @inline(__always)
  static func days(_ value: Int32) throws(CopyFailure) -> Int32 {
    let (days, isBeyond) = value.addingReportingOverflow(dayCount)
    guard value != .min, !isBeyond else { throw infinite(value < 0, "DATE") }
    return days
  }

  /// Microseconds since 1970.
  ///
  /// - Throws: ``CopyFailure`` for the infinities, and for the years from 294247 on.
  @inline(__always)
  static func microseconds(_ value: Int64) throws(CopyFailure) -> Int64 {
    if value == .min || value == .max { throw infinite(value < 0, "TIMESTAMP") }
    let (microseconds, isBeyond) = value.addingReportingOverflow(microsecondCount)
    guard !isBeyond else {
      throw CopyFailure(
        "a timestamp after 294247-01-10 has no 64 bits for its microseconds", .value)
    }
    return microseconds
  }

  /// Microseconds since midnight.
  ///
  /// - Throws: ``CopyFailure`` for 24:00:00, which Parquet does not have.
  @inline(__always)
  static func timeOfDay(_ value: Int64) throws(CopyFailure) -> Int64 {
    guard value >= 0, value < microsecondsOfDay else {
      throw CopyFailure("a time of 24:00:00 or more is no TIME", .value)
    }
    return value
  }

  private static func infinite(_ isBeginning: Bool, _ type: String) -> CopyFailure {
    CopyFailure("\(isBeginning ? "-infinity" : "infinity") is no \(type)", .infinity)
  }
}
