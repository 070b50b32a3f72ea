/// Owned bytes: a fetched range of the file, a decompressed page, or values that a decoder built.
///
/// Behind `count` bytes there are always ``padding`` more that may be read, so that kernels load
/// eight or sixteen bytes at a time without looking at the end.
@safe
package final class ByteBuffer {
  /// Readable bytes behind the end.
  static let padding = 64

  private var base: UnsafeMutableRawPointer
  private(set) var capacity: Int
  private(set) var count: Int

  /// A buffer of `count` bytes with undefined contents.
  init(count: Int) {
    capacity = count
    self.count = count
    unsafe base = ByteBuffer.allocate(count)
  }

  deinit { unsafe base.deallocate() }

  private static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
    let base = UnsafeMutableRawPointer.allocate(byteCount: count + padding, alignment: 64)
    unsafe base.advanced(by: count).initializeMemory(as: UInt8.self, repeating: 0, count: padding)
    return unsafe base
  }

  /// Changes the size.
  ///
  /// What was there is kept up to the smaller of both sizes; views of the buffer are invalid
  /// afterwards.
  func resize(to newCount: Int) {
    if newCount > capacity {
      let grown = Swift.max(newCount, capacity + capacity / 2)
      let larger = unsafe ByteBuffer.allocate(grown)
      unsafe larger.copyMemory(from: base, byteCount: count)
      unsafe base.deallocate()
      unsafe base = larger
      capacity = grown
    }
    count = newCount
  }

  /// All bytes.
  var view: ByteView { unsafe ByteView(base: UnsafeRawPointer(base), count: count) }

  /// All bytes, to write them.
  var bytes: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: base, count: count)
  }

  /// Appends a copy of the bytes; views of the buffer are invalid afterwards.
  func append(_ view: ByteView) {
    let end = count
    resize(to: end + view.count)
    unsafe base.advanced(by: end).copyMemory(from: view.base, byteCount: view.count)
  }
}

extension ByteBuffer {
  /// A copy of the bytes.
  convenience init(copying view: ByteView) {
    self.init(count: 0)
    append(view)
  }

  /// Appends some bytes; views of the buffer are invalid afterwards.
  func append(_ bytes: [UInt8]) { append(bytes.span) }

  /// Appends some bytes; views of the buffer are invalid afterwards.
  func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress {
        unsafe append(ByteView(base: base, count: bytes.count))
      }
    }
  }
}

/// Buffers to use again, so that a reader of many pages does not ask the system for each of them.
///
/// Fresh memory costs more than a page's decompression: the system clears each 4 KiB of it on first
/// touch. One pool serves one thread.
package final class BufferPool {
  private var free: [ByteBuffer] = []
  private var freeByteCount = 0

  /// What is kept at the most.
  private let limit: Int

  package init(limit: Int = 64 << 20) { self.limit = limit }

  /// A buffer of `count` bytes with undefined contents.
  func take(count: Int) -> ByteBuffer {
    // The smallest of the free buffers that is large enough, if it is not far too large.
    var best: Int?
    for index in free.indices where free[index].capacity >= count {
      if best.map({ free[index].capacity < free[$0].capacity }) ?? true { best = index }
    }
    if let best, free[best].capacity <= Swift.max(4 * count, 64 << 10) {
      let buffer = free[best]
      free.swapAt(best, free.count - 1)
      free.removeLast()
      freeByteCount -= buffer.capacity
      buffer.resize(to: count)
      return buffer
    }
    return ByteBuffer(count: count)
  }

  /// Lets go of a buffer, and keeps it for the next use if nobody else holds it.
  func recycle(_ buffer: inout ByteBuffer?) {
    defer { buffer = nil }
    guard isKnownUniquelyReferenced(&buffer), let buffer else { return }
    guard freeByteCount + buffer.capacity <= limit, free.count < 512 else { return }
    freeByteCount += buffer.capacity
    free.append(buffer)
  }
}
