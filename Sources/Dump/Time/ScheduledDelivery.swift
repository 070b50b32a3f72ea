/// A delivery that a schedule promises, and the dump that came for it.
public struct ScheduledDelivery: Sendable, Hashable, Codable {
  /// What became of it.
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// A dump came in time.
    case delivered
    /// A dump came, and later than it may.
    case late
    /// None came, and it is later than one may come.
    case missing
    /// None came yet, and there is time.
    case awaited
  }

  /// When it is due.
  public let due: Timestamp
  /// The first dump that came for it.
  public let dump: Timestamp?
  /// What became of it.
  public let state: State

  /// Makes a delivery from its parts.
  public init(due: Timestamp, dump: Timestamp?, state: State) {
    self.due = due
    self.dump = dump
    self.state = state
  }
}

extension Schedule {
  /// The deliveries of a span of time, the next one included, and what became of each.
  ///
  /// A dump counts for the last delivery that was due when it was made, or half an hour later at
  /// most: its timestamp is the beginning of its export, which may be a little before that.
  ///
  /// - Parameters:
  ///   - start: the deliveries that were due before are left out.
  ///   - dumps: the dumps there were, in any order.
  ///   - now: the time.
  ///   - grace: how late a delivery may be.
  ///   - limit: how many are told of at most, the last ones.
  /// - Returns: the deliveries, the first one first.
  public func deliveries(
    since start: Timestamp, of dumps: [Timestamp], now: Timestamp, grace: Duration,
    limit: Int = 1_000
  ) -> [ScheduledDelivery] {
    var first: [Timestamp: Timestamp] = [:]
    for dump in dumps {
      let due = delivery(before: dump.advanced(by: Self.earliness) ?? dump)
      first[due] = min(first[due] ?? dump, dump)
    }
    var deliveries: [ScheduledDelivery] = []
    var due = delivery(after: now)
    while deliveries.count < limit, due >= start, due > .earliest {
      let dump = first[due]
      let last = due.advanced(by: grace) ?? .latest
      let state: ScheduledDelivery.State =
        if let dump { dump > last ? .late : .delivered } else { now < last ? .awaited : .missing }
      deliveries.append(ScheduledDelivery(due: due, dump: dump, state: state))
      guard let before = due.advanced(by: .nanoseconds(-1)) else { break }
      due = delivery(before: before)
    }
    return deliveries.reversed()
  }
}
