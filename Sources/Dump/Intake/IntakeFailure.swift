/// What follows from a load that did not go well.
package enum IntakeFailure: Sendable, Hashable {
  /// Files are missing that may still come: look again soon.
  case wait
  /// It may go better later: try again after a pause.
  case retry(after: Duration)
  /// Trying again does not help.
  case quarantine
  /// The process is to end; nothing is known about the dump.
  case stopped

  /// How often a failure of no known kind is tried again before the dump is kept out.
  package static let attemptLimit = 5

  /// Decides.
  ///
  /// - Parameters:
  ///   - outcome: how the load ended.
  ///   - attempts: the tries so far, this one included.
  ///   - waited: for how long the files have been waited for.
  ///   - limit: how long they are waited for.
  ///   - share: a random number from 0 to 1, so that daemons do not try in step.
  package init(
    _ outcome: Outcome, attempts: Int, waited: Duration, limit: Duration, share: Double
  ) {
    switch outcome {
    case .interrupted, .terminated: self = .stopped
    case .incomplete: self = waited < limit ? .wait : .quarantine
    // Another process loads: the next look finds it done, or finds the lease free.
    case .locked: self = .retry(after: .seconds(2) + .seconds(3) * share)
    // These pass by themselves or by somebody's help, which may take as long as it takes.
    case .transient, .accessDenied: self = .retry(after: IntakeFailure.pause(attempts, share))
    case .failed, .partlyDone:
      self =
        attempts < IntakeFailure.attemptLimit
        ? .retry(after: IntakeFailure.pause(attempts, share)) : .quarantine
    case .corrupt, .refused, .usage: self = .quarantine
    // None of these is a failure; to load the same once more does no harm.
    case .done, .nothingNew: self = .retry(after: IntakeFailure.pause(attempts, share))
    }
  }

  /// Two seconds, doubled with each try, between half and the whole of it, ten minutes at the most.
  package static func pause(_ attempts: Int, _ share: Double) -> Duration {
    let whole = min(
      .seconds(2) * (1 << min(max(attempts, 1) - 1, 16)), IntakeRecord.longestPause)
    return whole / 2 + whole / 2 * share
  }
}
