internal import Parquet

/// Hashes values of rows: two lanes of folded 128-bit products, 16 bytes a step.
///
/// Values go in with their kind and length, so that no two rows of values give the same steps.
struct MarkHasher: Sendable {
  /// What each lane multiplies with; chosen by chance for one comparison.
  private let a0, a1, b0, b1: UInt64
  private let start: State

  /// How far a row's hash has come.
  struct State: Sendable {
    var a: UInt64
    var b: UInt64
  }

  init() {
    var random = SystemRandomNumberGenerator()
    a0 = random.next()
    a1 = random.next()
    b0 = random.next()
    b1 = random.next()
    start = State(a: random.next(), b: random.next())
  }

  /// The state before the first value.
  @inline(__always)
  func begin() -> State { start }

  @inline(__always)
  func addNull(to state: inout State) { step(UInt64(KeyKind.null), 0, &state) }

  @inline(__always)
  func add(integer: Int64, to state: inout State) {
    step(UInt64(KeyKind.integer), UInt64(bitPattern: integer), &state)
  }

  @inline(__always)
  func add(real: Double, to state: inout State) {
    // SQLite stores no NaN, and takes both zeros for one.
    if real != real { return addNull(to: &state) }
    step(UInt64(KeyKind.real), (real == 0 ? 0 : real).bitPattern, &state)
  }

  /// Adds a text or blob.
  @inline(__always)
  func add(_ kind: UInt8, _ view: ByteView, to state: inout State) {
    let count = view.count
    step(UInt64(kind), UInt64(truncatingIfNeeded: count), &state)
    var offset = 0
    while count - offset > 16 {
      step(view.word(at: offset), view.word(at: offset + 8), &state)
      offset += 16
    }
    // The last bytes, some of them a second time; the length tells which.
    if count >= 16 {
      step(view.word(at: count - 16), view.word(at: count - 8), &state)
    } else if count >= 8 {
      step(view.word(at: 0), view.word(at: count - 8), &state)
    } else if count >= 4 {
      step(UInt64(view.length(at: 0)), UInt64(view.length(at: count - 4)), &state)
    } else if count > 0 {
      let first = UInt64(view.byte(at: 0))
      let middle = UInt64(view.byte(at: count / 2))
      step(first << 16 | middle << 8 | UInt64(view.byte(at: count - 1)), 0, &state)
    }
  }

  @inline(__always)
  private func step(_ x: UInt64, _ y: UInt64, _ state: inout State) {
    let a = (state.a ^ x ^ a0).multipliedFullWidth(by: y ^ a1)
    let b = (state.b ^ y ^ b0).multipliedFullWidth(by: x ^ b1)
    // The factor is added once more, lest one that is 0 wipe out what came before.
    state.a = (a.high ^ a.low) &+ state.a
    state.b = (b.high ^ b.low) &+ state.b
  }
}
