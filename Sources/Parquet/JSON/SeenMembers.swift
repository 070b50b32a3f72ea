/// Which members of an object have occurred; of up to 64 without memory of its own.
struct SeenMembers {
  private var bits: UInt64 = 0
  private var others: Set<Int> = []
  private var left: Int

  init(count: Int) { left = count }

  var isComplete: Bool { left == 0 }

  func contains(_ position: Int) -> Bool {
    position < 64 ? bits >> UInt64(position) & 1 == 1 : others.contains(position)
  }

  /// Whether it is the first time.
  mutating func insert(_ position: Int) -> Bool {
    if contains(position) { return false }
    if position < 64 { bits |= 1 << UInt64(position) } else { others.insert(position) }
    left -= 1
    return true
  }
}
