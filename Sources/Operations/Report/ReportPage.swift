import Dump

extension Report {
  /// The report as a page: one document without scripts that fetches nothing.
  public var html: String { ReportPage(report: self).html }
}

/// A report as people look at it.
struct ReportPage {
  let report: Report

  /// The line of time that all charts share.
  var axis: TimeAxis {
    let times =
      report.dumps.map(\.timestamp) + report.deliveries.map(\.due) + [report.madeAt]
    return TimeAxis(from: times.min() ?? report.madeAt, to: times.max() ?? report.madeAt)
  }

  /// The document.
  var html: String {
    HTMLPage.document(
      title: "Dumps at \(report.location)", head: HTMLPage.closedPolicy,
      body: """
        <h1>Dumps at \(report.location)</h1>
        <p class="soft">\(PageText.minute(report.madeAt)) UTC · receipt report \
        \(report.toolVersion)</p>
        \(summary)\(deliveries)\(comparison)\(growth)\(fileSizes)\(schemaSteps)\(findings)\(notes)
        """)
  }

  // MARK: In a few words

  private var summary: HTML {
    var lines: [HTML] = []
    if let problem = report.receiptProblem {
      lines.append(#"<p class="bad state">\#(problem)</p>"#)
    }
    if let receipt = report.receipt {
      let isSound = report.dumps.contains { $0.isCurrent && $0.state == .complete }
      lines.append(
        """
        <p class="\(isSound ? "good" : "bad") state">In force: dump \(receipt.description), \
        \(PageText.age(receipt, at: report.madeAt)) old, \
        \(isSound ? "all files there" : "not all as promised")</p>
        """)
    }
    if report.dumps.isEmpty { lines.append("<p>There is no dump yet.</p>") }
    let missing = report.deliveries.filter { $0.state == .missing }
    let late = report.deliveries.filter { $0.state == .late }
    let due = report.deliveries.count { $0.state != .awaited }
    if let schedule = report.schedule, due > 0 {
      let text =
        missing.isEmpty && late.isEmpty
        ? "no delivery was missed"
        : "\(PageText.grouped(missing.count)) missed, \(PageText.grouped(late.count)) late"
      lines.append(
        """
        <p class="\(missing.isEmpty ? "soft" : "bad")">Expected at \(schedule) UTC: \(text) of \
        \(PageText.grouped(due)) deliveries</p>
        """)
    }
    if let next = report.deliveries.last(where: { $0.state == .awaited }) {
      lines.append("<p>Next expected: \(PageText.minute(next.due)) UTC</p>")
    }
    if let database = report.database { lines.append(held(by: database)) }
    let errors = errorCount
    if errors > 0 {
      lines.append(
        """
        <p class="bad"><a href="#findings">\(PageText.count(errors, "finding")) to look at</a></p>
        """)
    }
    return "<section><h2>In short</h2>\(lines)</section>\n"
  }

  private var errorCount: Int {
    report.dumps.reduce(0) { sum, dump in
      sum + dump.findings.count { $0.severity == .error }
    }
  }

  private func held(by database: Report.Database) -> HTML {
    var text: HTML = "<p>\(database.path) holds nothing yet</p>"
    if let newest = database.dumps.last {
      let isNewest = newest == report.receipt && database.dumps.count == 1
      let others = database.dumps.count - 1
      let when = database.loadedAt.map { ", loaded at \(PageText.minute($0))" } ?? ""
      text = """
        <p class="\(isNewest ? "good" : "warn")">\(database.path) holds dump \(newest.description)\
        \(others > 0 ? " and tables of \(others) older" : "")\(when)\
        \(isNewest ? ": up to date" : ": not the newest")</p>
        """
    }
    guard let loading = database.loading else { return text }
    return #"\#(text)<p class="busy">loading now: \#(loading.description)</p>"#
  }

  // MARK: Deliveries

  private var deliveries: HTML {
    let marks = report.dumps.map { dump in
      DumpTimeline.Mark(
        time: dump.timestamp, title: "\(dump.timestamp): \(dump.stateText)", colour: dump.colour)
    }
    let picture = DumpTimeline(
      axis: axis, marks: marks, deliveries: report.deliveries, now: report.madeAt)
    var hidden: HTML = ""
    if report.olderDumps > 0 {
      hidden = """
        <p class="soft">\(PageText.count(report.olderDumps, "older dump")) not shown; --last shows \
        more</p>
        """
    }
    return """
      <section><h2>Deliveries</h2>\(legend)\(picture.html)\(dumps)\(hidden)\(missing)</section>

      """
  }

  private var legend: HTML {
    var entries: [(PageMark, String)] = []
    for dump in report.dumps
    where !entries.contains(where: { $0.1 == dump.stateText }) {
      entries.append((PageMark(dump.colour), dump.stateText))
    }
    for state in ScheduledDelivery.State.allCases
    where report.deliveries.contains(where: { $0.state == state }) {
      let text =
        switch state {
        case .delivered: "expected, came in time"
        case .late: "expected, came late"
        case .missing: "expected, did not come"
        case .awaited: "expected next"
        }
      entries.append((DumpTimeline.mark(state), text))
    }
    let items: [HTML] = entries.map { mark, text in "<span>\(mark.inline)\(text)</span>" }
    return #"<div class="legend">\#(items)</div>"#
  }

  private var dumps: HTML {
    if report.dumps.isEmpty { return "" }
    let isLoaded = report.dumps.contains { $0.loadedAt != nil }
    let rows: [HTML] = report.dumps.reversed().map { dump in
      let rowCount = dump.rows.map { PageText.grouped($0) } ?? "?"
      let loaded: HTML =
        isLoaded ? "<td class=\"key\">\(dump.loadedAt.map(PageText.minute) ?? "")</td>" : ""
      return """
        <tr><td class="key"><code>\(dump.label.description)</code></td>\
        <td class="\(dump.colour.rawValue) state key">\(dump.stateText)</td>\
        <td class="number">\(PageText.grouped(dump.tables.count))</td>\
        <td class="number">\(PageText.grouped(dump.files))</td>\
        <td class="number">\(rowCount)</td>\
        <td class="number">\(PageText.bytes(dump.bytes))</td>\(loaded)<td>\(dump.remarks)</td></tr>

        """
    }
    let numbers: [HTML] = ["tables", "files", "rows", "bytes"].map {
      #"<th scope="col" class="number">\#($0)</th>"#
    }
    let head: [HTML] =
      [#"<th scope="col">dump</th><th scope="col">state</th>"#] + numbers
      + [isLoaded ? #"<th scope="col">loaded</th>"# : "", #"<th scope="col"></th>"#]
    return HTMLPage.longTable("Dumps", head: head, rows: rows)
  }

  private var missing: HTML {
    let missing = report.deliveries.filter { [.missing, .late].contains($0.state) }
    if missing.isEmpty { return "" }
    let items: [HTML] = missing.reversed().map { delivery in
      let came = delivery.dump.map { "came at \(PageText.minute($0))" } ?? "did not come"
      return "<li>expected at \(PageText.minute(delivery.due)), \(came)</li>"
    }
    return """
      <details><summary>Missed and late deliveries: \(PageText.grouped(missing.count))</summary>\
      <ul>\(items)</ul></details>
      """
  }
}

extension Report.Dump {
  /// Its state as people read it.
  var stateText: String {
    if watched == "quarantined" { return "kept out" }
    switch state {
    case nil: return "only in the ledger"
    case .complete: return "complete"
    case .partial: return "partial"
    case .orphan: return "no receipt kept"
    case .inFlight: return "on its way"
    case .deleted: return "deleted"
    }
  }

  var colour: PageColour {
    if watched == "quarantined" { return .bad }
    switch state {
    case .complete: return .good
    case .partial: return .bad
    case .inFlight: return .busy
    case nil, .orphan, .deleted: return .soft
    }
  }

  fileprivate var remarks: String {
    var words: [String] = []
    if isCurrent { words.append("in force") }
    if isPinned { words.append("pinned") }
    let errors = findings.count { $0.severity == .error }
    if errors > 0 { words.append(PageText.count(errors, "finding")) }
    return words.joined(separator: ", ")
  }
}
