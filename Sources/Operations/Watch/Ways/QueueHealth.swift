import AWS
import Dump
import ObjectStorage

/// Tells of a queue that cannot be used: to readiness, the metrics and whoever gets alerts.
///
/// Its watches go on by the clock meanwhile, so that dumps come late and are not lost.
actor QueueHealth {
  private let intakes: [Intake]
  private let metrics: WatchMetrics
  private let alerts: Alerts?
  private var isAlerted = false

  /// How many tries in a row must have failed before somebody is told.
  private static let patience = 3

  /// Follows a queue.
  ///
  /// - Parameters:
  ///   - intakes: the watches whose events come by it.
  ///   - metrics: the numbers that it is shown in.
  ///   - alerts: where alerts go.
  init(of intakes: [Intake], metrics: WatchMetrics, alerts: Alerts?) {
    self.intakes = intakes
    self.metrics = metrics
    self.alerts = alerts
  }

  func answered() async {
    show(nil)
    guard isAlerted else { return }
    isAlerted = false
    await tell(.info, "recovered", "the queue answers again", nil)
  }

  func failed(_ error: AWSError, count: Int) async {
    show(error.reason)
    guard count >= QueueHealth.patience, !isAlerted else { return }
    isAlerted = true
    await tell(.warning, "queue-unreachable", error.reason, error.hint)
  }

  private func show(_ problem: String?) {
    for intake in intakes {
      metrics.update(intake.name) { metrics in
        metrics.queueProblem = problem
        metrics.isQueueReachable = problem == nil
      }
    }
  }

  private func tell(
    _ severity: Finding.Severity, _ code: String, _ message: String, _ hint: String?
  ) async {
    guard let first = intakes.first else { return }
    await alerts?.send(
      Alert(
        severity: severity, code: code,
        location: intakes.map(\.store.description).joined(separator: ", "),
        target: first.target.description, dump: nil, message: message, hint: hint, findings: []))
  }
}
