/// The upright axis of a chart: from nothing to a round number, with a few round numbers between.
struct ValueAxis {
  /// What is counted.
  enum Unit {
    /// Things, in thousands and millions where there are many.
    case count
    /// Bytes, in powers of 1,000.
    case bytes

    fileprivate var names: [String] {
      switch self {
      case .count: ["", " k", " M", " bn", " tn", " qn"]
      case .bytes: [" B", " kB", " MB", " GB", " TB", " PB"]
      }
    }
  }

  /// A line across the chart.
  struct Tick {
    let value: Double
    let label: String
  }

  /// The lines, the lowest first: 0, and up to four more.
  let ticks: [Tick]
  /// The value at the upper end; never below the largest that is shown.
  let top: Double

  /// An axis that reaches to a value.
  ///
  /// - Parameters:
  ///   - largest: the largest value that is shown; below 1 counts as 1.
  ///   - unit: what is counted.
  init(upTo largest: Int64, _ unit: Unit) {
    let largest = max(1, Double(largest))
    // Steps of 1, 2 or 5 times a power of ten, the smallest of which four reach.
    var power = 1.0
    while power * 40 < largest { power *= 10 }
    var step = power
    for factor in [1.0, 2, 5, 10] where step * 4 < largest { step = power * factor }
    let count = max(1, Int((largest / step).rounded(.up)))
    top = step * Double(count)
    var scale = 1.0
    var name = unit.names[0]
    for next in unit.names.dropFirst() where top >= scale * 1_000 {
      scale *= 1_000
      name = next
    }
    ticks = (0...count).map { index in
      let value = step * Double(index)
      let text = PageText.short(value / scale, 2)
      return Tick(value: value, label: index == 0 ? "0" : text + name)
    }
  }

  /// How far up a value is: 0 at the lower end, 1 at the upper one.
  func place(_ value: Int64) -> Double { min(1, max(0, Double(value) / top)) }
}
