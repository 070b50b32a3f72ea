/// The keys of a part of two sides, each with the rows that have it: a table with open addressing.
@safe
struct MarkTable: ~Copyable {
  /// A key, the first of the old rows that have it, and whether a new row had it.
  private struct Slot: BitwiseCopyable {
    var high: UInt64
    var low: UInt64
    /// −1 for no row.
    var first: Int32
    var isTaken: Bool
    var sawNew: Bool
  }

  let slotCount: Int
  private let slots: UnsafeMutablePointer<Slot>

  /// - Parameter capacity: how many keys there may be; more than that is a programming error.
  init(capacity: Int) {
    // No more than half are taken, so that there always is a free one.
    var count = 16
    while count < 2 * capacity { count *= 2 }
    slotCount = count
    unsafe slots = .allocate(capacity: count)
    unsafe slots.initialize(
      repeating: Slot(high: 0, low: 0, first: -1, isTaken: false, sawNew: false), count: count)
  }

  deinit { unsafe slots.deallocate() }

  /// The slot of a mark's key, or the free one that it would take.
  func slot(of mark: RowMark) -> Int {
    // The parts were chosen by the highest bits of the other lane.
    var slot = Int(truncatingIfNeeded: mark.low) & (slotCount - 1)
    while unsafe slots[slot].isTaken,
      unsafe slots[slot].low != mark.low || slots[slot].high != mark.high
    { slot = (slot + 1) & (slotCount - 1) }
    return slot
  }

  func isFree(_ slot: Int) -> Bool {
    precondition(slot >= 0 && slot < slotCount)
    return unsafe !slots[slot].isTaken
  }

  func take(_ slot: Int, for mark: RowMark) {
    precondition(slot >= 0 && slot < slotCount)
    unsafe slots[slot] = Slot(
      high: mark.high, low: mark.low, first: -1, isTaken: true, sawNew: false)
  }

  /// The first old row of a key; −1 for none.
  func first(at slot: Int) -> Int32 {
    precondition(slot >= 0 && slot < slotCount)
    return unsafe slots[slot].first
  }

  func setFirst(_ row: Int32, at slot: Int) {
    precondition(slot >= 0 && slot < slotCount)
    unsafe slots[slot].first = row
  }

  /// Notes that a new row has a key.
  ///
  /// - Returns: whether one had it before.
  func noteNew(at slot: Int) -> Bool {
    precondition(slot >= 0 && slot < slotCount)
    defer { unsafe slots[slot].sawNew = true }
    return unsafe slots[slot].sawNew
  }
}
