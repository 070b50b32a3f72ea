import CReceiptSystem
import Dump
import Logging
import ObjectStorage

/// Watches one location for one target: the core that all ways in lead to.
///
/// A hint — an event, a tick of the clock — only leads to a look at the receipt, whose timestamp is
/// the dump's id. One look is made at a time; hints that come during one share the next.
actor Intake {
  /// What tells this watch from others: the location and the target.
  nonisolated let name: String
  nonisolated let store: any ObjectStore
  nonisolated let target: any DumpTarget
  nonisolated let state: WatchState
  nonisolated let options: IntakeOptions
  nonisolated let logger: Logger
  nonisolated let metrics: WatchMetrics
  let alerts: Alerts?

  private var running: Task<CheckResult, Never>?
  private var upcoming: Task<CheckResult, Never>?
  private var isStopping = false
  /// Whether another process with the same state was at work at the last look.
  private var isKeptOut = false
  /// The receipt that there is nothing to do about any more.
  var settledTag: EntityTag?
  /// Since when the files of a dump are waited for, by a clock that nobody sets.
  var waits: [Timestamp: ContinuousClock.Instant] = [:]
  /// What held when there was nothing to do about it.
  private var settledStanding: WatchState.Standing?
  /// How often a look has failed in a row before a dump was known.
  var failureCount = 0
  /// How often in a row the receipt was none.
  var malformedCount = 0
  var lastProblem: String?

  init(
    name: String, store: any ObjectStore, target: any DumpTarget, state: WatchState,
    options: IntakeOptions, logger: Logger, metrics: WatchMetrics, alerts: Alerts?
  ) {
    self.name = name
    self.store = store
    self.target = target
    self.state = state
    self.options = options
    self.logger = logger
    self.metrics = metrics
    self.alerts = alerts
  }

  // MARK: One look at a time

  /// Looks at the receipt; a look that began before the call does not count.
  func check() async -> CheckResult {
    if isStopping { return .stopped }
    if let upcoming { return await upcoming.value }
    guard let running else {
      let task = Task { await self.look() }
      self.running = task
      let result = await task.value
      if self.running == task { self.running = nil }
      return result
    }
    let task = Task {
      _ = await running.value
      return await self.becomeRunning()
    }
    upcoming = task
    let result = await task.value
    if self.running == task { self.running = nil }
    return result
  }

  private func becomeRunning() async -> CheckResult {
    running = upcoming
    upcoming = nil
    return isStopping ? .stopped : await look()
  }

  /// Takes no more hints; a load that is going on goes on.
  func stop() { isStopping = true }

  /// Ends the look that is going on; what it has begun is taken back.
  func cancel() {
    isStopping = true
    running?.cancel()
  }

  /// Ends the look that is going on, and takes further hints.
  func cancelLook() { running?.cancel() }

  /// Waits until no look is going on.
  func wait() async {
    while let task = running ?? upcoming {
      _ = await task.value
      if running == task { running = nil }
    }
  }

  // MARK: A look

  private func look() async -> CheckResult {
    let standing = await standing()
    // A rollback, a retry or a load by hand: what follows from the receipt may be something else.
    if let standing, standing != settledStanding { settledTag = nil }
    let result = await lookAtReceipt()
    settledStanding = settledTag == nil ? nil : await self.standing()
    return result
  }

  /// Asks what the target holds, which the page and the metrics show; `nil` if it cannot be asked
  /// now.
  @discardableResult
  func standing() async -> WatchState.Standing? {
    let target = target
    guard let standing = try? await state.standing(name, target: { try target.held($0) }) else {
      return nil
    }
    metrics.update(name) { metrics in
      metrics.loaded = standing.target.newest
      metrics.lastSuccessAt = standing.target.deliveredAt
    }
    return standing
  }

  private func lookAtReceipt() async -> CheckResult {
    do {
      return try await state.working(for: target) {
        isKeptOut = false
        return await lookAlone()
      }
    } catch {
      let error = OperationError(error)
      // The other one may be at it for hours.
      log(
        isKeptOut ? .debug : .info, nil, "next try in 10 s: \(error.message)", code: error.outcome)
      isKeptOut = true
      return .retrying(.seconds(10))
    }
  }

  private func lookAlone() async -> CheckResult {
    do {
      guard
        let content = try await store.read(
          DumpListing.receiptKey, unless: settledTag, limit: Limits.receiptByteCount)
      else {
        reached()
        await recovered()
        return .settled
      }
      reached()
      let receipt: Receipt
      do throws(DumpError) {
        receipt = try Receipt(parsing: content.bytes)
      } catch {
        return await malformed(error, content.tag)
      }
      malformedCount = 0
      metrics.update(name) { $0.receiptFault = nil }
      return try await act(on: receipt, content)
    } catch let error as StorageError where error.code == .notFound {
      reached()
      await recovered()
      log(.info, nil, "no receipt yet: \(error.message)")
      metrics.update(name) { $0.receiptFault = DumpListing.missingReceipt(of: store) }
      return .settled
    } catch {
      return await failed(to: "look at the receipt", OperationError(error))
    }
  }

  private func reached() {
    metrics.update(name) { metrics in
      metrics.reachedAt = .now
      // What was wrong with the way there is no longer.
      if metrics.isUnreachable { metrics.problem = nil }
      metrics.isUnreachable = false
    }
  }

  /// A look has come to something: what was said of looks that failed is taken back.
  private func recovered() async {
    if failureCount >= Intake.unreachableLimit {
      log(.notice, nil, "recovered: looks go well again")
      await alerts?.send(alert(.info, "recovered", nil, "looks at the receipt go well again"))
    }
    failureCount = 0
  }

  /// How many looks fail in a row before somebody is told.
  static let unreachableLimit = 3

  private func act(
    on receipt: Receipt, _ content: ObjectContent
  ) async throws -> CheckResult {
    let dump = receipt.timestamp
    let now = Timestamp.now
    metrics.update(name) { $0.newest = max($0.newest ?? dump, dump) }
    let target = target
    let (decision, record) = try await state.decide(name, receipt, now: now) { loaded in
      try target.held(loaded)
    }
    await recovered()
    switch decision {
    case .done:
      log(.info, dump, "nothing new: \(target.description) holds this dump")
      metrics.update(name) { $0.decisions["nothing-new", default: 0] += 1 }
      await solved(dump, "the dump is loaded")
      settledTag = content.tag
      return .settled
    case .stale(let later):
      log(.notice, dump, "stale: \(target.description) holds the later dump \(later)")
      metrics.update(name) { $0.decisions["stale", default: 0] += 1 }
      await solved(later, "a later dump is loaded")
      settledTag = content.tag
      return .settled
    case .quarantined:
      let isDismissed = record.state == .dismissed
      log(
        isDismissed ? .info : .warning, dump,
        "kept out\(isDismissed ? ", and dismissed" : ""): \(record.message)")
      metrics.update(name) { metrics in
        metrics.decisions["kept-out", default: 0] += 1
        metrics.problem = record.message
      }
      if isDismissed { await solved(dump, "the dump is dismissed") }
      settledTag = content.tag
      return .settled
    case .retry(let time):
      let pause = max(.milliseconds(100), time.duration(since: now))
      log(.debug, dump, "not yet: the next try is at \(time)")
      return record.state == .waiting ? .waiting(pause) : .retrying(pause)
    case .load:
      return await load(receipt, content, record)
    }
  }

  private func load(
    _ receipt: Receipt, _ content: ObjectContent, _ record: IntakeRecord
  ) async -> CheckResult {
    let dump = receipt.timestamp
    // While files are waited for each look is one, and says nothing new.
    log(
      waits[dump] == nil ? .info : .debug, dump,
      record.attempts > 1 ? "loading, try \(record.attempts)" : "loading",
      ["target": "\(target.description)"])
    metrics.update(name) { $0.isLoading = true }
    defer {
      metrics.update(name) { $0.isLoading = false }
      // What a load took goes back to the system: the next one may be half a day away.
      malloc_trim(0)
    }
    do {
      let archived = ArchivedReceipt(base: store, text: content.bytes)
      let delivery = try await target.deliver(archived)
      return try await succeeded(delivery, record, content.tag)
    } catch {
      let error = OperationError(error)
      let faults = error.findings.filter { $0.severity == .error }
      if error.outcome == .refused, let fault = faults.first, faults.count == 1,
        fault.code == .dumpOlder
      {
        return await overtaken(fault, record, content.tag)
      }
      return await failed(error, record, content.tag)
    }
  }
}
