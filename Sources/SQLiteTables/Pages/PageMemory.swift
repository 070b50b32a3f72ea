/// Memory for pages, freed with its owner.
@safe
struct PageMemory: ~Copyable {
  let base: UnsafeMutableRawPointer

  /// Zeroed bytes, bound to UInt8.
  init(byteCount: Int) {
    unsafe base = .allocate(byteCount: byteCount, alignment: 4096)
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
  }

  deinit {
    unsafe base.deallocate()
  }
}
