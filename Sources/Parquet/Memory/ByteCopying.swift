/// Copies and comparisons of few bytes, where a call of the system's functions would cost more than
/// the work.

/// Copies `count` bytes that do not overlap.
@unsafe
@inline(__always)
func copyBytes(
  from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, count: Int
) {
  if count > 64 {
    unsafe target.copyMemory(from: source, byteCount: count)
  } else if count >= 16 {
    // Whole steps, then the last sixteen bytes once more.
    var offset = 0
    while offset < count - 16 {
      unsafe copy(SIMD2<UInt64>.self, source, target, offset)
      offset += 16
    }
    unsafe copy(SIMD2<UInt64>.self, source, target, count - 16)
  } else if count >= 8 {
    unsafe copy(UInt64.self, source, target, 0)
    unsafe copy(UInt64.self, source, target, count - 8)
  } else if count >= 4 {
    unsafe copy(UInt32.self, source, target, 0)
    unsafe copy(UInt32.self, source, target, count - 4)
  } else {
    var offset = 0
    while offset < count {
      unsafe copy(UInt8.self, source, target, offset)
      offset += 1
    }
  }
}

@unsafe
@inline(__always)
private func copy<T: BitwiseCopyable>(
  _ type: T.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ offset: Int
) {
  unsafe target.storeBytes(
    of: source.loadUnaligned(fromByteOffset: offset, as: T.self), toByteOffset: offset, as: T.self)
}

/// Whether `count` bytes are the same.
@unsafe
@inline(__always)
func equalBytes(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
  if count >= 8 {
    var offset = 0
    while offset < count - 8 {
      if unsafe differ(UInt64.self, left, right, offset) { return false }
      offset += 8
    }
    return unsafe !differ(UInt64.self, left, right, count - 8)
  }
  if count >= 4 {
    return unsafe !differ(UInt32.self, left, right, 0)
      && !differ(UInt32.self, left, right, count - 4)
  }
  var offset = 0
  while offset < count {
    if unsafe differ(UInt8.self, left, right, offset) { return false }
    offset += 1
  }
  return true
}

@unsafe
@inline(__always)
private func differ<T: BitwiseCopyable & Equatable>(
  _ type: T.Type, _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ offset: Int
) -> Bool {
  unsafe left.loadUnaligned(fromByteOffset: offset, as: T.self)
    != right.loadUnaligned(fromByteOffset: offset, as: T.self)
}

/// A hash of some bytes, for tables in memory only.
///
/// Folds products of 64-bit words, as wyhash does.
@unsafe
@inline(__always)
func hashBytes(_ base: UnsafeRawPointer, count: Int) -> UInt64 {
  var first: UInt64
  var second: UInt64
  if count >= 8 {
    first = UInt64(truncatingIfNeeded: count) &* hashFactor
    var offset = 0
    while offset < count - 8 {
      let word = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      first = foldedProduct(first ^ word, hashFactor)
      offset += 8
    }
    second = unsafe base.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
  } else if count >= 4 {
    first = unsafe UInt64(base.loadUnaligned(as: UInt32.self))
    second = unsafe UInt64(base.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
    second |= UInt64(truncatingIfNeeded: count) << 32
  } else {
    first = 0
    second = UInt64(truncatingIfNeeded: count)
    var offset = 0
    while offset < count {
      first = first << 8 | (unsafe UInt64(base.load(fromByteOffset: offset, as: UInt8.self)))
      offset += 1
    }
  }
  return foldedProduct(first ^ 0xa076_1d64_78bd_642f, second ^ hashFactor)
}

/// A hash of one number, for tables in memory only.
@inline(__always)
func hashWord(_ word: UInt64) -> UInt64 { foldedProduct(word ^ 0xa076_1d64_78bd_642f, hashFactor) }

private let hashFactor: UInt64 = 0x9e37_79b9_7f4a_7c15

@inline(__always)
private func foldedProduct(_ left: UInt64, _ right: UInt64) -> UInt64 {
  let product = left.multipliedFullWidth(by: right)
  return product.high ^ product.low
}
