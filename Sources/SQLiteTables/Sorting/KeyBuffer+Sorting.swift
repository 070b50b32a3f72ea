internal import Parquet

/// Sorting: eight bytes of each key at a time are sorted as numbers, and what they leave equal by the
/// next eight.
///
/// Numbers are sorted by their bytes, the last one first (LSD radix sort); bytes that are the same
/// in all of them cost nothing but the look.
extension KeyBuffer {
  /// Below this many, comparing is quicker than counting.
  private static let radixThreshold = 512

  /// Sorts the keys, and copies them in their order.
  ///
  /// - Returns: the keys, one after the other.
  mutating func sorted() -> KeyBytes {
    bytes.reserve(more: KeyBuffer.slack)
    let spare = GrowingMemory<KeyEntry>(capacity: entries.count)
    unsafe sort(
      UnsafeMutableBufferPointer(start: entries.base, count: entries.count),
      UnsafeMutableBufferPointer(start: spare.base, count: entries.count), depth: 4)
    extendLifetime(spare)
    let sorted = KeyBytes(byteCount: bytes.count)
    var offset = 0
    for index in 0..<entries.count {
      let key = unsafe UnsafeRawPointer(bytes.base) + entries.base[index].offset
      let count = 4 + Int(unsafe key.loadUnaligned(as: UInt32.self))
      unsafe (sorted.base + offset).copyMemory(from: key, byteCount: count)
      offset += count
    }
    return sorted
  }

  /// Sorts keys that are equal before `depth`.
  private func sort(
    _ keys: UnsafeMutableBufferPointer<KeyEntry>, _ spare: UnsafeMutableBufferPointer<KeyEntry>,
    depth: Int
  ) {
    var depth = depth
    while true {
      if keys.count < 2 { return }
      for index in 0..<keys.count {
        // In bounds: keys that are equal so far go on, and there is slack behind the last one.
        let place = unsafe UnsafeRawPointer(bytes.base) + keys[index].offset + depth
        unsafe keys[index].prefix = UInt64(bigEndian: place.loadUnaligned(as: UInt64.self))
      }
      if keys.count < KeyBuffer.radixThreshold {
        var few = unsafe keys
        unsafe few.sort { $0.prefix < $1.prefix }
      } else {
        unsafe KeyBuffer.radixSort(keys, spare)
      }
      depth += 8
      // All equal: this goes on instead of calling itself, since texts may be long.
      if unsafe keys[0].prefix != keys[keys.count - 1].prefix { break }
    }
    var start = 0
    while start < keys.count {
      var end = start + 1
      while end < keys.count, unsafe keys[end].prefix == keys[start].prefix { end += 1 }
      if end - start > 1 {
        unsafe sort(
          UnsafeMutableBufferPointer(rebasing: keys[start..<end]),
          UnsafeMutableBufferPointer(rebasing: spare[start..<end]), depth: depth)
      }
      start = end
    }
  }

  private static func radixSort(
    _ keys: UnsafeMutableBufferPointer<KeyEntry>, _ spare: UnsafeMutableBufferPointer<KeyEntry>
  ) {
    var counts = [Int](repeating: 0, count: 8 * 256)
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      for index in 0..<keys.count {
        var prefix = unsafe keys[index].prefix
        for digit in 0..<8 {
          unsafe counts[digit &* 256 &+ Int(prefix & 255)] &+= 1
          prefix >>= 8
        }
      }
    }
    var source = unsafe keys
    var target = unsafe spare
    for digit in 0..<8 {
      let shift = UInt64(digit * 8)
      let first = unsafe Int(keys[0].prefix >> shift & 255)
      if counts[digit * 256 + first] == keys.count { continue }
      var next = 0
      for value in 0..<256 {
        let count = counts[digit * 256 + value]
        counts[digit * 256 + value] = next
        next += count
      }
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        for index in 0..<source.count {
          let entry = unsafe source[index]
          let place = digit &* 256 &+ Int(entry.prefix >> shift & 255)
          unsafe target[counts[place]] = entry
          unsafe counts[place] &+= 1
        }
      }
      unsafe swap(&source, &target)
    }
    if unsafe source.baseAddress != keys.baseAddress {
      unsafe _ = keys.update(fromContentsOf: source)
    }
  }
}

/// Sorted keys in memory.
@safe
final class KeyBytes: @unchecked Sendable {  // Written once, before anybody else sees it.
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    unsafe base = .allocate(byteCount: byteCount + KeyBuffer.slack, alignment: 16)
  }

  deinit { unsafe base.deallocate() }

  var view: ByteView { unsafe ByteView(base: UnsafeRawPointer(base), count: byteCount) }
}
