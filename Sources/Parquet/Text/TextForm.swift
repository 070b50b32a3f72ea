/// What texts of a column could be, as far as their values have shown; for schemas that are inferred.
struct TextForms: OptionSet {
  let rawValue: UInt16

  static let boolean = TextForms(rawValue: 1)
  /// A whole number that 64 bits hold, without a sign in front of zero.
  static let integer = TextForms(rawValue: 2)
  /// A whole number that 64 bits do not hold.
  static let largeInteger = TextForms(rawValue: 4)
  static let real = TextForms(rawValue: 8)
  /// NaN, Infinity or -Infinity.
  static let specialReal = TextForms(rawValue: 16)
  static let date = TextForms(rawValue: 32)
  /// A date and time with `Z` or an offset, without more than microseconds.
  static let instant = TextForms(rawValue: 64)
  /// A date and time without an offset.
  static let localTime = TextForms(rawValue: 128)
  /// Any other text.
  static let other = TextForms(rawValue: 256)

  static let numbers: TextForms = [.integer, .real, .specialReal]
}

extension TextForms {
  /// The form of a text without quotes.
  init(ofField text: ByteView) {
    guard text.count > 0 else {
      self = .other
      return
    }
    switch text[0] {
    case 0x74, 0x66:
      let isBoolean =
        text.isEqual(("true" as StaticString).view) || text.isEqual(("false" as StaticString).view)
      self = isBoolean ? .boolean : .other
    case 0x2d, 0x30...0x39: self = TextForms.calendarForm(of: text) ?? TextForms(ofNumber: text)
    case 0x4e, 0x49: self = text.isSpecialNumber ? .specialReal : .other
    default: self = .other
    }
  }

  /// The form of a string in JSON, where numbers and truth values have no quotes.
  init(ofString text: ByteView) { self = TextForms.calendarForm(of: text) ?? .other }

  /// The form of a number.
  init(ofNumber text: ByteView) {
    switch text.numberForm {
    case .real: self = text.double == nil ? .other : .real
    case .integer where text.isEqual(("-0" as StaticString).view):
      // It would lose its sign.
      self = .real
    case .integer: self = text.wholeNumber == nil ? .largeInteger : .integer
    case nil: self = text.isSpecialNumber ? .specialReal : .other
    }
  }

  private static func calendarForm(of text: ByteView) -> TextForms? {
    // `YYYY-MM-DD`, or more behind it.
    guard text.count >= 10, text.count <= 40, text[4] == 0x2d else { return nil }
    var cursor = TextCursor(text)
    if text.count == 10 { return cursor.date() != nil && cursor.isAtEnd ? .date : nil }
    guard cursor.timestamp(.microseconds, isAdjustedToUTC: true) != nil, cursor.isAtEnd,
      text.count >= 19
    else { return nil }
    // Behind the seconds come digits, and what is neither these nor a point is the offset.
    for index in 19..<text.count where text[index] != 0x2e && text[index] &- 0x30 > 9 {
      return .instant
    }
    return .localTime
  }
}

extension ByteView {
  enum NumberForm {
    case integer
    case real
  }

  /// Whether the text is a number as JSON has them: `-? digits (. digits)? ([eE] [+-]? digits)?`,
  /// with no 0 in front of other digits.
  var numberForm: NumberForm? {
    var index = count > 0 && self[0] == 0x2d ? 1 : 0
    let first = index
    guard skipDigits(&index), index == first + 1 || self[first] != 0x30 else { return nil }
    if index == count { return .integer }
    if self[index] == 0x2e {
      index += 1
      guard skipDigits(&index) else { return nil }
    }
    if index < count, self[index] | 0x20 == 0x65 {
      index += 1
      if index < count, self[index] == 0x2b || self[index] == 0x2d { index += 1 }
      guard skipDigits(&index) else { return nil }
    }
    return index == count ? .real : nil
  }

  /// Whether there are digits at an index, which is then behind them.
  private func skipDigits(_ index: inout Int) -> Bool {
    let start = index
    while index < count, self[index] &- 0x30 <= 9 { index += 1 }
    return index > start
  }

  /// Whether the text is `NaN`, `Infinity` or `-Infinity`.
  var isSpecialNumber: Bool {
    isEqual(("NaN" as StaticString).view) || isEqual(("Infinity" as StaticString).view)
      || isEqual(("-Infinity" as StaticString).view)
  }
}
