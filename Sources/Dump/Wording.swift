/// How numbers, names and counts are spelled in messages, in one place so that all sound alike.
enum Wording {
  /// `9210` as `9,210`.
  static func grouped(_ number: some BinaryInteger) -> String {
    var digits = String(number.magnitude)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return number < 0 ? "-" + digits : digits
  }

  /// `1 file`, `58 files`, `0 files`.
  static func count(_ number: some BinaryInteger, _ noun: String) -> String {
    "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// `12 days`, `7 h`, `5 min`: whole units, the largest that fits.
  static func age(seconds: Int64) -> String {
    if seconds >= 86_400 { return count(seconds / 86_400, "day") }
    return seconds >= 3_600 ? "\(seconds / 3_600) h" : "\(seconds / 60) min"
  }

  /// A piece of input in double quotes, safe to print, at most 80 scalars of it.
  static func quoted(_ text: String) -> String {
    var start = ""
    for scalar in text.unicodeScalars.prefix(80) {
      if scalar == "\"" || scalar == "\\" { start += "\\" }
      start.unicodeScalars.append(scalar)
    }
    let isLonger = text.unicodeScalars.dropFirst(80).first != nil
    return "\"" + printable(start) + (isLonger ? "…\"" : "\"")
  }

  /// A JSON string (RFC 8259 §7).
  static func json(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 {
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        continue
      }
      if scalar == "\"" || scalar == "\\" { out += "\\" }
      out.unicodeScalars.append(scalar)
    }
    return out + "\""
  }

  /// A piece of input with everything escaped that would move the cursor, turn the direction of
  /// writing or hide: an object's key may hold any character.
  static func printable(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        out += "\\u{\(String(scalar.value, radix: 16))}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// Whether one name comes before another in the order in which object stores list keys: by the
  /// bytes of their UTF-8, without regard to language.
  static func precedes(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }
}
