import Dump
import Logging
import ObjectStorage

extension Intake {
  // MARK: Endings

  func succeeded(
    _ delivery: Delivery, _ record: IntakeRecord, _ tag: EntityTag
  ) async throws -> CheckResult {
    var record = record
    let now = Timestamp.now
    record.state = .loaded
    record.outcome = .done
    record.message = ""
    record.findings = delivery.findings
    record.changedAt = now
    record.nextAttemptAt = nil
    let dump = record.timestamp
    let back = delivery.findings.first { $0.code == .dumpRolledBack }
    if let back {
      record.state = .rolledBack
      record.message = back.message
    }
    try await state.write(record)
    waits = [:]
    settledTag = tag
    await standing()
    if back != nil {
      log(
        .notice, dump,
        "not loaded: a rollback has taken it back; `\(options.retry.command(DumpLabel(dump)))` "
          + "loads it again")
      metrics.update(name) { $0.decisions["rolled-back", default: 0] += 1 }
      await solved(dump, "a rollback has taken the dump back")
      return .settled
    }
    for finding in delivery.findings where finding.severity != .info { log(finding, dump) }
    for table in delivery.tables {
      log(
        .debug, dump, "table loaded",
        [
          "table": "\(table.name)", "rows": "\(table.rows.map(String.init) ?? "?")",
          "files": "\(table.files)",
        ])
    }
    log(
      .info, dump, delivery.isNew ? "loaded" : "nothing new: it was loaded meanwhile",
      [
        "target": "\(target.description)", "tables": "\(delivery.tables.count)",
        "rows": "\(delivery.rows.map(String.init) ?? "?")", "bytes": "\(delivery.bytes)",
        "seconds": "\(Measured.text(delivery.seconds))",
      ])
    metrics.update(name) { metrics in
      metrics.decisions[delivery.isNew ? "loaded" : "nothing-new", default: 0] += 1
      metrics.lastDelivery = delivery
    }
    await solved(dump, "the dump is loaded")
    await alerts?.succeeded()
    return .settled
  }

  /// Nothing is wrong with the receipt any more; who was told that something is hears of it.
  func solved(_ dump: Timestamp, _ message: String) async {
    metrics.update(name) { $0.problem = nil }
    guard lastProblem != nil else { return }
    lastProblem = nil
    await alerts?.send(alert(.info, "recovered", dump, message))
  }

  func failed(
    _ error: OperationError, _ record: IntakeRecord, _ tag: EntityTag
  ) async -> CheckResult {
    var record = record
    let dump = record.timestamp
    let now = Timestamp.now
    let start = waits[dump] ?? .now
    // A process that begins anew does not begin to wait anew; a clock that was set back does not
    // make it wait longer.
    let waited = max(start.duration(to: .now), now.duration(since: record.firstSeenAt))
    let failure = IntakeFailure(
      error.outcome, attempts: record.attempts, waited: waited,
      limit: options.completenessWait, share: Double.random(in: 0...1))
    record.outcome = error.outcome
    record.message = error.message
    record.findings = error.findings
    record.changedAt = now
    let result: CheckResult
    switch failure {
    case .stopped:
      log(.notice, dump, "stopped before it was loaded; nothing was changed")
      return .stopped
    case .wait:
      if waits[dump] == nil {
        waits[dump] = start
        log(.notice, dump, "waiting for files: \(reason(error))")
      }
      record.state = .waiting
      record.nextAttemptAt = now.advanced(by: options.completenessPause)
      // Looking is no try.
      record.attempts -= 1
      result = .waiting(options.completenessPause)
    case .retry(let pause):
      record.state = .retrying
      record.nextAttemptAt = now.advanced(by: pause)
      result = .retrying(pause)
      let isBusy = error.outcome == .locked
      log(
        isBusy ? .info : .warning, dump,
        "\(isBusy ? "somebody else is at it" : "not loaded"), next try in "
          + "\(Measured.text(pause.inSeconds)) s: \(reason(error))", code: error.outcome)
      if !isBusy { await report(error, record, after: 3) }
    case .quarantine:
      record.state = .quarantined
      record.nextAttemptAt = nil
      settledTag = tag
      waits[dump] = nil
      result = .settled
      for finding in error.findings where finding.severity == .error { log(finding, dump) }
      log(
        .error, dump,
        "kept out, the old data stays: \(reason(error)); "
          + "`\(options.retry.command(DumpLabel(dump)))` loads it later", code: error.outcome)
      lastProblem = error.message
      await alerts?.send(
        alert(.error, error.findings.first?.code.rawValue ?? "kept-out", dump, reason(error), error)
      )
    }
    metrics.update(name) { metrics in
      metrics.decisions[record.state.rawValue, default: 0] += 1
      metrics.problem = error.message
    }
    do {
      try await state.write(record)
    } catch {
      logger.error("\(OperationError(error).message)")
    }
    return result
  }

  /// The target has turned out to hold a later dump, which only its own ledger could tell.
  func overtaken(
    _ finding: Finding, _ record: IntakeRecord, _ tag: EntityTag
  ) async -> CheckResult {
    var record = record
    record.state = .superseded
    record.message = finding.message
    record.changedAt = .now
    record.nextAttemptAt = nil
    log(.notice, record.timestamp, "stale: \(finding.message)")
    metrics.update(name) { $0.decisions["stale", default: 0] += 1 }
    do {
      try await state.write(record)
    } catch {
      return await failed(to: "keep the state", OperationError(error))
    }
    settledTag = tag
    return .settled
  }

  /// A look that failed before there was a dump to speak of.
  func failed(to action: String, _ error: OperationError) async -> CheckResult {
    if [.interrupted, .terminated].contains(error.outcome) { return .stopped }
    if error.outcome == .locked {
      // The target is in use for a moment; that says nothing about the location.
      log(.info, nil, "somebody else is at it, next try in 2 s: \(reason(error))")
      return .retrying(.seconds(2))
    }
    failureCount += 1
    let pause = min(
      options.interval ?? IntakeRecord.longestPause,
      IntakeFailure.pause(failureCount, Double.random(in: 0...1)))
    metrics.update(name) { metrics in
      metrics.problem = error.message
      metrics.isUnreachable = true
      metrics.decisions["unreachable", default: 0] += 1
    }
    log(
      .warning, nil,
      "cannot \(action), next try in \(Measured.text(pause.inSeconds)) s: "
        + reason(error), code: error.outcome)
    if failureCount == Intake.unreachableLimit {
      await alerts?.send(alert(.warning, "unreachable", nil, reason(error), error))
    }
    return .retrying(pause)
  }

  /// A receipt that is none: in a directory it may be half written, so it is looked at again.
  func malformed(_ error: DumpError, _ tag: EntityTag) async -> CheckResult {
    malformedCount += 1
    if malformedCount < IntakeFailure.attemptLimit {
      return .retrying(.milliseconds(200 * malformedCount))
    }
    malformedCount = 0
    settledTag = tag
    let finding = Finding(error)
    log(.error, nil, "passed over: \(error.message)", code: .corrupt)
    metrics.update(name) { metrics in
      metrics.problem = error.message
      metrics.receiptFault = OperationError(error)
      metrics.decisions["malformed", default: 0] += 1
    }
    lastProblem = error.message
    await alerts?.send(alert(.error, finding.code.rawValue, nil, error.message))
    return .settled
  }

  private func report(_ error: OperationError, _ record: IntakeRecord, after count: Int) async {
    guard record.attempts == count else { return }
    lastProblem = error.message
    await alerts?.send(alert(.warning, "retrying", record.timestamp, reason(error), error))
  }
}
