import Foundation
import Testing

@testable import Parquet

@Suite struct `Values as text` {
  private func text(_ write: (inout TextBuffer) throws -> Void) rethrows -> String {
    var buffer = TextBuffer()
    try write(&buffer)
    return String(decoding: buffer.view.array, as: UTF8.self)
  }

  private func withView<Result>(
    _ bytes: [UInt8], _ body: (ByteView) throws -> Result
  ) rethrows -> Result {
    let buffer = ByteBuffer(count: 0)
    buffer.append(bytes)
    defer { withExtendedLifetime(buffer) {} }
    return try body(buffer.view)
  }

  // MARK: Dates

  @Test(arguments: [
    (Int64(0), "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (-719_162, "0001-01-01"),
    (-719_528, "0000-01-01"), (-719_529, "-0001-12-31"), (2_932_896, "9999-12-31"),
    (2_932_897, "+10000-01-01"), (-734_869, "-0043-12-31"),
    (Int64(Int32.max), "+5881580-07-11"), (Int64(Int32.min), "-5877641-06-23"),
  ])
  func `a date is in the proleptic Gregorian calendar`(days: Int64, expected: String) {
    #expect(text { $0.append(date: days) } == expected)
  }

  /// Counts days one by one through 800 years of the calendar's rules.
  @Test func `every day follows the one before`() {
    var year: Int64 = -400
    var month: Int64 = 1
    var day: Int64 = 1
    for days in Int64(-865_625)..<(-865_625 + 292_194) {
      let date = civilDate(days)
      #expect(date == (year, month, day))
      if date != (year, month, day) { return }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let length: Int64 = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][
        Int(month) - 1]
      day += 1
      if day > length { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  @Test(arguments: [
    (Int64(-1), LogicalType.TimeUnit.microseconds, false, "1969-12-31T23:59:59.999999"),
    (0, .milliseconds, true, "1970-01-01T00:00:00.000Z"),
    (1_678_766_587_963_883, .microseconds, true, "2023-03-14T04:03:07.963883Z"),
    (.max, .nanoseconds, false, "2262-04-11T23:47:16.854775807"),
    (.min, .nanoseconds, false, "1677-09-21T00:12:43.145224192"),
    (.max, .milliseconds, true, "+292278994-08-17T07:12:55.807Z"),
    (.min, .milliseconds, true, "-292275055-05-16T16:47:04.192Z"),
    (.max, .microseconds, false, "+294247-01-10T04:00:54.775807"),
  ])
  func `a timestamp is exact at its extremes`(
    value: Int64, unit: LogicalType.TimeUnit, isUTC: Bool, expected: String
  ) {
    #expect(
      text { $0.append(timestamp: value, unit: unit, isAdjustedToUTC: isUTC) } == expected)
  }

  @Test(arguments: [
    (Int64(0), Int32(2_440_588), "1970-01-01T00:00:00.000000000"),
    (-1, 2_440_588, "1969-12-31T23:59:59.999999999"),
    (86_400_000_000_000, 2_440_588, "1970-01-02T00:00:00.000000000"),
    (0, 0, "-4713-11-24T00:00:00.000000000"),
    (.max, .max, "+5875190-09-12T23:47:16.854775807"),
    (.min, .min, "-5884615-02-03T00:12:43.145224192"),
  ])
  func `an INT96 carries into other days`(nanoseconds: Int64, day: Int32, expected: String) {
    let result = withView(littleEndian(nanoseconds) + littleEndian(day)) { view in
      text { $0.append(int96: view, isAdjustedToUTC: false) }
    }
    #expect(result == expected)
  }

  @Test(arguments: [
    (Int64(0), LogicalType.TimeUnit.milliseconds, "00:00:00.000"),
    (86_399_999_999, .microseconds, "23:59:59.999999"), (1, .nanoseconds, "00:00:00.000000001"),
  ])
  func `a time of day has the digits of its unit`(
    value: Int64, unit: LogicalType.TimeUnit, expected: String
  ) {
    #expect(text { $0.append(timeOfDay: value, unit: unit) } == expected)
  }

  // MARK: Decimals

  @Test(arguments: [
    (Int64(0), 0, "0"), (0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (-1_230, 2, "-12.30"),
    (7, 0, "7"), (.min, 0, "-9223372036854775808"), (.min, 18, "-9.223372036854775808"),
    (.max, 20, "0.09223372036854775807"), (1, 40, "0." + String(repeating: "0", count: 39) + "1"),
  ])
  func `a decimal of 64 bits has all digits of its scale`(
    value: Int64, scale: Int, expected: String
  ) {
    #expect(text { $0.append(unscaled: value, scale: scale) } == expected)
  }

  /// Compares with addition and doubling of decimal digits, over lengths of 0 to 40 bytes.
  @Test func `a decimal of any length equals schoolbook arithmetic`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<2_000 {
      let length = Int.random(in: 0...40, using: &random)
      var bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      if Bool.random(using: &random), length > 2 {
        for index in 0..<length / 2 { bytes[index] = bytes[0] < 128 ? 0 : 255 }
      }
      let scale = Int.random(in: 0...80, using: &random)
      let result = try withView(bytes) { view in
        try text { try $0.append(bigEndian: view, scale: scale) }
      }
      #expect(result == schoolbook(bytes, scale: scale), "seed \(seed), \(bytes)")
    }
  }

  @Test func `the largest decimal of 76 digits`() throws {
    // 10^76 − 1 in 32 bytes.
    var digits = Array(repeating: 9, count: 76)
    var bytes: [UInt8] = []
    for _ in 0..<32 {
      var remainder = 0
      for index in digits.indices {
        let value = remainder * 10 + digits[index]
        digits[index] = value / 256
        remainder = value % 256
      }
      bytes.insert(UInt8(remainder), at: 0)
    }
    let result = try withView(bytes) { view in
      try text { try $0.append(bigEndian: view, scale: 76) }
    }
    #expect(result == "0." + String(repeating: "9", count: 76))
  }

  private func schoolbook(_ bytes: [UInt8], scale: Int) -> String {
    let isNegative = (bytes.first ?? 0) >= 128
    var digits = [0]  // least significant first
    func add(_ number: Int, after factor: Int) {
      var carry = number
      for index in digits.indices {
        let value = digits[index] * factor + carry
        digits[index] = value % 10
        carry = value / 10
      }
      while carry > 0 {
        digits.append(carry % 10)
        carry /= 10
      }
    }
    for byte in bytes { add(Int(isNegative ? ~byte : byte), after: 256) }
    if isNegative { add(1, after: 1) }
    while digits.count <= scale { digits.append(0) }
    while digits.count > scale + 1, digits.last == 0 { digits.removeLast() }
    var result = isNegative ? "-" : ""
    for (index, digit) in digits.enumerated().reversed() {
      result += String(digit)
      if index == scale, scale > 0 { result += "." }
    }
    return result
  }

  // MARK: Strings

  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func `base64 is padded`(plain: String, expected: String) {
    #expect(withView(Array(plain.utf8)) { view in text { $0.append(base64: view) } } == expected)
  }

  @Test func `base64 equals Foundation's for all bytes`() {
    let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 3) }
    #expect(
      withView(bytes) { view in text { $0.append(base64: view) } }
        == Data(bytes).base64EncodedString())
  }

  @Test func `a UUID is lower-case hexadecimal`() {
    #expect(
      withView((0..<16).map { UInt8($0 * 17) }) { view in text { $0.append(uuid: view) } }
        == "00112233-4455-6677-8899-aabbccddeeff")
  }

  /// A JSON string; empty if the bytes are not UTF-8.
  private func json(_ bytes: [UInt8]) -> String {
    withView(bytes) { view in text { _ = $0.append(jsonString: view) } }
  }

  @Test func `JSON escapes what it must and nothing else`() {
    let plain = (0..<0x80).map(UInt8.init) + Array("é\u{2028}😀".utf8)
    let controls = (0..<0x20).map { code -> String in
      switch code {
      case 8: "\\b"
      case 9: "\\t"
      case 10: "\\n"
      case 12: "\\f"
      case 13: "\\r"
      default: "\\u00" + (code < 16 ? "0" : "") + String(code, radix: 16)
      }
    }
    let printable = (0x20..<0x80).map { code -> String in
      let character = String(UnicodeScalar(UInt8(code)))
      return character == "\"" || character == "\\" ? "\\" + character : character
    }
    let expected = "\"" + (controls + printable).joined() + "é\u{2028}😀\""
    #expect(json(plain) == expected)
  }

  /// The search for escapes looks at eight bytes at a time.
  @Test func `an escape is found at every position`() {
    for length in 0..<20 {
      for position in 0..<length {
        var bytes = Array(repeating: UInt8(ascii: "a"), count: length)
        bytes[position] = UInt8(ascii: "\"")
        let head = String(repeating: "a", count: position)
        let tail = String(repeating: "a", count: length - position - 1)
        #expect(json(bytes) == "\"\(head)\\\"\(tail)\"")
      }
    }
  }

  private static let doubles: [(Double, String)] = [
    (1, "1.0"), (0.1, "0.1"), (1e16, "1e+16"), (-0.0, "-0.0"),
    (.leastNonzeroMagnitude, "5e-324"),
    (.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
  ]

  @Test(arguments: doubles)
  func `a double is the shortest that reads back`(value: Double, expected: String) {
    #expect(text { $0.append(json: value) } == expected)
  }

  @Test func `a float is the shortest for 32 bits`() {
    #expect(text { $0.append(json: Float(0.1)) } == "0.1")
    #expect(text { $0.append(json: Float.leastNonzeroMagnitude) } == "1e-45")
  }

  private static let halves: [(UInt16, Double)] = [
    (0x0000, 0), (0x0001, 0x1p-24), (0x03ff, 0x1.ff8p-15), (0x0400, 0x1p-14), (0x3c00, 1),
    (0x3555, 0.333251953125), (0x7bff, 65_504), (0xfc00, -.infinity), (0xc000, -2),
  ]

  @Test(arguments: halves)
  func `a half-precision float is widened exactly`(bits: UInt16, expected: Double) {
    #expect(withView(littleEndian(bits)) { $0.float16 } == expected)
  }

  @Test(arguments: [
    ("c3a9", true), ("f09f9880", true), ("ff", false), ("c3", false), ("eda080", false),
    ("c080", false), ("f4908080", false),
  ])
  func `UTF-8 is told from other bytes`(hex: String, isText: Bool) throws {
    var bytes: [UInt8] = []
    var rest = hex[...]
    while !rest.isEmpty {
      bytes.append(try #require(UInt8(rest.prefix(2), radix: 16)))
      rest = rest.dropFirst(2)
    }
    #expect(withView(bytes) { $0.isUTF8 } == isText)
    for position in 0..<20 {
      let long = Array(repeating: UInt8(ascii: "a"), count: position) + bytes + Array("\"tail".utf8)
      #expect(json(long).isEmpty != isText)
    }
  }
}
