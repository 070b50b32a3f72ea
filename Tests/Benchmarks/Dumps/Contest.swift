import Foundation
import Glibc

/// Several commands that do the same job, run in turn, so that a slow minute of the machine hits all
/// of them.
struct Contest {
  struct Contestant {
    let name: String
    let arguments: [String]
    /// The database that it writes, if it does.
    var database: String?
    /// The folder that it makes, if it does: its size is shown.
    var folder: String?

    /// The same, with the folder that it makes.
    func writing(_ folder: String) -> Contestant {
      var copy = self
      copy.folder = folder
      return copy
    }
  }

  let title: String
  let contestants: [Contestant]

  /// Runs all contestants in turn, `rounds` times, and prints a table of each one's fastest run.
  ///
  /// The first contestant is ours; ratios are to it.
  func run(rounds: Int, before: (Contestant) throws -> Void) throws {
    var best: [String: Cost] = [:]
    var sizes: [String: Int64] = [:]
    for round in 1...rounds {
      for contestant in contestants {
        try before(contestant)
        let cost = try MeasuredProcess.run(contestant.arguments)
        note("round \(round): \(contestant.name): \(fixed(cost.wallSeconds, 2)) s")
        best[contestant.name] = min(best[contestant.name] ?? cost, cost)
        if let folder = contestant.folder { sizes[contestant.name] = try byteCount(in: folder) }
      }
    }
    guard let ours = best[contestants[0].name] else { return }
    let writes = !sizes.isEmpty
    print(
      """

      | \(title) | wall s | CPU s | peak MB | wall ÷ ours | CPU ÷ ours |\(writes ? " MB written |" : "")
      |---|--:|--:|--:|--:|--:|\(writes ? "--:|" : "")
      """)
    for contestant in contestants {
      guard let cost = best[contestant.name] else { continue }
      print(
        "| \(contestant.name) | \(fixed(cost.wallSeconds, 2)) | \(fixed(cost.cpuSeconds, 2)) "
          + "| \(cost.peakByteCount / 1_000_000) "
          + "| \(fixed(cost.wallSeconds / ours.wallSeconds, 1)) "
          + "| \(fixed(cost.cpuSeconds / ours.cpuSeconds, 1)) |"
          + (sizes[contestant.name].map { " \($0 / 1_000_000) |" } ?? ""))
    }
    // Seen at once, also in a file: the next contest takes minutes.
    fflush(nil)
  }

  /// The bytes of all files in a folder.
  private func byteCount(in folder: String) throws -> Int64 {
    try FileManager.default.subpathsOfDirectory(atPath: folder).reduce(0) { total, path in
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
      guard attributes[.type] as? FileAttributeType == .typeRegular else { return total }
      return total + ((attributes[.size] as? NSNumber)?.int64Value ?? 0)
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
