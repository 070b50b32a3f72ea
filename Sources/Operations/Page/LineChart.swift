import Dump

/// Numbers over time: a line with a mark for each, and gaps where one is not known.
struct LineChart {
  /// One number.
  struct Point {
    let time: Timestamp
    let value: Int64?
    /// What it is of.
    let title: String
  }

  let title: String
  /// What it is about, for those who do not see what stands above it.
  let subject: String
  let axis: TimeAxis
  let unit: ValueAxis.Unit
  let colour: PageColour
  let points: [Point]

  private static let top = 12
  private static let bottom = 124
  private static let height = 146

  private var known: [(point: Point, value: Int64)] {
    points.compactMap { point in point.value.map { (point, $0) } }
  }

  /// The picture with its caption.
  var html: HTML {
    let scale = ValueAxis(upTo: known.map(\.value).max() ?? 0, unit)
    let lines: [HTML] = scale.ticks.map { tick in
      let y = LineChart.y(tick.value / scale.top)
      return #"<line x1="0" y1="\#(y)" x2="100%" y2="\#(y)" stroke="var(--line)"/>"#
    }
    let names: [HTML] = scale.ticks.map { tick in
      """
      <text x="56" y="\(LineChart.y(tick.value / scale.top) + 4)" text-anchor="end">\(tick.label)</text>
      """
    }
    return """
      <figure><figcaption>\(title)</figcaption><div class="chart">\
      <svg width="64" height="\(LineChart.height)" aria-hidden="true">\(names)</svg>\
      <svg width="100%" height="\(LineChart.height)" role="img" aria-label="\(label)">\
      \(lines)\(axis.svg(from: LineChart.top, to: LineChart.bottom))\(segments(scale))\(marks(scale))\
      </svg></div></figure>
      """
  }

  private static func y(_ share: Double) -> Int {
    bottom - Int((share * Double(bottom - top)).rounded())
  }

  private func text(_ value: Int64) -> String {
    switch unit {
    case .count: PageText.grouped(value)
    case .bytes: PageText.bytes(value)
    }
  }

  private var label: String {
    guard let first = known.first, let last = known.last else {
      return "\(subject), \(title): not known"
    }
    let values = known.map(\.value)
    let range = "least \(text(values.min() ?? 0)), most \(text(values.max() ?? 0))"
    return "\(subject), \(title), \(PageText.count(known.count, "dump")): \(text(first.value)) in "
      + "\(first.point.title), \(text(last.value)) in \(last.point.title); \(range)"
  }

  private func segments(_ scale: ValueAxis) -> HTML {
    let pairs = zip(points, points.dropFirst())
    let lines: [HTML] = pairs.compactMap { left, right in
      guard let from = left.value, let to = right.value, let x1 = axis.place(left.time),
        let x2 = axis.place(right.time)
      else { return nil }
      return """
        <line x1="\(PageText.percent(x1))" y1="\(LineChart.y(scale.place(from)))" \
        x2="\(PageText.percent(x2))" y2="\(LineChart.y(scale.place(to)))" \
        stroke="\(colour.reference)" stroke-width="2"/>
        """
    }
    return "\(lines)"
  }

  private func marks(_ scale: ValueAxis) -> HTML {
    let marks: [HTML] = known.compactMap { point, value in
      guard let x = axis.place(point.time) else { return nil }
      return """
        <circle cx="\(PageText.percent(x))" cy="\(LineChart.y(scale.place(value)))" r="3.5" \
        fill="\(colour.reference)"><title>\(point.title): \(text(value))</title></circle>
        """
    }
    return "\(marks)"
  }
}
