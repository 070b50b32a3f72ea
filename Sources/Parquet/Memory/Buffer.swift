/// A growable array of plain values, without initialisation and without reference counting.
///
/// Elements below `count` are defined; ``reserve(_:)`` makes room that a kernel fills through
/// ``base`` before ``count`` is raised.
@safe
package struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  /// The first element; valid for `capacity` elements until the next ``reserve(_:)``.
  package private(set) var base: UnsafeMutablePointer<Element>
  package private(set) var capacity: Int
  /// The number of defined elements.
  package var count: Int {
    didSet { precondition(count >= 0 && count <= capacity) }
  }

  package init(capacity: Int = 16) {
    self.capacity = capacity
    count = 0
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
    if count == capacity { reserve(count + 1) }
    unsafe base[count] = element
    count += 1
  }

  package mutating func removeAll() { count = 0 }

  package subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(index >= 0 && index < count)
      return unsafe base[index]
    }
    @inline(__always) set {
      precondition(index >= 0 && index < count)
      unsafe base[index] = newValue
    }
  }
}
