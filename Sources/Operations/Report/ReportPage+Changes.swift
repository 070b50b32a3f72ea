import Dump
import ObjectStorage

extension ReportPage {
  /// How the newest dump differs from what was before it.
  var comparison: HTML {
    guard let comparison = report.comparison else { return "" }
    let old = comparison.old.map { "dump \(DumpLabel($0))" } ?? "tables of several dumps"
    let place = comparison.database.map { "\($0), which holds \(old)," } ?? old
    // What differs comes first; where all is seen at one look, names are easier to find.
    let differing = comparison.tables.filter(\.differs)
    let tables =
      comparison.tables.count <= 24
      ? comparison.tables : differing + comparison.tables.filter { !$0.differs }
    let rows: [HTML] = tables.map { table in
      let compared: HTML =
        comparison.comparesRows
        ? """
        \(number(table.rows.map { PageText.grouped($0.added) }))\
        \(number(table.rows.map { PageText.grouped($0.removed) }))\
        \(number(table.rows.map { PageText.grouped($0.changed) }))
        """ : ""
      return """
        <tr><th scope="row">\(table.name)</th>\
        \(number(table.new.map { $0.rows.map { PageText.grouped($0) } ?? "?" }))\
        \(change(table.old?.rows, table.new?.rows))\
        \(number(table.new.map { PageText.bytes($0.bytes) }))\
        \(number(ReportPage.share(table.old?.bytes, table.new?.bytes)))\
        \(number(table.new.map { PageText.grouped($0.files) }))\(compared)\
        <td>\(remarks(table))</td></tr>

        """
    }
    var names = ["rows", "difference", "bytes", "difference", "files"]
    if comparison.comparesRows { names += ["added", "removed", "changed"] }
    let head: [HTML] =
      [#"<th scope="col">table</th>"#]
      + names.map { #"<th scope="col" class="number">\#($0)</th>"# }
      + [#"<th scope="col"></th>"#]
    return """
      <section><h2>What changed last</h2>\
      <p class="soft">Dump \(DumpLabel(comparison.new).description) beside \(place)</p>\
      \(HTMLPage.longTable("What changed last", head: head, rows: rows))</section>

      """
  }

  private func number(_ text: String?) -> HTML { #"<td class="number">\#(text ?? "–")</td>"# }

  private func change(_ old: Int64?, _ new: Int64?) -> HTML {
    guard let old, let new else { return number(nil) }
    let isDrop = new < old && !RowDropRule(maxDrop: .half).allows(before: old, after: new)
    return """
      <td class="number\(isDrop ? " bad state" : "")">\(PageText.signed(new - old))</td>
      """
  }

  /// `+1.2%`; `nil` where there was nothing.
  static func share(_ old: Int64?, _ new: Int64?) -> String? {
    guard let old, let new, old > 0 else { return nil }
    let share = Double(new - old) / Double(old) * 100
    let text = PageText.short(share.magnitude, share.magnitude < 9.95 ? 1 : 0)
    if text == "0" { return new == old ? "±0%" : new > old ? "+0%" : "\u{2212}0%" }
    return "\(share > 0 ? "+" : "\u{2212}")\(text)%"
  }

  private func remarks(_ table: Report.Comparison.Table) -> String {
    var words: [String] = []
    if table.old == nil { words.append("new table") }
    if table.new == nil { words.append("gone") }
    if !table.columns.isEmpty { words.append(PageText.count(table.columns.count, "column change")) }
    if let reason = table.rowsSkipped { words.append("rows not compared: \(reason)") }
    if let repeated = table.rows?.repeatedKeys, repeated > 0 {
      words.append("\(PageText.count(repeated, "row")) with a key that another has too")
    }
    return words.joined(separator: ", ")
  }

  // MARK: Schema

  /// Columns that are named of one table; more are counted.
  private static let columnLimit = 20

  /// What became of tables and columns.
  var schemaSteps: HTML {
    if report.dumps.filter(\.isWhole).count < 2 { return "" }
    if report.schemaSteps.isEmpty {
      return """
        <section><h2>Schema changes</h2><p class="good">None between these dumps, as far as columns \
        are known.</p></section>

        """
    }
    let steps: [HTML] = report.schemaSteps.reversed().map { step in
      var items: [HTML] = step.added.map { "<li>table <code>\($0)</code> was added</li>" }
      items += step.removed.map { #"<li class="bad">table <code>\#($0)</code> is gone</li>"# }
      for table in step.changed {
        items += table.columns.prefix(ReportPage.columnLimit).map { change in
          let name = (change.new ?? change.old)?.name ?? ""
          return "<li><code>\(table.name).\(name)</code>: \(change.summary)</li>"
        }
        let more = table.columns.count - ReportPage.columnLimit
        if more > 0 {
          items.append(
            "<li>\(PageText.count(more, "further column")) of <code>\(table.name)</code></li>")
        }
      }
      return """
        <h3>\(step.old.description) → \(step.new.description)</h3><ul>\(items)</ul>

        """
    }
    return "<section><h2>Schema changes</h2>\(steps)</section>\n"
  }

  // MARK: Findings

  /// Findings that are shown of one dump; more are counted.
  private static let findingLimit = 25

  /// What is wrong, dump by dump.
  var findings: HTML {
    let dumps: [HTML] = report.dumps.reversed().compactMap { dump in
      if dump.findings.isEmpty { return nil }
      let shown = dump.findings.sorted { $0.severity.weight > $1.severity.weight }
        .prefix(ReportPage.findingLimit)
      let rows: [HTML] = shown.map { finding in
        let hint: HTML = finding.hint.map { #"<br><span class="soft">\#($0)</span>"# } ?? ""
        return """
          <tr><td class="\(finding.severity.colour.rawValue) state">\(finding.severity.rawValue)</td>\
          <td class="key"><code>\(finding.code.description)</code></td><td>\(finding.place.description)</td>\
          <td>\(finding.message)\(hint)</td></tr>

          """
      }
      let head: [HTML] = ["", "code", "where", "what"].map { #"<th scope="col">\#($0)</th>"# }
      let more = dump.findingCount - shown.count
      let rest: HTML =
        more > 0
        ? #"<p class="soft">and \#(PageText.grouped(more)) more: `receipt verify` tells all</p>"#
        : ""
      return """
        <h3>dump \(dump.label.description)</h3>\
        \(HTMLPage.table("Findings of dump \(dump.label)", head: head, rows: rows))\(rest)
        """
    }
    if dumps.isEmpty {
      return report.dumps.isEmpty
        ? ""
        : """
        <section id="findings"><h2>Findings</h2><p class="good">None.</p></section>

        """
    }
    return #"<section id="findings"><h2>Findings</h2>\#(dumps)</section>"#
  }

  /// What could not be looked at.
  var notes: HTML {
    let items: [HTML] = report.notes.map { "<li>\($0)</li>" }
    let list: HTML =
      items.isEmpty
      ? "" : "<section><h2>Not looked at</h2><ul>\(items)</ul></section>"
    var traffic: HTML = ""
    if let used = report.traffic {
      traffic = """
        <p class="soft">\(PageText.count(used.requests, "request")), \
        \(PageText.bytes(used.bytesReceived)) received</p>
        """
    }
    return "\(list)\(traffic)"
  }
}

extension Finding.Severity {
  fileprivate var weight: Int {
    switch self {
    case .error: 2
    case .warning: 1
    case .info: 0
    }
  }

  fileprivate var colour: PageColour {
    switch self {
    case .error: .bad
    case .warning: .warn
    case .info: .soft
    }
  }
}
