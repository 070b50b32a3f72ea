/// What `SerialType` says about numbers, looked up instead of computed.
///
/// A table entry costs one load where the same arithmetic takes four or five instructions, which
/// is a fifth of the time that a column of numbers takes.
@safe
struct NumberForms: ~Copyable {
  /// How the body of a serial type is cut from a value's 64 bits.
  struct Form {
    /// The body's bytes in an eight-byte word of the file, read little-endian.
    var mask: UInt64
    /// How far left the value's bits go so that its body's first byte is the word's highest.
    var shift: UInt64
    var byteCount: Int
  }

  /// By serial type: 16 of them, though numbers have but ten.
  let forms: UnsafeMutablePointer<Form>
  /// By the highest bit that differs from the sign, 0 to 63: the serial type of an integer.
  let typesByHighestBit: UnsafeMutablePointer<UInt8>

  init() {
    unsafe forms = .allocate(capacity: 16)
    unsafe typesByHighestBit = .allocate(capacity: 64)
    for type in 0..<16 {
      let byteCount = SerialType.bodyByteCount(ofNumber: UInt64(type))
      let form = Form(
        mask: byteCount == 0 ? 0 : .max >> (64 - 8 * byteCount),
        shift: (64 - 8 * byteCount) & 63, byteCount: Int(byteCount))
      unsafe (forms + type).initialize(to: form)
    }
    for bit in 0..<64 {
      // 2 stands for both 0 and 1 as well: those have serial types of their own.
      let value = Int64(bitPattern: UInt64(1) << UInt64(min(max(bit, 1), 62)))
      unsafe (typesByHighestBit + bit).initialize(to: UInt8(SerialType.ofInteger(value)))
    }
  }

  deinit {
    unsafe forms.deallocate()
    unsafe typesByHighestBit.deallocate()
  }
}

extension SerialType {
  /// `ofInteger`, with the table of `NumberForms.typesByHighestBit`.
  static func ofInteger(_ value: Int64, _ types: UnsafeMutablePointer<UInt8>) -> UInt8 {
    let magnitude = UInt64(bitPattern: value ^ (value &>> 63)) | 1
    // In bounds: 63 less 0 to 63.
    let type = unsafe types[63 &- magnitude.leadingZeroBitCount]
    let bits = UInt64(bitPattern: value)
    return bits <= 1 ? 8 &+ UInt8(truncatingIfNeeded: bits) : type
  }
}
