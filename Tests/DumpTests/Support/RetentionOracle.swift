import Foundation

@testable import Dump

/// The rules of retention once more: slow, by texts and Foundation's calendar, from the documentation
/// and not from the code.
struct RetentionOracle {
  let content: RandomLocation.Content
  let known: Set<Int>
  let policy: RetentionPolicy
  let now: Date

  private var current: (timestamp: String, folders: [String: Int]) {
    content.receipts[content.current]
  }

  private func date(_ label: String) -> Date {
    (try? Date(label + ":00Z", strategy: .iso8601)) ?? .distantPast
  }

  /// The keys of a dump that may be touched.
  func keys(of label: String) -> [String] {
    content.objects.keys.filter { key in
      guard key.hasPrefix(label + "/") else { return false }
      let names = key.dropFirst(17).components(separatedBy: "/")
      if names.count == 1 {
        return ["", "manifest.json", "_failed.json"].contains(names[0])
      }
      guard names.count == 2 else { return false }
      return names[1].isEmpty || names[1].hasPrefix("_") || names[1].hasPrefix(".")
        || names[1].hasSuffix(".parquet")
    }
  }

  var labels: [String] {
    Set(content.receipts.map { String($0.timestamp.prefix(16)) }).filter { !keys(of: $0).isEmpty }
      .sorted()
  }

  func isAhead(_ label: String) -> Bool { label > current.timestamp.prefix(16) }

  func isCurrent(_ label: String) -> Bool {
    current.folders.keys.contains { $0.hasPrefix(label + "/") }
  }

  /// The receipt of a dump that counts, if one is known.
  private func receipts(of label: String) -> [(timestamp: String, folders: [String: Int])] {
    if current.timestamp.hasPrefix(label) { return [current] }
    let others = content.receipts.indices.filter { known.contains($0) }
      .map { content.receipts[$0] }
      .filter { $0.timestamp.hasPrefix(label) }
    return others.max { $0.timestamp < $1.timestamp }.map { [$0] } ?? []
  }

  private func isFulfilled(_ folders: [String: Int]) -> Bool {
    folders.allSatisfy { folder, promised in
      let files = content.objects.filter { key, _ in
        key.hasPrefix(folder + "/") && key.hasSuffix(".parquet")
          && key.dropFirst(folder.count + 1).wholeMatch(of: /[^_.\/][^\/]*/) != nil
      }
      return files.count == promised && files.allSatisfy { $0.value.bytes > 0 }
    }
  }

  func state(_ label: String) -> String {
    let receipts = receipts(of: label)
    if receipts.contains(where: { isFulfilled($0.folders) }) { return "complete" }
    if isAhead(label) && !isCurrent(label) { return "in-flight" }
    return receipts.isEmpty ? "orphan" : "partial"
  }

  var newestComplete: String? {
    labels.last { state($0) == "complete" && !(isAhead($0) && !isCurrent($0)) }
  }

  private func identity(_ label: String) -> String? { receipts(of: label).first?.timestamp }

  private func isNeeded(_ label: String, by loads: [String]) -> Bool {
    guard let position = loads.filter({ $0 <= current.timestamp }).max() else { return true }
    if let identity = identity(label) { return position < identity }
    return position.prefix(16) < label
  }

  private func newest(_ count: Int, of labels: [String], by period: (String) -> String) -> [String]
  {
    let periods = Set(labels.map(period)).sorted().suffix(count)
    return periods.compactMap { wanted in labels.filter { period($0) == wanted }.max() }
  }

  private func week(_ label: String) -> String {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents([.yearForWeekOfYear, .weekOfYear], from: date(label))
    return "\(parts.yearForWeekOfYear ?? 0)-\(padded(parts.weekOfYear ?? 0, 2))"
  }

  /// Whether a dump stays, by any rule.
  func isKept(_ label: String) -> Bool {
    guard let newest = newestComplete else { return false }
    if isCurrent(label) || isAhead(label) || label == newest { return true }
    if content.pins.contains(label) { return true }
    if content.consumers.contains(where: { isNeeded(label, by: $0) }) { return true }
    if state(label) == "orphan" {
      let last = keys(of: label).compactMap { content.objects[$0]?.modified }.max()
      if let last, now.timeIntervalSince(last) < Double(policy.orphanGrace.components.seconds) {
        return true
      }
    }
    let within = Double(policy.keepWithin.components.seconds)
    if within > 0, date(newest).timeIntervalSince(date(label)) <= within { return true }
    let settled = labels.filter { !(isAhead($0) && !isCurrent($0)) }
    for states in [["complete"], ["complete", "orphan"]] {
      let dumps = settled.filter { states.contains(state($0)) }
      if dumps.suffix(policy.keepLast).contains(label) { return true }
      if self.newest(policy.keepDaily, of: dumps, by: { String($0.prefix(10)) }).contains(label) {
        return true
      }
      if self.newest(policy.keepWeekly, of: dumps, by: week).contains(label) { return true }
      if self.newest(policy.keepMonthly, of: dumps, by: { String($0.prefix(7)) }).contains(label) {
        return true
      }
    }
    return false
  }
}
