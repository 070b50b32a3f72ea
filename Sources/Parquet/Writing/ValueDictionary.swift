/// The distinct values of a column in the order of their first occurrence, found by hashing.
///
/// The values stand in the PLAIN encoding, which makes them the body of the dictionary page as they
/// are. Open addressing: a slot has the upper half of the hash, and the value's index plus one.
@safe
struct ValueDictionary: ~Copyable {
  /// The number of values.
  private(set) var count = 0
  /// The values in the PLAIN encoding.
  private(set) var plain = Buffer<UInt8>(capacity: 1_024)
  /// Where the values of byte arrays begin in ``plain``, and where the last one ends.
  private var offsets = Buffer<Int>()
  private let shape: ValueShape
  private var slots = Buffer<UInt64>(capacity: smallestCapacity)
  private var mask = smallestCapacity - 1
  private var lookedUp: UInt64 = 0

  private static let smallestCapacity = 1_024

  init(shape: ValueShape) {
    self.shape = shape
    offsets.append(0)
    clearSlots(ValueDictionary.smallestCapacity)
  }

  mutating func removeAll() {
    count = 0
    plain.removeAll()
    offsets.removeAll()
    offsets.append(0)
    clearSlots(ValueDictionary.smallestCapacity)
  }

  private mutating func clearSlots(_ capacity: Int) {
    slots.removeAll()
    slots.append(repeating: 0, count: capacity)
    mask = capacity - 1
  }

  /// A value in the PLAIN encoding, without its length.
  func value(at index: Int) -> ByteView {
    precondition(index >= 0 && index < count)
    switch shape {
    case .boolean: return plain.view.slice(index, 1)
    case .word4: return plain.view.slice(4 * index, 4)
    case .word8: return plain.view.slice(8 * index, 8)
    case .fixed(let length): return plain.view.slice(index * length, length)
    case .variable:
      return plain.view.slice(offsets[index] + 4, offsets[index + 1] - offsets[index] - 4)
    }
  }

  /// The bytes that the values at some indices take in the PLAIN encoding.
  ///
  /// - Precondition: all are indices of values.
  @unsafe
  func byteCount(of indices: UnsafePointer<UInt32>, count: Int) -> Int {
    if let width = shape.width { return count * width }
    var total = 0
    for position in 0..<count {
      let index = unsafe Int(indices[position])
      total += unsafe offsets.base[index + 1] - offsets.base[index]
    }
    return total
  }

  /// Appends the values at some indices in the PLAIN encoding.
  ///
  /// - Precondition: all are indices of values.
  @unsafe
  func gather(
    _ indices: UnsafePointer<UInt32>, count: Int, to target: inout Buffer<UInt8>
  ) {
    target.reserve(target.count + (unsafe byteCount(of: indices, count: count)))
    var end = unsafe UnsafeMutableRawPointer(target.base) + target.count
    let source = unsafe UnsafeRawPointer(plain.base)
    for position in 0..<count {
      let index = unsafe Int(indices[position])
      let offset: Int
      let length: Int
      if let width = shape.width {
        offset = index * width
        length = width
      } else {
        offset = unsafe offsets.base[index]
        length = unsafe offsets.base[index + 1] - offset
      }
      unsafe copyBytes(from: source + offset, to: end, count: length)
      unsafe end += length
    }
    target.count = unsafe UnsafeRawPointer(end) - UnsafeRawPointer(target.base)
  }

  // MARK: Finding

  /// The index of a number, which is added if it is new.
  @inline(__always)
  mutating func index<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    ofNumber number: T
  ) -> UInt32 {
    let hash = hashWord(UInt64(truncatingIfNeeded: number))
    let tag = hash >> 32
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      // The mask keeps the slot inside; indices in slots are those of values that exist.
      let entry = unsafe slots.base[slot]
      if entry == 0 { break }
      if entry >> 32 == tag {
        let index = UInt32(truncatingIfNeeded: entry) &- 1
        let known = unsafe UnsafeRawPointer(plain.base).loadUnaligned(
          fromByteOffset: Int(index) * MemoryLayout<T>.size, as: T.self)
        if known == number { return index }
      }
      slot = (slot + 1) & mask
    }
    plain.append(littleEndian: number)
    return add(hash, at: slot)
  }

  /// The indices of byte arrays; those that are new are added.
  ///
  /// The slots of some are looked up together, so that the processor waits once for memory, not for
  /// each.
  ///
  /// - Parameters:
  ///   - values: the byte arrays.
  ///   - wanted: how many.
  ///   - limit: bytes of the dictionary beyond which no further value is taken.
  ///   - target: memory for as many indices.
  /// - Returns: how many were taken.
  @unsafe
  mutating func indices(
    ofBytes values: UnsafePointer<ByteView>, count wanted: Int, upTo limit: Int,
    into target: UnsafeMutablePointer<UInt32>
  ) -> Int {
    var hashes = InlineArray<16, UInt64>(repeating: 0)
    var done = 0
    while done < wanted {
      let some = min(hashes.count, wanted - done)
      var found: UInt64 = 0
      for position in 0..<some {
        let value = unsafe values[done + position]
        let hash = unsafe hashBytes(value.base, count: value.count)
        hashes[position] = hash
        unsafe found |= slots.base[Int(truncatingIfNeeded: hash) & mask]
      }
      lookedUp |= found
      for position in 0..<some {
        guard plain.count <= limit else { return done }
        unsafe target[done] = index(ofBytes: values[done], hash: hashes[position])
        done += 1
      }
    }
    return done
  }

  /// The index of a byte array, which is added if it is new.
  @inline(__always)
  mutating func index(ofBytes value: ByteView) -> UInt32 {
    index(ofBytes: value, hash: unsafe hashBytes(value.base, count: value.count))
  }

  @inline(__always)
  private mutating func index(ofBytes value: ByteView, hash: UInt64) -> UInt32 {
    let tag = hash >> 32
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = unsafe slots.base[slot]
      if entry == 0 { break }
      if entry >> 32 == tag {
        let index = UInt32(truncatingIfNeeded: entry) &- 1
        if isEqual(Int(index), value) { return index }
      }
      slot = (slot + 1) & mask
    }
    plain.append(value, shape)
    if shape == .variable { offsets.append(plain.count) }
    return add(hash, at: slot)
  }

  @inline(__always)
  private func isEqual(_ index: Int, _ value: ByteView) -> Bool {
    if shape != .variable {
      return unsafe equalBytes(plain.base + index * value.count, value.base, count: value.count)
    }
    let known = unsafe UnsafeRawPointer(plain.base) + offsets.base[index]
    let length = unsafe Int(known.loadUnaligned(as: UInt32.self))
    return unsafe length == value.count && equalBytes(known + 4, value.base, count: length)
  }

  @inline(never)
  private mutating func add(_ hash: UInt64, at slot: Int) -> UInt32 {
    count += 1
    slots[slot] = (hash >> 32) << 32 | UInt64(count)
    if 2 * count > slots.count { grow() }
    return UInt32(truncatingIfNeeded: count - 1)
  }

  private mutating func grow() {
    clearSlots(2 * slots.count)
    for index in 0..<count {
      let hash: UInt64
      switch shape {
      case .word4: hash = hashWord(UInt64(plain.view.load(UInt32.self, at: 4 * index)))
      case .word8: hash = hashWord(plain.view.load(UInt64.self, at: 8 * index))
      case .boolean, .fixed, .variable:
        let value = value(at: index)
        hash = unsafe hashBytes(value.base, count: value.count)
      }
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = (hash >> 32) << 32 | UInt64(index + 1)
    }
  }
}

extension Buffer where Element == UInt8 {
  /// Appends a byte array in the PLAIN encoding.
  @inline(__always)
  mutating func append(_ value: ByteView, _ shape: ValueShape) {
    if shape == .variable {
      reserve(count + 4 + value.count)
      append(littleEndian: UInt32(truncatingIfNeeded: value.count))
    } else {
      reserve(count + value.count)
    }
    unsafe copyBytes(
      from: value.base, to: UnsafeMutableRawPointer(base + count), count: value.count)
    count += value.count
  }
}

/// How the values of a column are laid out in the PLAIN encoding.
enum ValueShape: Equatable, BitwiseCopyable {
  /// One byte each, packed to bits only in the page.
  case boolean
  case word4
  case word8
  /// So many bytes each.
  case fixed(Int)
  /// A length in four bytes, then the bytes.
  case variable

  init(_ column: LeafColumn) {
    switch column.physicalType {
    case .boolean: self = .boolean
    case .int32, .float: self = .word4
    case .int64, .double: self = .word8
    case .int96, .fixedLengthByteArray: self = .fixed(column.typeLength)
    case .byteArray: self = .variable
    }
  }

  /// The bytes of each value, where all have the same.
  var width: Int? {
    switch self {
    case .boolean: 1
    case .word4: 4
    case .word8: 8
    case .fixed(let length): length
    case .variable: nil
    }
  }
}
