import Dump

/// The page that a watch shows: what is loaded, what came, what is wrong, what is expected.
struct StatusPage {
  /// One watch.
  struct Watch {
    let location: String
    let target: String
    let snapshot: WatchSnapshot
    let loaded: Timestamp?
    let newest: Timestamp?
    let isLoading: Bool
    let problem: String?
    let overdue: Timestamp?
    let nextDelivery: Timestamp?
    let reachedAt: Timestamp?
    let lastDelivery: Delivery?
    let retry: RetryHint
  }

  let watches: [Watch]
  let now: Timestamp
  let start: Timestamp
  let version: String

  /// The document.
  var html: String {
    HTMLPage.document(
      title: "receipt watch",
      body: """
        <h1>receipt watch</h1>
        <p class="soft">\(PageText.minute(now)) UTC · watching since \(PageText.minute(start)) · version \(version)</p>
        \(watches.map(section))
        """)
  }

  private func section(_ watch: Watch) -> HTML {
    """
    <section><h2>\(watch.location) → \(watch.target)</h2>
    \(summary(watch))
    \(timeline(watch))
    \(dumps(watch))
    \(tables(watch))
    \(events(watch))</section>
    """
  }

  private func summary(_ watch: Watch) -> HTML {
    var lines: [HTML] = []
    let quarantined = watch.snapshot.quarantined
    if watch.isLoading {
      lines.append(#"<p class="busy state">loading</p>"#)
    } else if let overdue = watch.overdue {
      lines.append(
        #"<p class="bad state">late: a dump was expected at \#(PageText.minute(overdue))</p>"#)
    } else if let problem = watch.problem {
      lines.append(#"<p class="bad state">\#(problem)</p>"#)
    } else if let loaded = watch.loaded, loaded >= watch.newest ?? loaded {
      lines.append(#"<p class="good state">up to date</p>"#)
    } else if watch.loaded != nil {
      let dump = watch.snapshot.dumps.first { $0.timestamp == watch.newest }
      lines.append(
        #"<p class="warn state">\#(dump?.state == "rolled-back" ? "rolled back" : "behind")</p>"#)
    } else {
      lines.append(#"<p class="warn state">nothing loaded yet</p>"#)
    }
    if let loaded = watch.loaded {
      lines.append(
        "<p>loaded: dump \(loaded.description), \(PageText.age(loaded, at: now)) old</p>")
    }
    if let newest = watch.newest, newest != watch.loaded {
      lines.append(
        "<p>newest: dump \(newest.description), \(PageText.age(newest, at: now)) old</p>")
    }
    if !quarantined.isEmpty {
      lines.append(
        #"<p class="bad">kept out: \#(quarantined.map(\.label.description).joined(separator: ", "))</p>"#
      )
    }
    if let next = watch.nextDelivery {
      lines.append(
        "<p>next expected: \(PageText.minute(next)), in \(PageText.duration(next.duration(since: now)))</p>"
      )
    }
    if let reached = watch.reachedAt {
      lines.append(
        #"<p class="soft">the location answered \#(PageText.age(reached, at: now)) ago</p>"#)
    }
    return "\(lines)"
  }

  private func timeline(_ watch: Watch) -> HTML {
    let week = now.advanced(by: .seconds(-7 * 86_400)) ?? .earliest
    let picture = DumpTimeline(
      axis: TimeAxis(from: week, to: watch.nextDelivery.map { max($0, now) } ?? now),
      marks: watch.snapshot.dumps.map { dump in
        DumpTimeline.Mark(
          time: dump.timestamp, title: "\(dump.timestamp): \(dump.state)",
          colour: StatusPage.colour(dump.state))
      },
      deliveries: watch.nextDelivery.map {
        [ScheduledDelivery(due: $0, dump: nil, state: .awaited)]
      } ?? [], now: now
    ).html
    return "<h3>Last seven days</h3>\(picture)"
  }

  private func dumps(_ watch: Watch) -> HTML {
    if watch.snapshot.dumps.isEmpty { return #"<p class="soft">no dump was seen yet</p>"# }
    let rows: [HTML] = watch.snapshot.dumps.prefix(20).map { dump in
      var detail: HTML = "\(dump.message)"
      let errors = dump.findings.filter { $0.severity == .error }.prefix(5)
      if !errors.isEmpty {
        let items: [HTML] = errors.map { "<br><code>\($0.description)</code>" }
        detail = "\(detail)\(items)"
      }
      if dump.state == "quarantined" {
        detail = "\(detail)<br><code>\(watch.retry.command(dump.label))</code>"
      }
      return """
        <tr><td class="key"><code>\(dump.timestamp.description)</code></td>\
        <td class="\(StatusPage.colour(dump.state).rawValue) state">\(dump.state)</td>\
        <td class="key">\(PageText.minute(dump.changed))</td><td>\(detail)</td></tr>
        """
    }
    return """
      <h3>Dumps</h3><div class="scroll"><table><tr><th>dump</th><th>state</th><th>since</th>\
      <th>why</th></tr>\(rows)</table></div>
      """
  }

  private func tables(_ watch: Watch) -> HTML {
    guard let delivery = watch.lastDelivery else { return "" }
    let rows: [HTML] = delivery.tables.map { table in
      let count = table.rows.map { PageText.grouped($0) } ?? "?"
      return """
        <tr><td>\(table.name)</td><td class="number">\(count)</td>\
        <td class="number">\(PageText.grouped(Int64(table.files)))</td></tr>
        """
    }
    return """
      <h3>Last load, \(Measured.text(delivery.seconds)) s</h3><table><tr><th>table</th>\
      <th class="number">rows</th><th class="number">files</th></tr>\(rows)</table>
      """
  }

  private func events(_ watch: Watch) -> HTML {
    let counts = watch.snapshot.events.sorted { $0.key < $1.key }
    let text = counts.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    let unknown: [HTML] = watch.snapshot.unknown.map { message in
      """
      <tr><td>\(PageText.minute(message.received))</td><td>\(message.source)</td><td>\(message.reason)</td>\
      <td><code>\(message.body)</code></td></tr>
      """
    }
    let list: HTML =
      unknown.isEmpty
      ? ""
      : """
      <h3>Messages that were not understood</h3><div class="scroll"><table><tr><th>when</th>\
      <th>how</th><th>why</th><th>message</th></tr>\(unknown)</table></div>
      """
    return "<h3>Events</h3><p>\(text.isEmpty ? "none" : text)</p>\(list)"
  }

  /// The colour of a state.
  static func colour(_ state: String) -> PageColour {
    switch state {
    case "loaded": .good
    case "quarantined": .bad
    case "waiting", "retrying": .warn
    case "loading": .busy
    default: .soft
    }
  }
}
