// RFC 3339 §5.6, https://www.rfc-editor.org/rfc/rfc3339#section-5.6:
//
//     date-time = full-date "T" full-time      ("T" and "Z" may be lower case)
//     full-time = hour ":" minute ":" second ["." 1*DIGIT] ("Z" / ("+" / "-") hour ":" minute)

extension Timestamp {
  /// Reads an RFC 3339 timestamp and turns it to UTC.
  ///
  /// - 0 to 9 digits of fraction: exporters drop zeros (`…:07Z`) or write up to nanoseconds. Ten
  ///   and more are refused, because cutting them would make two timestamps one.
  /// - `Z`, `+hh:mm` or `-hh:mm`; `-00:00` counts as UTC. A time without an offset is refused: it
  ///   is not an instant.
  /// - `t` and `z` in lower case are read, as the RFC allows; a space instead of the `T` is not.
  /// - Second 60 is refused: no clock that writes dumps counts leap seconds, and giving it the next
  ///   second's number would make two timestamps one.
  /// - Throws: ``DumpError`` with ``DumpError/Code/badTimestamp`` and the reason.
  public init(parsing text: String) throws(DumpError) {
    var reader = DigitReader(text, thing: "timestamp", code: .badTimestamp)
    self = try reader.timestamp()
  }
}

/// Reads the fixed fields of a date and time from the front of a text.
struct DigitReader {
  private let text: String
  private let thing: String
  private let code: DumpError.Code
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String, thing: String, code: DumpError.Code) {
    self.text = text
    self.thing = thing
    self.code = code
    // No form is longer than 35 bytes; a longer text is refused by what follows its first 64.
    self.bytes = Array(text.utf8.prefix(64))
  }

  mutating func timestamp() throws(DumpError) -> Timestamp {
    let days = try date()
    try expect("T", or: "t")
    let minuteOfDay = try minute()
    try expect(":")
    let second = try number(2, "second", 0...60)
    if second == 60 { throw fault("second 60 is a leap second, which is not supported") }
    let nanoseconds = try fraction()
    let offset = try utcOffset()
    try end()
    let seconds = days * 86_400 + (minuteOfDay - offset) * 60 + second
    guard
      let value = Timestamp(secondsSinceEpoch: Int64(seconds), nanoseconds: Int32(nanoseconds))
    else { throw fault("in UTC it is not in the years 0000 to 9999") }
    return value
  }

  /// `YYYY-MM-DD` as days since 1970-01-01.
  mutating func date() throws(DumpError) -> Int {
    let year = try number(4, "year", 0...9_999)
    try expect("-")
    let month = try number(2, "month", 1...12)
    try expect("-")
    let day = try number(2, "day", 1...31)
    let last = CivilDate.dayCount(year: year, month: month)
    guard day <= last else {
      throw fault("\(CivilDate.months[month - 1]) \(year) has \(last) days, not \(day)")
    }
    return CivilDate(year: year, month: month, day: day).daysSinceEpoch
  }

  /// `HH:MM` as minutes of the day.
  mutating func minute() throws(DumpError) -> Int {
    let hour = try number(2, "hour", 0...23)
    try expect(":")
    return try hour * 60 + number(2, "minute", 0...59)
  }

  /// Exactly `width` digits whose value lies in `range`.
  mutating func number(
    _ width: Int, _ field: String, _ range: ClosedRange<Int>
  ) throws(DumpError) -> Int {
    var value = 0
    for _ in 0..<width {
      guard let digit = digit() else { throw fault("the \(field) is not \(width) digits") }
      value = value * 10 + digit
    }
    guard range.contains(value) else {
      throw fault("the \(field) is \(value), not \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  mutating func expect(
    _ one: Unicode.Scalar, or other: Unicode.Scalar? = nil
  ) throws(DumpError) {
    guard position < bytes.count else { throw fault("it ends where \"\(one)\" should follow") }
    let byte = Unicode.Scalar(bytes[position])
    guard byte == one || byte == other else {
      throw fault("\"\(one)\" should stand at character \(position + 1)")
    }
    position += 1
  }

  func end() throws(DumpError) {
    guard position == bytes.count else {
      throw fault("something follows after character \(position)")
    }
  }

  private mutating func digit() -> Int? {
    guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
    position += 1
    return Int(bytes[position - 1] - 0x30)
  }

  /// `[.digits]` as nanoseconds.
  private mutating func fraction() throws(DumpError) -> Int {
    guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return 0 }
    position += 1
    var value = 0
    var count = 0
    while let digit = digit() {
      count += 1
      guard count <= 9 else { throw fault("the fraction has more than 9 digits") }
      value = value * 10 + digit
    }
    guard count > 0 else { throw fault("no digit follows the point after the second") }
    for _ in count..<9 { value *= 10 }
    return value
  }

  /// `Z` or a numeric offset, in minutes east of UTC.
  private mutating func utcOffset() throws(DumpError) -> Int {
    guard position < bytes.count else {
      throw fault("it has neither \"Z\" nor an offset such as \"+01:00\"")
    }
    position += 1
    switch Unicode.Scalar(bytes[position - 1]) {
    case "Z", "z": return 0
    case "+": return try minute()
    case "-": return try -minute()
    default: throw fault("\"Z\" or an offset should stand at character \(position)")
    }
  }

  private func fault(_ why: String) -> DumpError {
    DumpError(code: code, message: "cannot parse \(thing) \(Wording.quoted(text)): \(why)")
  }
}
