/// A place in a short text that is taken apart from left to right.
struct TextCursor {
  private let text: ByteView
  private(set) var offset = 0

  init(_ text: ByteView) { self.text = text }

  var isAtEnd: Bool { offset == text.count }

  /// The next byte, without taking it; 0 at the end.
  var next: UInt8 { offset < text.count ? text[offset] : 0 }

  /// Takes a character if it comes next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard offset < text.count, text[offset] == UInt8(truncatingIfNeeded: character.value) else {
      return false
    }
    offset += 1
    return true
  }

  /// Takes a character that has been looked at.
  mutating func skipOne() { offset = min(offset + 1, text.count) }

  /// Takes a word if it comes next.
  mutating func take(word: StaticString) -> Bool {
    let word = word.view
    guard text.count - offset >= word.count, text.slice(offset, word.count).isEqual(word) else {
      return false
    }
    offset += word.count
    return true
  }

  /// A number of exactly so many digits.
  mutating func number(digitCount: Int) -> Int64? {
    guard text.count - offset >= digitCount else { return nil }
    var value: Int64 = 0
    for index in offset..<offset + digitCount {
      let digit = text[index] &- 0x30
      if digit > 9 { return nil }
      value = value * 10 + Int64(digit)
    }
    offset += digitCount
    return value
  }

  /// A number of one to so many digits, and how many it had.
  mutating func number(upTo digitCount: Int) -> (value: Int64, digitCount: Int)? {
    var value: Int64 = 0
    let start = offset
    while offset < text.count, offset - start < digitCount {
      let digit = text[offset] &- 0x30
      if digit > 9 { break }
      value = value * 10 + Int64(digit)
      offset += 1
    }
    return offset > start ? (value, offset - start) : nil
  }
}
