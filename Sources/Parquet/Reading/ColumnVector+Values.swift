/// Single values. The vector must not be dictionary-encoded (see ``ColumnVector/materialize()``),
/// and the entry must have a value.
extension ColumnVector {
  /// The low bits of an INT32 or INT64, as a signed number.
  package func signed(_ entry: Int, bitWidth: Int) -> Int64 {
    let raw = integer(entry)
    return bitWidth == 64 ? raw : (raw << Int64(64 - bitWidth)) >> Int64(64 - bitWidth)
  }

  /// The low bits of an INT32 or INT64, as an unsigned number.
  package func unsigned(_ entry: Int, bitWidth: Int) -> UInt64 {
    let raw = UInt64(bitPattern: integer(entry))
    return bitWidth == 64 ? raw : raw & (1 << UInt64(bitWidth) - 1)
  }

  private func integer(_ entry: Int) -> Int64 {
    precondition(entry >= 0 && entry < entryCount && dictionary == nil)
    return values.layout == .bytes4
      ? unsafe Int64(valuePointer(Int32.self)[entry]) : unsafe valuePointer(Int64.self)[entry]
  }

  /// The bytes of a BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY or INT96.
  package func bytes(_ entry: Int) -> ByteView {
    precondition(entry >= 0 && entry < entryCount && dictionary == nil)
    return unsafe valuePointer(ByteView.self)[entry]
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
    default: return sign * Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
    }
  }
}
