import Dump

/// Dumps on a line of time, each a mark, below the deliveries that were expected.
///
/// Places are shares of the width, so that texts keep their size on any screen.
struct DumpTimeline {
  /// A dump on it.
  struct Mark {
    let time: Timestamp
    let title: String
    let colour: PageColour
  }

  let axis: TimeAxis
  let marks: [Mark]
  /// None where nobody has said when dumps come.
  let deliveries: [ScheduledDelivery]
  let now: Timestamp

  /// The picture; who does not see it is told how many there are.
  var html: HTML {
    let shown = marks.compactMap { mark in
      axis.place(mark.time).map { place($0, y: 54, PageMark(mark.colour).svg(mark.title)) }
    }
    let expected = deliveries.compactMap { delivery in
      axis.place(delivery.due).map {
        place($0, y: 26, DumpTimeline.mark(delivery.state).svg(delivery.title))
      }
    }
    return """
      <div class="frame"><svg width="100%" height="92" role="img" aria-label="\(label(shown.count))">\
      \(axis.svg(from: 12, to: 70))\(line)\(today)\(expected)\(shown)</svg></div>
      """
  }

  private func label(_ count: Int) -> String {
    "Time line from \(PageText.minute(axis.start)) to \(PageText.minute(axis.end)): "
      + PageText.count(count, "dump")
      + (deliveries.isEmpty ? "" : ", deliveries expected: \(deliveries.count)")
  }

  private var line: HTML {
    """
    <line x1="0" y1="54" x2="100%" y2="54" stroke="var(--line)" stroke-width="2"/>
    """
  }

  private var today: HTML {
    guard let share = axis.place(now) else { return "" }
    let x = PageText.percent(share)
    return """
      <line x1="\(x)" y1="12" x2="\(x)" y2="70" stroke="var(--soft)" stroke-width="2"/>\
      <text x="\(x)" y="8" text-anchor="\(share > 0.97 ? "end" : "middle")">now</text>
      """
  }

  private func place(_ share: Double, y: Int, _ mark: HTML) -> HTML {
    """
    <svg x="\(PageText.percent(share))" y="\(y)" width="1" height="1">\(mark)</svg>
    """
  }

  /// How a delivery looks.
  static func mark(_ state: ScheduledDelivery.State) -> PageMark {
    switch state {
    case .delivered: PageMark(.disc, .good, radius: 4)
    case .late: PageMark(.ring, .warn, radius: 6)
    case .missing: PageMark(.cross, .bad)
    case .awaited: PageMark(.dashes, .soft)
    }
  }
}

extension ScheduledDelivery {
  fileprivate var title: String { "expected \(PageText.minute(due)): \(state.rawValue)" }
}
