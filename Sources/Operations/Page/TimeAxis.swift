import Dump

/// The level axis of a chart: days, in UTC.
struct TimeAxis {
  /// The beginning of a day.
  struct Tick {
    let place: Double
    let label: String
    /// Whether there is no room for it on a narrow screen.
    let isMinor: Bool
  }

  let start: Timestamp
  let end: Timestamp

  private static let day: Int64 = 86_400

  /// An axis from one moment to another, and to a day at least.
  init(from start: Timestamp, to end: Timestamp) {
    let start = min(start, end)
    let end = max(start, end)
    let lacking = Duration.seconds(TimeAxis.day) - end.duration(since: start)
    let margin = lacking > .zero ? lacking / 2 : end.duration(since: start) / 100
    self.start = start.advanced(by: .zero - margin) ?? .earliest
    self.end = end.advanced(by: margin) ?? .latest
  }

  /// How far to the right a moment is: 0 at the left end, 1 at the right one; `nil` beyond.
  func place(_ time: Timestamp) -> Double? {
    let share = time.duration(since: start).inSeconds / end.duration(since: start).inSeconds
    return (0...1).contains(share) ? share : nil
  }

  /// At most nine days, evenly apart.
  var ticks: [Tick] {
    let first = TimeAxis.dayNumber(start) + 1
    let last = TimeAxis.dayNumber(end)
    guard first <= last else { return [] }
    let step =
      [1, 2, 3, 7, 14, 28, 56, 91, 182, 364].first { (last - first) / $0 < 9 }
      ?? (last - first) / 8 + 1
    let days = Array(stride(from: first, through: last, by: Int(step)))
    return days.enumerated().compactMap { index, day in
      guard let time = Timestamp(secondsSinceEpoch: day * TimeAxis.day), let place = place(time)
      else { return nil }
      let text = time.description
      let label = last - first > 300 ? text.prefix(7) : text.prefix(10).dropFirst(5)
      return Tick(
        place: place, label: String(label), isMinor: days.count > 5 && index % 2 == 1)
    }
  }

  private static func dayNumber(_ time: Timestamp) -> Int64 {
    let seconds = time.secondsSinceEpoch
    return seconds / day - (seconds % day < 0 ? 1 : 0)
  }

  /// The days as SVG: a line at each, and its name below.
  ///
  /// - Parameters:
  ///   - top: where the lines begin.
  ///   - bottom: where they end; names stand below.
  /// - Returns: the markup.
  func svg(from top: Int, to bottom: Int) -> HTML {
    let marks: [HTML] = ticks.map { tick in
      let x = PageText.percent(tick.place)
      return """
        <g class="\(tick.isMinor ? "minor" : "major")"><line x1="\(x)" y1="\(top)" x2="\(x)" \
        y2="\(bottom)" stroke="var(--line)"/><text x="\(x)" y="\(bottom + 16)" \
        text-anchor="middle">\(tick.label)</text></g>
        """
    }
    return "\(marks)"
  }
}
