internal import Parquet

/// A growable array of plain values whose elements may be written in place.
///
/// Like `Buffer`, but of this module: what is called for each value must be seen by the compiler.
@safe
struct GrowingMemory<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  /// Elements in use; the caller has reserved as many.
  var count = 0

  init(capacity: Int) {
    self.capacity = max(1, capacity)
    unsafe base = .allocate(capacity: self.capacity)
  }

  deinit { unsafe base.deallocate() }

  /// Makes room for so many elements behind those in use.
  @inline(__always)
  mutating func reserve(more: Int) {
    if count &+ more > capacity { grow(count + more) }
  }

  private mutating func grow(_ total: Int) {
    let larger = max(total, capacity * 2)
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    unsafe memory.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = memory
    capacity = larger
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    reserve(more: 1)
    unsafe base[count] = element
    count &+= 1
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count)
    return unsafe base[index]
  }

  @inline(__always)
  mutating func set(_ element: Element, at index: Int) {
    precondition(index >= 0 && index < count)
    unsafe base[index] = element
  }

  mutating func removeAll() { count = 0 }
}

extension ByteView {
  /// The byte at an offset; of this module, as ``GrowingMemory``.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < count)
    return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The eight bytes at an offset as a big-endian number.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= count - 8)
    return unsafe UInt64(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The four bytes at an offset as a little-endian number.
  @inline(__always)
  func length(at offset: Int) -> UInt32 {
    precondition(offset >= 0 && offset <= count - 4)
    return unsafe UInt32(
      littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// Bytes of it.
  @inline(__always)
  func part(_ offset: Int, _ length: Int) -> ByteView {
    precondition(offset >= 0 && length >= 0 && offset <= count - length)
    return unsafe ByteView(base: base + offset, count: length)
  }
}

extension [UInt8] {
  /// How many bytes are the same from the beginning on.
  func count(inCommonWith view: ByteView) -> Int {
    let shorter = Swift.min(count, view.count)
    return unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      var offset = 0
      while offset <= shorter - 8,
        unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          == view.base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      { offset += 8 }
      while offset < shorter,
        unsafe base.load(fromByteOffset: offset, as: UInt8.self) == view.byte(at: offset)
      { offset += 1 }
      return offset
    }
  }

  /// Whether the bytes are the same.
  func isEqual(to view: ByteView) -> Bool {
    count == view.count && count(inCommonWith: view) == view.count
  }

  /// Becomes a copy of other bytes.
  mutating func replace(with view: ByteView) {
    removeAll(keepingCapacity: true)
    unsafe append(contentsOf: UnsafeRawBufferPointer(start: view.base, count: view.count))
  }
}
