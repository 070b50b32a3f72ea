/// Unpacks `count` numbers of `width` bits each, least significant bit first, from the number at
/// `index` on.
///
/// `base` must be readable for eight bytes behind the last number; all bytes of pages are (see
/// ``ByteBuffer/padding``). A width of 57 to 64 bits may span nine bytes and is put together from
/// two loads.
@inline(__always)
func unpackBits<T: FixedWidthInteger>(
  _ base: UnsafeRawPointer, from index: Int, width: Int, count: Int,
  to target: UnsafeMutablePointer<T>
) {
  var bit = index * width
  if width <= 57 {
    let mask: UInt64 = (1 << UInt64(width)) - 1
    for i in 0..<count {
      let word = unsafe base.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
      unsafe target[i] = T(truncatingIfNeeded: (word >> UInt64(bit & 7)) & mask)
      bit += width
    }
  } else {
    let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width)) - 1
    for i in 0..<count {
      let shift = UInt64(bit & 7)
      let low = unsafe base.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
      let high = unsafe UInt64(base.load(fromByteOffset: (bit >> 3) + 8, as: UInt8.self))
      // Swift's smart shift gives 0 for a shift of 64.
      unsafe target[i] = T(truncatingIfNeeded: ((low >> shift) | (high << (64 - shift))) & mask)
      bit += width
    }
  }
}

/// How many of `count` packed numbers are a certain one, which fits in `width` bits: 32 at the most.
///
/// `base` must be readable as for ``unpackBits(_:from:width:count:to:)``.
func countPacked(
  _ number: UInt32, _ base: UnsafeRawPointer, from index: Int, width: Int, count: Int
) -> Int {
  if width == 0 { return number == 0 ? count : 0 }
  // As many as a load has whole, wherever in its first byte they begin, are compared at a time.
  let most = 57 / width
  var lowBits: UInt64 = 0
  for field in 0..<most { lowBits |= 1 << UInt64(field * width) }
  let wanted = lowBits &* UInt64(number)
  var found = 0
  var done = 0
  while done < count {
    let bit = (index + done) * width
    let word =
      unsafe base.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
      >> UInt64(bit & 7)
    let length = min(most, count - done)
    let differing = word ^ wanted
    // Every bit of a number that is another one is gathered in its lowest.
    var others = differing
    for shift in stride(from: 1, to: width, by: 1) { others |= differing >> UInt64(shift) }
    others &= lowBits & ((1 << UInt64(length * width)) - 1)
    found += length - others.nonzeroBitCount
    done += length
  }
  return found
}

/// The number of bits that numbers up to `maximum` need.
func bitWidth(of maximum: Int) -> Int { Int.bitWidth - maximum.leadingZeroBitCount }
