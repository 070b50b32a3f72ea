/// Numbers that tell two contents apart: FNV-1a of 64 bits.
///
/// They protect against changes, not against somebody who wants to be taken for another.
///
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>
struct Fingerprint {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Sixteen hexadecimal digits.
  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Takes in a text, and where it ends.
  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    // No text has this byte.
    add(0xff)
  }

  private mutating func add(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  /// The number of one text.
  static func text(_ text: String) -> String {
    var print = Fingerprint()
    print.add(text)
    return print.text
  }
}
