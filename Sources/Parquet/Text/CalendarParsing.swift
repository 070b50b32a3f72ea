/// Dates and times from text; the forms that are written, and others that mean the same.
extension TextCursor {
  /// Days since 1970-01-01 from `YYYY-MM-DD`; years outside of 0 to 9999 have a sign.
  mutating func date() -> Int64? {
    var year: Int64
    if next == 0x2b || next == 0x2d {
      let isNegative = take("-")
      if !isNegative { _ = take("+") }
      guard let number = number(upTo: 9), number.digitCount >= 4 else { return nil }
      year = isNegative ? -number.value : number.value
    } else {
      guard let number = number(digitCount: 4) else { return nil }
      year = number
    }
    guard take("-"), let month = number(digitCount: 2), take("-"),
      let day = number(digitCount: 2), (1...12).contains(month), day >= 1,
      day <= dayCount(ofMonth: month, year: year)
    else { return nil }
    return dayNumber(year: year, month: month, day: day)
  }

  /// A time of day in the unit, from `HH:MM:SS` and a fraction of up to the unit's digits; more
  /// digits must be zeros.
  mutating func timeOfDay(_ unit: LogicalType.TimeUnit) -> Int64? {
    guard let hour = number(digitCount: 2), hour < 24, take(":"),
      let minute = number(digitCount: 2), minute < 60, take(":"),
      let second = number(digitCount: 2), second < 60
    else { return nil }
    var fraction: Int64 = 0
    if take(".") {
      guard let digits = number(upTo: unit.fractionDigitCount) else { return nil }
      fraction = digits.value
      for _ in digits.digitCount..<unit.fractionDigitCount { fraction *= 10 }
      while next == 0x30 { _ = take("0") }
    }
    return (hour * 3_600 + minute * 60 + second) * unit.perSecond + fraction
  }

  /// A timestamp in the unit since 1970-01-01: date, `T` or a blank, time, and for instants `Z`,
  /// `UTC` or an offset such as `+02:00`; one without any is taken as UTC.
  ///
  /// - Parameters:
  ///   - unit: the unit.
  ///   - isAdjustedToUTC: whether it is an instant; a local one may have only `Z` or an offset of
  ///     zero.
  /// - Returns: the timestamp; `nil` if there is none, or 64 bits do not hold it.
  mutating func timestamp(_ unit: LogicalType.TimeUnit, isAdjustedToUTC: Bool) -> Int64? {
    guard let days = date(), take("T") || take("t") || take(" "), let time = timeOfDay(unit)
    else { return nil }
    guard let offset = zoneOffset(), isAdjustedToUTC || offset == 0 else { return nil }
    let (start, isTooFar) = days.multipliedReportingOverflow(by: 86_400 * unit.perSecond)
    let (value, isBeyond) = start.addingReportingOverflow(time - offset * unit.perSecond)
    return isTooFar || isBeyond ? nil : value
  }

  /// Seconds east of UTC.
  private mutating func zoneOffset() -> Int64? {
    if isAtEnd || take("Z") || take("z") || take(word: " UTC") || take(word: "UTC") { return 0 }
    let isWest = next == 0x2d
    guard take("+") || take("-"), let hour = number(digitCount: 2), hour < 24 else { return nil }
    var minute: Int64 = 0
    if !isAtEnd {
      _ = take(":")
      guard let number = number(digitCount: 2), number < 60 else { return nil }
      minute = number
    }
    let seconds = hour * 3_600 + minute * 60
    return isWest ? -seconds : seconds
  }

  /// Months, days and milliseconds from an ISO 8601 duration such as `P1Y2M3DT4H5M6.789S`.
  mutating func interval() -> (months: UInt32, days: UInt32, milliseconds: UInt32)? {
    guard take("P") else { return nil }
    var months: Int64 = 0
    var days: Int64 = 0
    var milliseconds: Int64 = 0
    var isTime = false
    var partCount = 0
    while !isAtEnd {
      if !isTime, take("T") {
        isTime = true
        continue
      }
      guard let number = number(upTo: 10) else { return nil }
      var fraction: Int64 = 0
      if take(".") {
        guard isTime, let digits = self.number(upTo: 3) else { return nil }
        fraction = digits.value * (digits.digitCount == 1 ? 100 : digits.digitCount == 2 ? 10 : 1)
        guard next == 0x53 else { return nil }
      }
      partCount += 1
      switch (isTime, next) {
      case (false, 0x59): months += number.value * 12
      case (false, 0x4d): months += number.value
      case (false, 0x57): days += number.value * 7
      case (false, 0x44): days += number.value
      case (true, 0x48): milliseconds += number.value * 3_600_000
      case (true, 0x4d): milliseconds += number.value * 60_000
      case (true, 0x53): milliseconds += number.value * 1_000 + fraction
      default: return nil
      }
      skipOne()
    }
    guard partCount > 0, let months = UInt32(exactly: months), let days = UInt32(exactly: days),
      let milliseconds = UInt32(exactly: milliseconds)
    else { return nil }
    return (months, days, milliseconds)
  }
}

/// Days since 1970-01-01; the inverse of `civilDate`.
func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
  let shifted = month <= 2 ? year - 1 : year
  let era = (shifted >= 0 ? shifted : shifted - 399) / 400
  let yearOfEra = shifted - era * 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

private func dayCount(ofMonth month: Int64, year: Int64) -> Int64 {
  switch month {
  case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}
