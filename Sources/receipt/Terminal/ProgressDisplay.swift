import Dump
import Operations

/// Shows how far an operation has come: a bar on a terminal, a line every few seconds elsewhere.
struct ProgressDisplay {
  let isQuiet: Bool

  /// Runs an operation with a display beside it; a signal cancels it.
  func showing<Result: Sendable>(
    _ progress: Progress, _ operation: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let work = Task { try await operation() }
    Interruption.watch { work.cancel() }
    if isQuiet { return try await value(of: work) }
    let isTerminal = StandardError.isTerminal
    let display = Task {
      let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(5)
      while true {
        try await Task.sleep(for: pause)
        let width = isTerminal ? StandardError.width : nil
        guard let text = ProgressLine.text(progress.state, width: width) else { continue }
        if isTerminal {
          StandardError.write("\r\u{1b}[K" + text)
        } else {
          StandardError.print(text)
        }
      }
    }
    do {
      let result = try await value(of: work)
      await end(display, isTerminal)
      return result
    } catch {
      await end(display, isTerminal)
      throw error
    }
  }

  private func value<Result: Sendable>(of work: Task<Result, any Error>) async throws -> Result {
    do {
      return try await work.value
    } catch let error as OperationError where error.outcome == .interrupted {
      throw OperationError(Interruption.outcome, error.message, hint: error.hint)
    }
  }

  /// Clears the line, after what the display may just be writing.
  private func end(_ display: Task<Void, any Error>, _ isTerminal: Bool) async {
    display.cancel()
    _ = await display.result
    if isTerminal { StandardError.write("\r\u{1b}[K") }
  }
}

/// The text of one moment, with the phase's rate and the time left.
enum ProgressLine {
  /// `loading  [########........]  52%  650,000 of 1,250,000 rows  410,000 rows/s  2 s left`.
  ///
  /// - Parameters:
  ///   - state: the counters.
  ///   - width: the terminal's columns; without it there is no bar.
  /// - Returns: `nil` before anything has begun.
  static func text(_ state: Progress.State, width: Int?) -> String? {
    if state.phase.isEmpty { return nil }
    if state.total == 0, state.done == 0 { return state.phase }
    let unit =
      switch state.unit {
      case .files: "files"
      case .rows: "rows"
      case .statements: "statements"
      }
    let elapsed = (ContinuousClock.now - state.start) / .seconds(1)
    let rate = elapsed > 0 ? Double(state.done) / elapsed : 0
    let share = state.total > 0 ? Double(state.done) / Double(state.total) : 0
    var parts =
      state.total > 0
      ? [
        "\(Int(share * 100))%",
        "\(Wording.grouped(state.done)) of \(Wording.grouped(state.total)) \(unit)",
      ] : ["\(Wording.grouped(state.done)) \(unit)"]
    if rate >= 1, elapsed >= 0.5 {
      parts.append("\(Wording.grouped(Int(rate))) \(unit)/s")
      if state.done < state.total {
        let left = (Double(state.total - state.done) / rate).rounded(.up)
        parts.append("\(left < 60 ? "\(Int(left)) s" : Wording.duration(left)) left")
      }
    }
    let tail = parts.joined(separator: "  ")
    guard let width else { return "\(state.phase): \(tail)" }
    let room = width - state.phase.count - tail.count - 8
    let bar = room >= 10 && state.total > 0 ? "[\(ProgressLine.bar(share, min(room, 30)))]  " : ""
    return String("\(state.phase)  \(bar)\(tail)".prefix(max(1, width - 1)))
  }

  private static func bar(_ share: Double, _ length: Int) -> String {
    let full = max(0, min(length, Int(share * Double(length))))
    return String(repeating: "#", count: full) + String(repeating: ".", count: length - full)
  }
}
