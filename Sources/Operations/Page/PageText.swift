import Dump

/// Numbers and times as pages spell them.
enum PageText {
  /// `2026-11-20 04:03`: a moment to the minute.
  static func minute(_ time: Timestamp) -> String {
    String(time.description.prefix(16).replacing("T", with: " "))
  }

  /// How long ago a moment was.
  static func age(_ time: Timestamp, at now: Timestamp) -> String {
    duration(now.duration(since: time))
  }

  /// `90 s`, `5 min`, `7 h`, `12 days`: whole units.
  static func duration(_ duration: Duration) -> String {
    let seconds = Int(max(0, min(1e15, duration.inSeconds)))
    if seconds < 120 { return "\(seconds) s" }
    if seconds < 7_200 { return "\(seconds / 60) min" }
    if seconds < 172_800 { return "\(seconds / 3_600) h" }
    return "\(seconds / 86_400) days"
  }

  /// `1,250,000`.
  static func grouped(_ number: some BinaryInteger) -> String {
    var digits = String(number.magnitude)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return number < 0 ? "\u{2212}" + digits : digits
  }

  /// `1 file`, `343 files`.
  static func count(_ number: some BinaryInteger, _ noun: String) -> String {
    "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// `+1,250`, `−12`, `±0`.
  static func signed(_ number: Int64) -> String {
    number > 0 ? "+" + grouped(number) : number == 0 ? "±0" : grouped(number)
  }

  /// `285 MB`: powers of 1,000, three digits.
  static func bytes(_ count: Int64) -> String {
    var amount = Double(count)
    var unit = "B"
    for next in ["kB", "MB", "GB", "TB", "PB"] where amount.magnitude >= 999.5 {
      amount /= 1_000
      unit = next
    }
    if unit == "B" { return "\(count) B" }
    return "\(fixed(amount, amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0)) \(unit)"
  }

  /// `20 kB`: bytes of a round number, without digits that say nothing.
  static func roundBytes(_ count: Int64) -> String {
    var amount = Double(count)
    var unit = "B"
    for next in ["kB", "MB", "GB", "TB", "PB"] where amount >= 1_000 {
      amount /= 1_000
      unit = next
    }
    return "\(short(amount, 2)) \(unit)"
  }

  /// A number with at most so many digits behind the point, and none that is a zero at the end.
  static func short(_ value: Double, _ digitCount: Int) -> String {
    var text = fixed(value, digitCount)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// `37.5%` as CSS and SVG read it.
  static func percent(_ share: Double) -> String { short(share * 100, 2) + "%" }

  private static func fixed(_ value: Double, _ digitCount: Int) -> String {
    var scale = 1.0
    for _ in 0..<digitCount { scale *= 10 }
    let units = Int64((value * scale).rounded())
    let digits = String(units.magnitude)
    let padded = String(repeating: "0", count: max(0, digitCount + 1 - digits.count)) + digits
    let sign = units < 0 ? "-" : ""
    if digitCount == 0 { return sign + padded }
    return sign + padded.dropLast(digitCount) + "." + padded.suffix(digitCount)
  }
}
