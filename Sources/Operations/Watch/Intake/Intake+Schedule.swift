import Dump
import Logging
import ObjectStorage

extension Intake {
  /// Compares what came with what was expected, and tells of a delivery that is late, once.
  ///
  /// What was told is on the disk: a command that a timer runs tells no more than a process that
  /// stays. A location that has not answered yet says nothing.
  func checkSchedule() async {
    let values = metrics[name]
    guard let schedule = options.schedule, values.reachedAt != nil else { return }
    let now = Timestamp.now
    let overdue = schedule.overdue(newest: values.newest, now: now, grace: options.grace)
    metrics.update(name) { metrics in
      metrics.overdue = overdue
      metrics.nextDelivery = schedule.delivery(after: now)
    }
    guard (try? await state.noteOverdue(name, overdue)) ?? true else { return }
    guard let overdue else {
      log(.notice, values.newest, "the delivery that was late is there")
      await alerts?.send(
        alert(.info, "recovered", values.newest, "the delivery that was late is there"))
      return
    }
    let finding = OverdueDelivery(due: overdue, newest: values.newest, grace: options.grace).finding
    log(finding, values.newest)
    await alerts?.send(
      Alert(
        severity: .error, code: finding.code.rawValue, location: store.description,
        target: target.description, dump: values.newest, message: finding.message,
        hint: finding.hint, findings: [finding]))
  }
}

/// A delivery that did not come.
struct OverdueDelivery {
  let due: Timestamp
  let newest: Timestamp?
  let grace: Duration

  var finding: Finding {
    Finding(
      .deliveryOverdue, severity: .error,
      "a dump was expected at \(due), and "
        + (newest.map { "the newest is of \($0)" } ?? "there is none"),
      hint: "Ask the exporter's side; --grace says how late a dump may be.")
  }
}
