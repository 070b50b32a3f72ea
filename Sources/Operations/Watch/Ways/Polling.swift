import Dump
import Logging
import ObjectStorage

/// Looks at the receipt again and again: the way in that needs nothing, and behind all others the one
/// that heals what they have lost.
struct Polling: Sendable {
  let intake: Intake
  let wakeup: Wakeup
  let pulse: Pulse
  /// How long a look may take before a load begins.
  let lookTime: Duration
  /// Called after each look.
  let looked: @Sendable () -> Void

  /// Looks until the task is cancelled.
  func run() async {
    defer { pulse.forget(intake.name) }
    while !Task.isCancelled {
      pulse.expect(intake.name, within: lookTime)
      let pending = try? await intake.state.pending(intake.name)
      let result = await intake.check()
      if case .settled = result, let pending {
        try? await intake.state.finish(intake.name, upTo: pending.last)
      }
      try? await intake.state.flushCounts()
      looked()
      await intake.checkSchedule()
      if result == .stopped { return }
      let pause = pause(after: result)
      pulse.expect(intake.name, within: pause + Polling.lateness)
      await wakeup.wait(for: pause)
    }
  }

  /// How late a pause may end on a machine that is busy.
  private static let lateness = Duration.seconds(60)

  /// With a schedule the clock is looked at once a minute, since somebody may set it.
  private func pause(after result: CheckResult) -> Duration {
    var pause = intake.options.interval ?? .seconds(900)
    if intake.options.schedule != nil { pause = min(pause, .seconds(60)) }
    switch result {
    case .settled, .stopped: break
    case .waiting(let next), .retrying(let next): pause = min(pause, next)
    }
    return pause
  }
}
