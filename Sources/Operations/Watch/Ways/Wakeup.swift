import Synchronization

/// Lets one task sleep until others wake it; a call to wake that comes before counts.
final class Wakeup: Sendable {
  private struct State {
    var isAwake = false
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Wakes the sleeper, or keeps the next one from sleeping.
  func wake() {
    let sleeper = state.withLock { state in
      state.isAwake = state.sleeper == nil
      defer { state.sleeper = nil }
      return state.sleeper
    }
    sleeper?.resume()
  }

  /// Sleeps until it is woken, the time is over, or the task is cancelled.
  func wait(for limit: Duration) async {
    let alarm = Task {
      try await Task.sleep(for: limit)
      wake()
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if state.isAwake || Task.isCancelled {
            state.isAwake = false
            return true
          }
          state.sleeper = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
    alarm.cancel()
  }
}
