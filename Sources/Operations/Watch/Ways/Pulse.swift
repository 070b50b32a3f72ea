import Synchronization

/// Tells whether all ways in are alive: each says by when it is heard of again.
///
/// A clock of its own would go on beating when everything else hangs.
final class Pulse: Sendable {
  private let ends = Mutex<[String: ContinuousClock.Instant]>([:])

  /// How long a look at a receipt may take before a load begins, with all tries of its requests.
  static let lookTime = Duration.seconds(600)

  /// A way says that it is alive, and how long it may be silent now.
  func expect(_ way: String, within time: Duration) {
    ends.withLock { $0[way] = .now + time }
  }

  /// A way does something that is answered for elsewhere, or has ended.
  func forget(_ way: String) { ends.withLock { _ = $0.removeValue(forKey: way) } }

  /// The ways that have been silent for too long.
  ///
  /// - Parameters:
  ///   - now: the time.
  ///   - isBusy: whether a way is at work that may take any time, as a load may; its time begins
  ///     anew when that is done.
  /// - Returns: their names, sorted.
  func silent(at now: ContinuousClock.Instant, except isBusy: (String) -> Bool) -> [String] {
    ends.withLock { ends in
      var silent: [String] = []
      for (way, end) in ends where isBusy(way) { ends[way] = max(end, now + Pulse.lookTime) }
      for (way, end) in ends where end < now { silent.append(way) }
      return silent.sorted()
    }
  }
}
