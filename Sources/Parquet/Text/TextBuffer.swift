/// UTF-8 text that grows.
package typealias TextBuffer = Buffer<UInt8>

extension Buffer where Element == UInt8 {
  /// Appends one byte.
  @inline(__always)
  package mutating func append(ascii byte: Unicode.Scalar) {
    append(UInt8(truncatingIfNeeded: byte.value))
  }

  /// Appends a copy of some bytes.
  package mutating func append(_ view: ByteView) {
    reserve(count + view.count)
    unsafe UnsafeMutableRawPointer(base + count).copyMemory(
      from: view.base, byteCount: view.count)
    count += view.count
  }

  /// Appends a copy of a short view in a ``ByteBuffer``, which may be read behind its end.
  @inline(__always)
  package mutating func append(padded view: ByteView) {
    reserve(count + view.count + 16)
    let target = unsafe UnsafeMutableRawPointer(base + count)
    var index = 0
    // What is copied too much lies in the padding of the source and in what was reserved.
    while index < view.count {
      unsafe target.storeBytes(
        of: view.base.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self),
        toByteOffset: index, as: SIMD16<UInt8>.self)
      index += 16
    }
    count += view.count
  }

  /// Appends a literal.
  package mutating func append(_ text: StaticString) {
    unsafe append(ByteView(base: UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount))
  }

  /// Appends a text.
  package mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      guard let base = bytes.baseAddress else { return }
      unsafe append(ByteView(base: UnsafeRawPointer(base), count: bytes.count))
    }
  }

  /// The bytes so far; valid until the next change.
  package var view: ByteView { unsafe ByteView(base: UnsafeRawPointer(base), count: count) }

  /// Appends a number in decimal.
  package mutating func append(decimal value: Int64) {
    if value < 0 { append(ascii: "-") }
    append(decimal: value.magnitude)
  }

  /// Appends a number in decimal, with zeros in front up to `minimumDigitCount`.
  package mutating func append(decimal value: UInt64, minimumDigitCount: Int = 1) {
    reserve(count + Swift.max(20, minimumDigitCount))
    var digitCount = 1
    var bound: UInt64 = 10
    while digitCount < 20, value >= bound {
      digitCount += 1
      let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
      if overflow {
        digitCount = value >= bound ? 20 : digitCount
        break
      }
      bound = next
    }
    let length = Swift.max(digitCount, minimumDigitCount)
    unsafe writeDigits(value, length, to: base + count)
    count += length
  }
}

/// Writes exactly `length` digits, zeros in front.
@unsafe
@inline(__always)
func writeDigits(_ value: UInt64, _ length: Int, to target: UnsafeMutablePointer<UInt8>) {
  var rest = value
  var position = length
  while position > 0 {
    position -= 1
    unsafe target[position] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
    rest /= 10
  }
}
