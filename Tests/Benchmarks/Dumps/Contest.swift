/// Several commands that do the same job, run in turn, so that a slow minute of the machine hits all
/// of them.
struct Contest {
  struct Contestant {
    let name: String
    let arguments: [String]
    /// The database that it writes, if it does.
    var database: String?
  }

  let title: String
  let contestants: [Contestant]

  /// Runs all contestants in turn, `rounds` times, and prints a table of each one's fastest run.
  ///
  /// The first contestant is ours; ratios are to it.
  func run(rounds: Int, before: (Contestant) throws -> Void) throws {
    var best: [String: Cost] = [:]
    for round in 1...rounds {
      for contestant in contestants {
        try before(contestant)
        let cost = try MeasuredProcess.run(contestant.arguments)
        note("round \(round): \(contestant.name): \(fixed(cost.wallSeconds, 2)) s")
        best[contestant.name] = min(best[contestant.name] ?? cost, cost)
      }
    }
    guard let ours = best[contestants[0].name] else { return }
    print(
      """

      | \(title) | wall s | CPU s | peak MB | wall ÷ ours | CPU ÷ ours |
      |---|--:|--:|--:|--:|--:|
      """)
    for contestant in contestants {
      guard let cost = best[contestant.name] else { continue }
      print(
        "| \(contestant.name) | \(fixed(cost.wallSeconds, 2)) | \(fixed(cost.cpuSeconds, 2)) "
          + "| \(cost.peakByteCount / 1_000_000) "
          + "| \(fixed(cost.wallSeconds / ours.wallSeconds, 1)) "
          + "| \(fixed(cost.cpuSeconds / ours.cpuSeconds, 1)) |")
    }
  }
}

/// A number with so many digits behind the point.
private func fixed(_ value: Double, _ digitCount: Int) -> String {
  let scale = digitCount == 2 ? 100.0 : 10.0
  let units = Int((value * scale).rounded())
  let digits = String(units % Int(scale))
  let padded = String(repeating: "0", count: digitCount - digits.count) + digits
  return "\(units / Int(scale)).\(padded)"
}
