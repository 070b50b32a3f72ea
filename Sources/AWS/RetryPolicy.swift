import Synchronization

/// When a request is made again: exponential back-off with full jitter.
///
/// The delay before try n+1 is random between 0 and `base · 2^(n-1)`, at most the cap: clients that
/// failed together do not come back together.
package struct RetryPolicy: Sendable, Hashable {
  /// How often a request is made at the most.
  package var attemptLimit = 8
  /// The longest delay before the second try.
  package var base = Duration.milliseconds(100)
  /// The longest delay at all.
  package var cap = Duration.seconds(20)

  /// The defaults.
  package init() {}

  /// No second try.
  package static let once: RetryPolicy = {
    var policy = RetryPolicy()
    policy.attemptLimit = 1
    return policy
  }()

  /// How long to wait after a failed try.
  ///
  /// - Parameters:
  ///   - attempt: the tries made so far, from 1.
  ///   - retryAfter: the seconds that the service asks for, if it does.
  ///   - share: a random number from 0 to 1.
  /// - Returns: the delay; `nil` if that was the last try.
  package func delay(after attempt: Int, retryAfter: Int? = nil, share: Double) -> Duration? {
    guard attempt < attemptLimit else { return nil }
    let jittered = min(cap, base * (1 << min(attempt - 1, 20))) * share
    // What a service asks for is believed up to the cap.
    guard let retryAfter, retryAfter > 0 else { return jittered }
    return max(jittered, min(cap, .seconds(min(retryAfter, 3_600))))
  }
}

/// What all requests together may spend on further tries, so that a service that is down is not
/// asked eight times as often as one that is well.
package final class RetryBudget: Sendable {
  private let tokens: Mutex<Int>
  private let capacity: Int
  private static let cost = 5

  /// A budget; 500 is enough for a hundred tries in a row.
  package init(capacity: Int = 500) {
    self.capacity = capacity
    tokens = Mutex(capacity)
  }

  /// Takes what a further try costs; `false` if it is not there.
  func spend() -> Bool {
    tokens.withLock { tokens in
      guard tokens >= RetryBudget.cost else { return false }
      tokens -= RetryBudget.cost
      return true
    }
  }

  /// Gives a little back: something has succeeded.
  func refill() { tokens.withLock { $0 = min(capacity, $0 + 1) } }
}
