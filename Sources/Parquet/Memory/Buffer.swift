/// A growable array of plain values, without initialisation and without reference counting.
///
/// Elements below `count` are defined; ``reserve(_:)`` makes room that a kernel fills through
/// ``base`` before ``count`` is raised.
@safe
package struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  /// The first element; valid for `capacity` elements until the next ``reserve(_:)``.
  package private(set) var base: UnsafeMutablePointer<Element>
  package private(set) var capacity: Int
  private var definedCount = 0

  /// The number of defined elements; at most ``capacity``.
  package var count: Int {
    @inline(__always) get { definedCount }
    set {
      precondition(newValue >= 0 && newValue <= capacity)
      definedCount = newValue
    }
  }

  package init(capacity: Int = 16) {
    self.capacity = capacity
    unsafe base = .allocate(capacity: capacity)
  }

  deinit { unsafe base.deallocate() }

  /// Makes room for at least `total` elements; the first `count` are kept.
  package mutating func reserve(_ total: Int) {
    guard total > capacity else { return }
    let grown = Swift.max(total, capacity * 2)
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: grown)
    unsafe larger.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = larger
    capacity = grown
  }

  package mutating func append(_ element: Element) {
    if definedCount == capacity { reserve(definedCount + 1) }
    unsafe base[definedCount] = element
    definedCount += 1
  }

  /// Appends copies of some elements that lie side by side.
  package mutating func append(copying source: UnsafePointer<Element>, count: Int) {
    reserve(definedCount + count)
    unsafe (base + definedCount).update(from: source, count: count)
    definedCount += count
  }

  /// Appends the same element several times.
  package mutating func append(repeating element: Element, count: Int) {
    reserve(definedCount + count)
    unsafe (base + definedCount).update(repeating: element, count: count)
    definedCount += count
  }

  /// Appends elements that a function writes.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - fill: writes all of them.
  /// - Throws: what `fill` throws; nothing is appended then.
  package mutating func append<Failure: Error>(
    _ count: Int, fill: (UnsafeMutablePointer<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    reserve(definedCount + count)
    unsafe try fill(base + definedCount)
    definedCount += count
  }

  package mutating func removeAll() { definedCount = 0 }

  package subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(index >= 0 && index < definedCount)
      return unsafe base[index]
    }
    @inline(__always) set {
      precondition(index >= 0 && index < definedCount)
      unsafe base[index] = newValue
    }
  }
}
