import Dump
import Operations

/// Numbers as people read them.
enum Wording {
  /// `1,250,000`.
  static func grouped(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// `1 file`, `343 files`.
  static func count(_ value: some BinaryInteger, _ noun: String) -> String {
    "\(grouped(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// `285 MB`: powers of 1,000, three digits.
  static func bytes(_ value: Int64) -> String {
    var amount = Double(value)
    var unit = "B"
    for next in ["kB", "MB", "GB", "TB", "PB"] where amount.magnitude >= 999.5 {
      amount /= 1_000
      unit = next
    }
    if unit == "B" { return "\(value) B" }
    return "\(fixed(amount, amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0)) \(unit)"
  }

  /// `2.31 s`, `4 min 12 s`, `3 h 5 min`, `12 days`.
  static func duration(_ seconds: Double) -> String {
    if seconds < 0 { return "-" + duration(-seconds) }
    if seconds < 59.5 { return "\(fixed(seconds, seconds < 9.995 ? 2 : 1)) s" }
    let whole = Int(min(seconds.rounded(), 1e15))
    if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
    if whole < 86_400 { return "\(whole / 3_600) h \(whole / 60 % 60) min" }
    return count(whole / 86_400, "day")
  }

  /// A number with so many digits behind the point.
  static func fixed(_ value: Double, _ digitCount: Int) -> String {
    var scale = 1.0
    for _ in 0..<digitCount { scale *= 10 }
    let units = Int64((value * scale).rounded())
    let digits = String(units.magnitude)
    let padded = String(repeating: "0", count: max(0, digitCount + 1 - digits.count)) + digits
    let sign = units < 0 ? "-" : ""
    return digitCount == 0
      ? sign + padded : sign + padded.dropLast(digitCount) + "." + padded.suffix(digitCount)
  }

  /// `2026-11-20 04:10:31Z`: a moment to the second.
  static func second(_ timestamp: Timestamp) -> String {
    timestamp.description.prefix(19).replacing("T", with: " ") + "Z"
  }
}

extension Wording {
  /// `dump 2026-11-20T04:03:07.963883Z: 6 tables, 1,250 rows`.
  static func kept(_ dump: KeptDumps.Dump) -> String {
    "dump \(dump.timestamp): \(count(dump.tables.count, "table")), \(count(dump.rows, "row"))"
  }
}
