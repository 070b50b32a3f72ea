import Dump
import Logging
import ObjectStorage

/// What a watch says of itself to probes, scrapers and people.
struct WatchTelling: Sendable {
  let intakes: [Intake]
  let metrics: WatchMetrics
  let version: String

  /// Why the watch is not ready; empty if it is.
  ///
  /// It is ready while its locations and queues answer: with credentials that are dead it is alive
  /// and no use.
  var problems: [String] {
    var problems = intakes.compactMap { intake in problem(of: intake) }
    // Watches may share a queue.
    for problem in intakes.compactMap({ metrics[$0.name].queueProblem })
    where !problems.contains(problem) { problems.append(problem) }
    return problems
  }

  private func problem(of intake: Intake) -> String? {
    let values = metrics[intake.name]
    let patience = max(.seconds(60), (intake.options.interval ?? .seconds(900)) * 2)
    guard let reached = values.reachedAt else {
      return "\(intake.store.description) has not answered: \(values.problem ?? "not asked yet")"
    }
    let silence = Timestamp.now.duration(since: reached)
    // While it loads nobody asks for the receipt.
    guard silence > patience, !values.isLoading else {
      return values.isUnreachable
        ? "\(intake.store.description) cannot be read: \(values.problem ?? "")" : nil
    }
    return "\(intake.store.description) has not answered since \(reached)"
  }

  func metricsText() async -> String {
    MetricsText.text(metrics, await snapshots().map(\.snapshot), version: version)
  }

  func page() async -> String {
    let now = Timestamp.now
    var watches: [StatusPage.Watch] = []
    for (intake, snapshot) in await snapshots() {
      let values = metrics[intake.name]
      watches.append(
        StatusPage.Watch(
          location: values.location, target: values.target, snapshot: snapshot,
          loaded: values.loaded, newest: values.newest, isLoading: values.isLoading,
          problem: values.problem ?? values.queueProblem, overdue: values.overdue,
          nextDelivery: values.nextDelivery,
          reachedAt: values.reachedAt, lastDelivery: values.lastDelivery,
          retry: intake.options.retry))
    }
    return StatusPage(watches: watches, now: now, start: metrics.start, version: version).html
  }

  private func snapshots() async -> [(intake: Intake, snapshot: WatchSnapshot)] {
    var found: [(Intake, WatchSnapshot)] = []
    for intake in intakes {
      if let snapshot = try? await intake.state.snapshot(intake.name) {
        found.append((intake, snapshot))
      }
    }
    return found
  }
}
