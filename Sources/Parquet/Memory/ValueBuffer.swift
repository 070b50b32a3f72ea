/// Decoded values of one column: plain numbers in a row, or views of bytes with the buffers that
/// hold them.
@safe
package final class ValueBuffer {
  package let layout: ValueLayout
  private var storage: Buffer<UInt64>
  /// The buffers that the views point into; kept until the values are replaced.
  private(set) var owners: [ByteBuffer] = []

  init(layout: ValueLayout) {
    self.layout = layout
    storage = Buffer(capacity: 64)
  }

  /// Makes room for `count` values; the first `kept` stay.
  func reserve(_ count: Int, keeping kept: Int) {
    let words = (count * layout.byteCount + 7) / 8
    if words > storage.capacity {
      storage.count = min((kept * layout.byteCount + 7) / 8, storage.capacity)
      storage.reserve(words)
    }
  }

  /// The values, to look at one by one; valid until the next ``reserve(_:keeping:)``.
  package var contents: Values {
    unsafe Values(
      base: UnsafeRawPointer(storage.base), byteCount: storage.capacity * 8, layout: layout)
  }

  /// The values' memory, for kernels; valid until the next ``reserve(_:keeping:)``.
  var base: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(storage.base) }

  /// The memory from a value on, for as many values as were reserved.
  package func pointer<T>(_ type: T.Type, from index: Int = 0) -> UnsafeMutablePointer<T> {
    assert(MemoryLayout<T>.stride == layout.byteCount)
    return unsafe base.assumingMemoryBound(to: T.self) + index
  }

  /// Keeps a buffer alive as long as views point into it.
  func retain(_ owner: ByteBuffer) {
    if owners.last !== owner { owners.append(owner) }
  }

  /// Lets go of all owners.
  func releaseOwners() { owners.removeAll(keepingCapacity: true) }

  /// Lets go of all owners; their memory goes back to the pool.
  func releaseOwners(to pool: BufferPool) {
    while !owners.isEmpty {
      var owner = owners.popLast()
      pool.recycle(&owner)
    }
  }
}
