/// Dates and times as text, by integer arithmetic in the proleptic Gregorian calendar.
///
/// Years 0 to 9999 have four digits; others have a sign and at least four digits, year 0 being
/// 1 BC.
extension Buffer where Element == UInt8 {
  /// Appends `YYYY-MM-DD` for days since 1970-01-01.
  package mutating func append(date days: Int64) {
    let (year, month, day) = civilDate(days)
    reserve(count + 32)
    if year >= 0, year <= 9_999 {
      unsafe writeDigits(UInt64(year), 4, to: base + count)
      count += 4
    } else {
      append(ascii: year < 0 ? "-" : "+")
      append(decimal: year.magnitude, minimumDigitCount: 4)
      reserve(count + 32)
    }
    let target = unsafe base + count
    unsafe target[0] = 0x2d
    unsafe writeDigits(UInt64(month), 2, to: target + 1)
    unsafe target[3] = 0x2d
    unsafe writeDigits(UInt64(day), 2, to: target + 4)
    count += 6
  }

  /// Appends `HH:MM:SS.fff`, `.ffffff` or `.fffffffff` for a time of day, 0 up to 24 hours.
  package mutating func append(timeOfDay time: Int64, unit: LogicalType.TimeUnit) {
    reserve(count + 24)
    let seconds = UInt64(time / unit.perSecond)
    let fraction = UInt64(time % unit.perSecond)
    let target = unsafe base + count
    unsafe writeDigits(seconds / 3_600, 2, to: target)
    unsafe target[2] = 0x3a
    unsafe writeDigits(seconds / 60 % 60, 2, to: target + 3)
    unsafe target[5] = 0x3a
    unsafe writeDigits(seconds % 60, 2, to: target + 6)
    unsafe target[8] = 0x2e
    unsafe writeDigits(fraction, unit.fractionDigitCount, to: target + 9)
    count += 9 + unit.fractionDigitCount
  }

  /// Appends `YYYY-MM-DDTHH:MM:SS.ffffff`, digits by the unit, and `Z` for an instant.
  package mutating func append(
    timestamp: Int64, unit: LogicalType.TimeUnit, isAdjustedToUTC: Bool
  ) {
    let perDay = unit.perSecond * 86_400
    var days = timestamp / perDay
    var time = timestamp % perDay
    if time < 0 {
      time += perDay
      days -= 1
    }
    append(date: days)
    append(ascii: "T")
    append(timeOfDay: time, unit: unit)
    if isAdjustedToUTC { append(ascii: "Z") }
  }

  /// Appends the timestamp of an INT96: nanoseconds of the day in the first eight bytes, which may
  /// reach into other days, and the Julian day in the last four.
  package mutating func append(int96 bytes: ByteView, isAdjustedToUTC: Bool) {
    let perDay: Int64 = 86_400_000_000_000
    var time = bytes.load(Int64.self, at: 0)
    var days = Int64(bytes.load(Int32.self, at: 8)) - 2_440_588
    days += time / perDay
    time %= perDay
    if time < 0 {
      time += perDay
      days -= 1
    }
    append(date: days)
    append(ascii: "T")
    append(timeOfDay: time, unit: .nanoseconds)
    if isAdjustedToUTC { append(ascii: "Z") }
  }

  /// Appends an ISO 8601 duration such as `P14M3DT4.005S` for an INTERVAL's months, days and
  /// milliseconds.
  package mutating func append(interval bytes: ByteView) {
    let milliseconds = UInt64(bytes.load(UInt32.self, at: 8))
    append(ascii: "P")
    append(decimal: UInt64(bytes.load(UInt32.self, at: 0)))
    append(ascii: "M")
    append(decimal: UInt64(bytes.load(UInt32.self, at: 4)))
    append("DT")
    append(decimal: milliseconds / 1_000)
    append(ascii: ".")
    append(decimal: milliseconds % 1_000, minimumDigitCount: 3)
    append(ascii: "S")
  }
}

/// Year, month and day of days since 1970-01-01.
///
/// Counts in eras of 400 years (146,097 days) that begin on 1 March, so that the leap day is the
/// last of its year.
func civilDate(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = days + 719_468
  let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
  let dayOfEra = shifted - era * 146_097
  let yearOfEra =
    (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let marchMonth = (5 * dayOfYear + 2) / 153
  let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return (
    yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1
  )
}
