import Synchronization

/// How far an operation has come: counters that workers raise and a display reads.
public final class Progress: Sendable {
  /// What is being counted.
  public enum Unit: Sendable {
    case files
    case rows
    case statements
  }

  /// A look at the counters.
  public struct State: Sendable {
    /// What is being done, such as `reading footers`.
    public var phase = ""
    /// What is counted.
    public var unit = Unit.files
    /// How many there are; 0 while that is not known.
    public var total: Int64 = 0
    /// How many are done.
    public var done: Int64 = 0
    /// Bytes read or written in this phase.
    public var byteCount: Int64 = 0
    /// When the phase began.
    public var start = ContinuousClock.now
  }

  private let phase = Mutex(State())
  private let done = Atomic<Int64>(0)
  private let bytes = Atomic<Int64>(0)

  /// Counters at zero.
  public init() {}

  /// Begins a new phase.
  func begin(_ name: String, total: Int64, unit: Unit = .files) {
    phase.withLock { $0 = State(phase: name, unit: unit, total: total) }
    done.store(0, ordering: .relaxed)
    bytes.store(0, ordering: .relaxed)
  }

  func add(_ count: Int64, bytes byteCount: Int64 = 0) {
    done.add(count, ordering: .relaxed)
    bytes.add(byteCount, ordering: .relaxed)
  }

  /// The counters now.
  public var state: State {
    var state = phase.withLock { $0 }
    state.done = done.load(ordering: .relaxed)
    state.byteCount = bytes.load(ordering: .relaxed)
    return state
  }
}
