/// How many exchanges are made at once: as many as hide the time that a server takes to answer.
///
/// A server that answers within a millisecond is on this machine or the next one, and what more than
/// a few requests at once do there is wait for each other; measured, 32 take it twice the processor
/// time of 4. One that takes 20 ms is far or large, and the wait is hidden by many. The quickest
/// answer counts, since the others have waited for what is asked at the same time.
struct Pace {
  /// The exchanges at once.
  private(set) var exchangeCount: Int
  private let limit: Int
  private var quickest: Duration?

  /// The exchanges at once for each millisecond that the quickest answer takes.
  private static let countPerMillisecond = 4
  /// The exchanges at once with a server that is as near as can be.
  private static let leastCount = 4

  /// A pace of at most so many exchanges at once; before the first answer it is the slowest.
  init(limit: Int) {
    self.limit = limit
    exchangeCount = min(limit, Pace.leastCount)
  }

  /// Takes in how long a server took to answer.
  mutating func learn(_ time: Duration) {
    if let quickest, quickest <= time { return }
    quickest = time
    let count = time * Pace.countPerMillisecond / .milliseconds(1)
    exchangeCount = min(limit, max(Pace.leastCount, Int(count)))
  }
}
