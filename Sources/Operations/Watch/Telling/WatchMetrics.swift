import Dump
import Synchronization

/// What a watch counts and measures, for `/metrics`, the page and readiness.
///
/// Counters go up only after what they count is certain.
final class WatchMetrics: Sendable {
  /// The numbers of one watch.
  struct Values: Sendable {
    var location = ""
    var target = ""
    /// The latest receipt that was seen.
    var newest: Timestamp?
    /// The latest dump that the target holds.
    var loaded: Timestamp?
    /// When the location answered last.
    var reachedAt: Timestamp?
    /// When a dump came into the target last.
    var lastSuccessAt: Timestamp?
    var lastDelivery: Delivery?
    /// How often each decision was made.
    var decisions: [String: Int64] = [:]
    var isLoading = false
    /// Whether the last look at the receipt failed.
    var isUnreachable = false
    /// Why the receipt cannot be acted on: there is none, or it is broken.
    var receiptFault: OperationError?
    /// What is wrong now; `nil` if nothing is.
    var problem: String?
    /// The delivery that should have come; `nil` if none is late.
    var overdue: Timestamp?
    /// When the next one is expected; `nil` if nobody has said.
    var nextDelivery: Timestamp?
    var interval: Duration?
    /// Whether its queue has answered; `nil` before it was asked, and without one.
    var isQueueReachable: Bool?
    /// Why its queue cannot be used now; `nil` if it can.
    var queueProblem: String?
  }

  private struct State {
    var values: [String: Values] = [:]
    var events: [Source: Int64] = [:]
  }

  struct Source: Hashable, Sendable {
    var way: String
    var kind: EventKind
  }

  /// When the process began to watch.
  let start = Timestamp.now
  private let state = Mutex(State())

  func update(_ name: String, _ change: (inout Values) -> Void) {
    state.withLock { change(&$0.values[name, default: Values()]) }
  }

  /// The numbers of one watch.
  subscript(name: String) -> Values { state.withLock { $0.values[name] ?? Values() } }

  func count(_ kind: EventKind, from way: String) {
    state.withLock { $0.events[Source(way: way, kind: kind), default: 0] += 1 }
  }

  /// The numbers of all watches, by name.
  var values: [Values] {
    state.withLock { state in
      state.values.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  var events: [Source: Int64] { state.withLock { $0.events } }
}
