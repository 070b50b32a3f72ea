import Dump
import FoundationEssentials
import HTTPServing
public import Logging
import ObjectStorage

/// Loads every new dump of one or several locations, once: `receipt watch`.
///
/// Whatever tells of a receipt — a clock, a directory, a queue, a post — only leads to a look at it;
/// the target's ledger decides what follows. Nothing is lost by a crash at any moment: what was
/// acknowledged is on the disk, and what was loaded is in the ledger.
public final class Watch: Sendable {
  let plan: WatchPlan
  let logger: Logger
  let metrics = WatchMetrics()
  let alerts: Alerts?
  let intakes: [Intake]
  let wakeups: [String: Wakeup]
  private let stopping = Wakeup()
  private let systemd: SystemdNotifier
  let pulse = Pulse()

  /// Prepares a watch; nothing is asked of anybody yet.
  ///
  /// - Throws: ``OperationError`` if a location, a state file or a setting cannot be used.
  public init(_ plan: WatchPlan, logger: Logger) throws {
    self.plan = plan
    self.logger = logger
    systemd = SystemdNotifier(environment: plan.environment)
    alerts =
      plan.alerts.isEmpty
      ? nil
      : try Alerts(
        plan.alerts, version: plan.toolVersion, environment: plan.environment, logger: logger)
    var states: [String: WatchState] = [:]
    var intakes: [Intake] = []
    for entry in plan.entries {
      do {
        let state = try states[entry.statePath] ?? plan.state(at: entry.statePath)
        states[entry.statePath] = state
        let store = try Location.store(entry.location, entry.s3)
        let target = entry.target(plan)
        metrics.update(entry.name) { metrics in
          metrics.location = store.description
          metrics.target = target.description
          metrics.interval = entry.intake.interval
        }
        intakes.append(
          Intake(
            name: entry.name, store: store, target: target, state: state, options: entry.intake,
            logger: logger, metrics: metrics, alerts: alerts))
      } catch {
        throw OperationError(error)
      }
    }
    self.intakes = intakes
    wakeups = Dictionary(
      intakes.map { ($0.name, Wakeup()) }, uniquingKeysWith: { first, _ in first })
  }

  var telling: WatchTelling {
    WatchTelling(intakes: intakes, metrics: metrics, version: plan.toolVersion)
  }

  /// Begins to end: nothing new is begun, and what is being loaded may end within the time that the
  /// plan gives it.
  public func stop() { stopping.wake() }

  /// Ends what is going on; what it has begun is taken back.
  public func cancel() {
    for intake in intakes { Task { await intake.cancel() } }
  }

  /// Waits until all alerts are sent, or that long.
  func flushAlerts(within limit: Duration) async { await alerts?.flush(within: limit) }

  // MARK: Once

  /// Looks once at every location, and waits for files as long as that takes.
  ///
  /// - Returns: whether anything was loaded.
  /// - Throws: ``OperationError`` with the last one's outcome if a dump could not be loaded.
  public func runOnce() async throws -> Bool {
    for intake in intakes {
      try await intake.state.working(for: intake.target, waiting: WatchPlan.lockPatience) {
        try await lookOnce(intake)
      }
      await intake.checkSchedule()
    }
    try await finish()
    var isNew = false
    for intake in intakes {
      let values = metrics[intake.name]
      isNew = isNew || values.decisions["loaded"] != nil
      if values.isUnreachable {
        throw OperationError(
          .transient, "cannot watch \(intake.store.description): \(values.problem ?? "")")
      }
      if let fault = values.receiptFault { throw fault }
      guard let dump = try await intake.state.snapshot(intake.name).dumps.first,
        ["quarantined", "retrying", "waiting"].contains(dump.state)
      else { continue }
      throw OperationError(
        dump.outcome == .done ? .failed : dump.outcome, dump.message,
        hint: "`\(intake.options.retry.command(dump.label))` loads it later; nothing was changed",
        findings: dump.findings)
    }
    return isNew
  }

  private func lookOnce(_ intake: Intake) async throws {
    while true {
      let pause: Duration
      switch await intake.check() {
      case .settled: return
      case .waiting(let time), .retrying(let time): pause = time
      case .stopped: throw OperationError(.interrupted, "interrupted")
      }
      // A command that is run by a timer does not try for ever.
      if let record = try await intake.state.snapshot(intake.name).dumps.first,
        record.state == "retrying", record.attempts >= 3
      {
        return
      }
      if metrics[intake.name].isUnreachable { return }
      do {
        try await Task.sleep(for: pause)
      } catch {
        throw OperationError(.interrupted, "interrupted")
      }
    }
  }

  /// What is done at the end, however it comes.
  private func finish() async throws {
    for intake in intakes { try? await intake.state.flushCounts() }
    await flushAlerts(within: .seconds(5))
    guard let path = plan.metricsFile else { return }
    try await writeMetrics(to: path)
  }

  /// Writes the numbers beside the file and moves them there: collectors read whole files only.
  private func writeMetrics(to path: String) async throws {
    do {
      try Data(await telling.metricsText().utf8).write(
        to: URL(filePath: path), options: .atomic)
      // Collectors run as somebody else.
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    } catch {
      throw OperationError(.failed, "cannot write \(path): \(error)")
    }
  }

  // MARK: For ever

  /// Watches until ``stop()`` is called.
  ///
  /// - Throws: ``OperationError`` if a way in cannot be opened.
  public func run() async throws {
    let server = try makeServer()
    let consumers = try makeConsumers()
    for intake in intakes {
      intake.log(
        .notice, nil, "watching",
        [
          "target": "\(intake.target.description)",
          "every": "\(intake.options.interval.map { Measured.text($0.inSeconds) } ?? "-") s",
          "state": "\(intake.state.path)",
        ])
    }
    let changes = directoryChanges()
    let ways = Task { try await self.runWays(server, consumers) }
    systemd.send("READY=1\nSTATUS=watching \(intakes.count) location(s)")
    await stopping.wait(for: .seconds(1 << 40))
    systemd.send("STOPPING=1")
    logger.notice("stopping: nothing new is begun")
    for intake in intakes { await intake.stop() }
    ways.cancel()
    let limit = Task { [intakes, logger, plan] in
      try await Task.sleep(for: plan.stopGrace)
      logger.notice("stopping: what is being loaded is taken back")
      for intake in intakes { await intake.cancel() }
    }
    for intake in intakes { await intake.wait() }
    let outcome = await ways.result
    limit.cancel()
    withExtendedLifetime(changes) {}
    try await finish()
    logger.notice("stopped")
    try outcome.get()
  }

  /// - Throws: ``OperationError`` if the HTTP server has ended by itself; everything else goes on until
  ///   the watch is stopped, which that does.
  private func runWays(_ server: HTTPServer?, _ consumers: [QueueConsumer]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (intake, entry) in zip(intakes, plan.entries) {
        guard let wakeup = wakeups[intake.name] else { continue }
        let polling = Polling(
          intake: intake, wakeup: wakeup, pulse: pulse,
          // A server may be silent for so long at each try.
          lookTime: Pulse.lookTime + .seconds(entry.s3.stallSeconds * 10),
          looked: { [self] in written() })
        group.addTask { await polling.run() }
      }
      for consumer in consumers { group.addTask { await consumer.run() } }
      if let interval = systemd.watchdogInterval {
        group.addTask { [self] in
          while (try? await Task.sleep(for: interval)) != nil { tellWatchdog() }
        }
      }
      if let server {
        group.addTask { [self] in
          var reason = "nobody has said why"
          do {
            try await server.run()
          } catch {
            reason = "\(error)"
          }
          if Task.isCancelled { return }
          // A watch that has become deaf is better begun anew by whoever minds it.
          stop()
          logger.critical("the HTTP server ended: \(reason)")
          throw OperationError(.failed, "the HTTP server ended: \(reason)")
        }
      }
      try await group.waitForAll()
    }
  }

  /// Tells systemd that the watch is alive, unless a way in has been silent for too long.
  private func tellWatchdog() {
    let silent = pulse.silent(at: .now) { metrics[$0].isLoading }
    guard silent.isEmpty else {
      logger.critical("systemd is not told that all is well: \(silent) hang")
      return
    }
    systemd.send("WATCHDOG=1")
  }

  /// After each look the metrics file is written anew, if there is one.
  private func written() {
    guard let path = plan.metricsFile else { return }
    Task { [logger] in
      do {
        try await writeMetrics(to: path)
      } catch {
        logger.warning("\(OperationError(error).message)")
      }
    }
  }
}
