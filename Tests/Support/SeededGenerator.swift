import Foundation

/// Random numbers that can be made again: SplitMix64 (Steele, Lea, Flood 2014).
///
/// Every test that uses it names `seed` in its expectations. `RECEIPT_SEED=… swift test` repeats a
/// run.
package struct SeededGenerator: RandomNumberGenerator {
  /// What begins the sequence.
  package let seed: UInt64
  private var state: UInt64

  /// The sequence of a seed.
  package init(seed: UInt64) {
    self.seed = seed
    self.state = seed
  }

  /// The sequence of `RECEIPT_SEED`, or of a random seed.
  package init() {
    let given = ProcessInfo.processInfo.environment["RECEIPT_SEED"].flatMap { UInt64($0) }
    self.init(seed: given ?? UInt64.random(in: 0...UInt64(UInt32.max)))
  }

  /// The next number.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
