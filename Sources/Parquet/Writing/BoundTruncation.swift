/// Bounds of long byte arrays, cut to shorter ones that still bound.
///
/// A lower bound is cut off. An upper bound is cut off and its last character or byte made larger,
/// so that it stays a valid text where the column holds texts. Numbers are never cut.
struct TruncatedBound: Sendable, Hashable {
  var bytes: [UInt8]
  /// Whether it is a value of the column.
  var isExact: Bool

  static func lower(_ bytes: [UInt8], limit: Int, _ column: LeafColumn) -> TruncatedBound {
    guard bytes.count > limit, column.hasCuttableBounds else {
      return TruncatedBound(bytes: bytes, isExact: true)
    }
    let end = column.valueKind == .text ? bytes.characterBoundary(atMost: limit) : limit
    return TruncatedBound(bytes: Array(bytes[..<end]), isExact: false)
  }

  static func upper(_ bytes: [UInt8], limit: Int, _ column: LeafColumn) -> TruncatedBound {
    let whole = TruncatedBound(bytes: bytes, isExact: true)
    guard bytes.count > limit, column.hasCuttableBounds else { return whole }
    let isText = column.valueKind == .text
    var end = isText ? bytes.characterBoundary(atMost: limit) : limit
    while end > 0 {
      let cut = Array(bytes[..<end])
      let larger = isText ? cut.withLargerLastCharacter : cut.withLargerLastByte
      if let larger { return TruncatedBound(bytes: larger, isExact: false) }
      // Nothing is larger in the last place, so the one before it must be.
      end = isText ? bytes.characterBoundary(atMost: end - 1) : end - 1
    }
    return whole
  }
}

extension LeafColumn {
  /// Whether a prefix of a value orders as the value does.
  fileprivate var hasCuttableBounds: Bool {
    guard physicalType == .byteArray || physicalType == .fixedLengthByteArray else { return false }
    switch valueKind {
    case .text: return true
    // A bound must be of the type's length.
    case .binary: return physicalType == .byteArray
    default: return false
    }
  }
}

extension [UInt8] {
  /// The largest offset up to a limit at which a UTF-8 character begins.
  fileprivate func characterBoundary(atMost limit: Int) -> Int {
    var end = limit
    while end > 0, self[end] & 0xc0 == 0x80 { end -= 1 }
    return end
  }

  fileprivate var withLargerLastByte: [UInt8]? {
    guard let last, last < 0xff else { return nil }
    return dropLast() + [last + 1]
  }

  /// The text with the next Unicode scalar in the last place, if there is one of the same length.
  fileprivate var withLargerLastCharacter: [UInt8]? {
    var text = String(decoding: self, as: UTF8.self)
    // Bytes that are no UTF-8 would not come back.
    guard Array(text.utf8) == self, let last = text.unicodeScalars.last else { return nil }
    let next = last.value == 0xd7ff ? 0xe000 : last.value + 1
    guard let scalar = Unicode.Scalar(next) else { return nil }
    text.unicodeScalars.removeLast()
    text.unicodeScalars.append(scalar)
    return Array(text.utf8)
  }
}
