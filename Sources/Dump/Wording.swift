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

  /// A piece of input in double quotes: control characters escaped, at most 80 scalars of it.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars.prefix(80) {
      switch scalar {
      case "\"", "\\": out += "\\\(scalar)"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default:
        if scalar.properties.generalCategory == .control {
          out += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    if text.unicodeScalars.dropFirst(80).first != nil { out += "…" }
    return out + "\""
  }

  /// Whether one name comes before another in the order in which object stores list keys: by the
  /// bytes of their UTF-8, without regard to language.
  static func precedes(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }
}
