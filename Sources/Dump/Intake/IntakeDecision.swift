/// What is done about a receipt that was seen: the one place where duplicates, late and early
/// receipts, and dumps that did not go well are told apart.
///
/// Pure: what was seen and what is known come in, what follows comes out. Whoever decides so does it
/// in the transaction in which it was read.
package enum IntakeDecision: Sendable, Hashable {
  /// The dump is new, or its turn for another try has come.
  case load
  /// The target has it.
  case done
  /// The target has a later one.
  case stale(later: Timestamp)
  /// It did not go well; there is another try at that time.
  case retry(at: Timestamp)
  /// It did not go well, and will not without somebody's help.
  case quarantined

  /// What the target has.
  package struct Target: Sendable, Hashable {
    /// The dump that its tables are of, of several the oldest; `nil` if it has none.
    package var oldest: Timestamp?
    /// The latest dump that it has a table of.
    package var newest: Timestamp?
    /// When a dump came there last; `nil` if nobody knows.
    package var deliveredAt: Timestamp?

    package init(
      oldest: Timestamp? = nil, newest: Timestamp? = nil, deliveredAt: Timestamp? = nil
    ) {
      self.oldest = oldest
      self.newest = newest
      self.deliveredAt = deliveredAt
    }

    /// What a target without a ledger has, as far as is remembered.
    package init(_ loaded: IntakeRecord?) {
      self.init(
        oldest: loaded?.timestamp, newest: loaded?.timestamp, deliveredAt: loaded?.changedAt)
    }
  }

  /// Decides.
  ///
  /// - Parameters:
  ///   - timestamp: the receipt's.
  ///   - target: what the target has.
  ///   - known: what is known of the dump; `nil` if it was never seen.
  ///   - now: the time.
  package init(
    _ timestamp: Timestamp, target: Target, known: IntakeRecord?, now: Timestamp
  ) {
    if let newest = target.newest, newest > timestamp {
      self = .stale(later: newest)
      return
    }
    // The target is asked first: another process may have loaded it, or somebody have put an older
    // file in its place.
    if let oldest = target.oldest, oldest == timestamp {
      self = .done
      return
    }
    switch known?.state {
    case .quarantined, .dismissed: self = .quarantined
    case .retrying, .waiting:
      // A clock that was set back must not put off a try for longer than it was meant to be.
      guard let known, let next = known.nextAttemptAt, next > now,
        next.duration(since: now) <= IntakeRecord.longestPause
      else {
        self = .load
        return
      }
      self = .retry(at: next)
    // Whether a rollback holds still is known to the target's ledger.
    case .loaded, .loading, .superseded, .rolledBack, nil: self = .load
    }
  }
}

/// What is known of a dump that was seen.
package struct IntakeRecord: Sendable, Hashable {
  package enum State: String, Sendable, Hashable, CaseIterable, Codable {
    /// It is being loaded, or was when the process ended.
    case loading
    /// Files are still arriving.
    case waiting
    /// It will be tried again.
    case retrying
    /// It is in the target.
    case loaded
    /// It is kept out until somebody says `receipt retry`.
    case quarantined
    /// A later one was loaded before it could be.
    case superseded
    /// It is kept out, and somebody has said that nobody need be told of it.
    case dismissed
    /// A rollback has taken it back; it is loaded again only if somebody says so.
    case rolledBack = "rolled-back"
  }

  package var location: String
  package var timestamp: Timestamp
  package var state: State
  /// The receipt, so that the dump can be loaded after the next one has come.
  package var receipt: String
  /// How often it was tried.
  package var attempts: Int
  package var firstSeenAt: Timestamp
  package var changedAt: Timestamp
  package var nextAttemptAt: Timestamp?
  /// How the last try ended.
  package var outcome: Outcome
  /// Why, and what to do about it.
  package var message: String
  package var findings: [Finding]

  package init(
    location: String, timestamp: Timestamp, state: State, receipt: String, attempts: Int = 0,
    firstSeenAt: Timestamp, changedAt: Timestamp, nextAttemptAt: Timestamp? = nil,
    outcome: Outcome = .done, message: String = "", findings: [Finding] = []
  ) {
    self.location = location
    self.timestamp = timestamp
    self.state = state
    self.receipt = receipt
    self.attempts = attempts
    self.firstSeenAt = firstSeenAt
    self.changedAt = changedAt
    self.nextAttemptAt = nextAttemptAt
    self.outcome = outcome
    self.message = message
    self.findings = findings
  }

  /// The longest that is waited between two tries.
  package static let longestPause = Duration.seconds(600)
}
