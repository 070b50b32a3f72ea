/// A borrowed look at decoded values: single values by their index.
///
/// Each access is checked against the memory; whether a value was decoded there is the caller's
/// knowledge. Valid as long as the ``ValueBuffer`` is neither grown nor filled anew.
@safe
package struct Values: BitwiseCopyable {
  private let base: UnsafeRawPointer
  private let byteCount: Int
  private let layout: ValueLayout

  init(base: UnsafeRawPointer, byteCount: Int, layout: ValueLayout) {
    unsafe self.base = base
    self.byteCount = byteCount
    self.layout = layout
  }

  @inline(__always)
  private func value<T: BitwiseCopyable>(_ type: T.Type, _ index: Int) -> T {
    let size = MemoryLayout<T>.stride
    precondition(
      size == layout.byteCount && index >= 0 && index * size <= byteCount - size)
    return unsafe base.load(fromByteOffset: index * size, as: T.self)
  }

  package func boolean(_ index: Int) -> Bool { value(UInt8.self, index) != 0 }
  package func float(_ index: Int) -> Float { value(Float.self, index) }
  package func double(_ index: Int) -> Double { value(Double.self, index) }

  /// The bytes of a BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY or INT96.
  package func view(_ index: Int) -> ByteView { value(ByteView.self, index) }

  /// The low bits of an INT32 or INT64, as a signed number.
  package func signed(_ index: Int, bitWidth: Int = 64) -> Int64 {
    let raw = integer(index)
    return bitWidth == 64 ? raw : (raw << Int64(64 - bitWidth)) >> Int64(64 - bitWidth)
  }

  /// The low bits of an INT32 or INT64, as an unsigned number.
  package func unsigned(_ index: Int, bitWidth: Int = 64) -> UInt64 {
    let raw = UInt64(bitPattern: integer(index))
    return bitWidth == 64 ? raw : raw & ((1 << UInt64(bitWidth)) - 1)
  }

  private func integer(_ index: Int) -> Int64 {
    layout == .bytes4 ? Int64(value(Int32.self, index)) : value(Int64.self, index)
  }
}

extension ByteView {
  /// Two bytes as a half-precision number, widened; exact.
  package var float16: Double {
    let bits = load(UInt16.self, at: 0)
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Double(bits & 0x3ff)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 0x1f: return fraction == 0 ? sign * .infinity : .nan
    default:
      let significand = 1 + fraction * 0x1p-10
      return sign * Double(sign: .plus, exponent: exponent - 15, significand: significand)
    }
  }
}
