import Operations

/// Shows how far an operation has come: a bar on a terminal, a line every few seconds elsewhere.
struct ProgressDisplay {
  let isQuiet: Bool

  /// Runs an operation with a display beside it.
  func showing<Result: Sendable>(
    _ progress: Progress, _ operation: @Sendable () async throws -> Result
  ) async throws -> Result {
    if isQuiet { return try await operation() }
    let isTerminal = StandardError.isTerminal
    let display = Task {
      var line = ProgressLine()
      let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(5)
      while true {
        try await Task.sleep(for: pause)
        guard let text = line.text(progress.state, width: isTerminal ? StandardError.width : nil)
        else { continue }
        if isTerminal {
          StandardError.write("\r\u{1b}[K" + text)
        } else {
          StandardError.print(text)
        }
      }
    }
    defer {
      display.cancel()
      if isTerminal { StandardError.write("\r\u{1b}[K") }
    }
    return try await operation()
  }
}

/// The text of one moment, with rate and time left since the phase began.
struct ProgressLine {
  private var phase = ""
  private var start = ContinuousClock.now

  /// `loading  [########........]  52%  650,000 of 1,250,000 rows  410,000 rows/s  2 s left`.
  ///
  /// - Parameters:
  ///   - state: the counters.
  ///   - width: the terminal's columns; without it there is no bar.
  /// - Returns: `nil` before anything has begun.
  mutating func text(_ state: Progress.State, width: Int?) -> String? {
    if state.phase.isEmpty { return nil }
    if state.phase != phase {
      phase = state.phase
      start = .now
    }
    let unit = state.unit == .files ? "files" : "rows"
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let rate = elapsed > 0 ? Double(state.done) / elapsed : 0
    let share = state.total > 0 ? Double(state.done) / Double(state.total) : 0
    var parts = [
      "\(Int(share * 100))%",
      "\(Wording.grouped(state.done)) of \(Wording.grouped(state.total)) \(unit)",
    ]
    if rate >= 1, elapsed >= 0.5 {
      parts.append("\(Wording.grouped(Int(rate))) \(unit)/s")
      let left = Double(state.total - state.done) / rate
      parts.append("\(Wording.duration(left.rounded(.up))) left")
    }
    let tail = parts.joined(separator: "  ")
    guard let width else { return "\(phase): \(tail)" }
    let room = width - phase.count - tail.count - 8
    let bar = room >= 10 ? "[\(ProgressLine.bar(share, min(room, 30)))]  " : ""
    return String("\(phase)  \(bar)\(tail)".prefix(max(1, width - 1)))
  }

  private static func bar(_ share: Double, _ length: Int) -> String {
    let full = max(0, min(length, Int(share * Double(length))))
    return String(repeating: "#", count: full) + String(repeating: ".", count: length - full)
  }
}
