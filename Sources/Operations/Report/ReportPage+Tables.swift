import Dump

extension ReportPage {
  /// Tables with charts of their own; the others are in the list of numbers.
  private static let chartLimit = 12

  /// The dumps whose numbers can be held against each other.
  private var whole: [Report.Dump] { report.dumps.filter(\.isWhole) }

  /// The tables, the largest of the newest dump first.
  private var tableNames: [String] {
    var sizes: [String: Int64] = [:]
    for dump in whole { for table in dump.tables { sizes[table.name] = table.bytes } }
    return sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }

  /// Rows and bytes of each table over the dumps.
  var growth: HTML {
    let names = tableNames
    if names.isEmpty { return "" }
    let axis = axis
    let charts: [HTML] = names.prefix(ReportPage.chartLimit).map { name in
      let rows = chart("rows", name, axis, .count, .busy) { $0.rows }
      let bytes = chart("bytes of Parquet", name, axis, .bytes, .other) { $0.bytes }
      return "<h3>\(name)</h3><div class=\"charts\">\(rows)\(bytes)</div>\n"
    }
    let more: HTML =
      names.count > ReportPage.chartLimit
      ? """
      <p class="soft">The \(PageText.grouped(ReportPage.chartLimit)) largest of \
      \(PageText.count(names.count, "table")); all are in the lists.</p>
      """ : ""
    return """
      <section><h2>Tables over the dumps</h2>\(more)\(charts)\
      \(numbers("Rows of each dump", names) { $0.rows.map { PageText.grouped($0) } ?? "?" })\
      \(numbers("Bytes of each dump", names) { PageText.bytes($0.bytes) })\(sources)</section>

      """
  }

  private func chart(
    _ title: String, _ name: String, _ axis: TimeAxis, _ unit: ValueAxis.Unit,
    _ colour: PageColour, value: (Report.Table) -> Int64?
  ) -> HTML {
    LineChart(
      title: title, subject: name, axis: axis, unit: unit, colour: colour,
      points: whole.map { dump in
        let table = dump.tables.first { $0.name == name }
        return LineChart.Point(
          time: dump.timestamp, value: table.flatMap(value), title: dump.label.description)
      }
    ).html
  }

  private func numbers(
    _ title: String, _ names: [String], text: (Report.Table) -> String
  ) -> HTML {
    // By name, so that it takes one look and not as many as there are tables.
    let tables = whole.reversed().map { dump in
      Dictionary(dump.tables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let rows: [HTML] = names.sorted().map { name in
      let cells: [HTML] = tables.map { table in
        let number = table[name].map(text) ?? "–"
        return #"<td class="number">\#(number)</td>"#
      }
      return """
        <tr><th scope="row">\(name)</th>\(cells)</tr>

        """
    }
    let head: [HTML] = whole.reversed().map { dump in
      #"<th scope="col" class="number">\#(dump.label.description)</th>"#
    }
    return """
      <details><summary>\(title), in numbers</summary>\
      \(HTMLPage.table(title, head: [#"<th scope="col">table</th>"#] + head, rows: rows))</details>
      """
  }

  private var sources: HTML {
    let used = Report.Source.allCases.filter { source in
      whole.contains { dump in dump.tables.contains { $0.source == source } }
    }
    let names = used.map { source in
      switch source {
      case .listing: "listings"
      case .manifest: "manifests"
      case .ledger: "the ledger"
      case .footers: "footers"
      }
    }
    return #"<p class="soft">Numbers from \#(names.joined(separator: ", ")).</p>"#
  }

  // MARK: Files

  /// How large the files of the newest dump are.
  var fileSizes: HTML {
    guard let newest = report.newest, !report.fileSizes.isEmpty else { return "" }
    let most = max(1, report.sizeClasses.map(\.files).max() ?? 1)
    let classes: [HTML] = report.sizeClasses.map { size in
      """
      <tr><th scope="row" class="number">\(PageText.roundBytes(size.from)) – \
      \(PageText.roundBytes(size.below))</th><td class="number">\(PageText.grouped(size.files))</td>\
      <td style="width:60%">\(bar(0, Double(size.files) / Double(most), .busy))</td></tr>

      """
    }
    let scale = SizeScale(report.fileSizes)
    let tables: [HTML] = report.fileSizes.map { table in
      let numbers: [HTML] = [
        PageText.grouped(table.files), PageText.bytes(table.smallest),
        PageText.bytes(table.median), PageText.bytes(table.largest), PageText.bytes(table.bytes),
      ].map { #"<td class="number">\#($0)</td>"# }
      return """
        <tr><th scope="row">\(table.table)</th>\(numbers)<td style="width:35%">\
        \(scale.bar(table))</td></tr>

        """
    }
    let names: [HTML] = ["files", "smallest", "median", "largest", "all"].map {
      #"<th scope="col" class="number">\#($0)</th>"#
    }
    let head: [HTML] =
      [#"<th scope="col">table</th>"#] + names
      + [#"<th scope="col" style="min-width:160px">\#(scale.head)</th>"#]
    let sizeHead: [HTML] = [
      #"<th scope="col" class="number">size</th><th scope="col" class="number">files</th>"#,
      #"<th scope="col"></th>"#,
    ]
    return """
      <section><h2>Files of dump \(newest.label.description)</h2>\
      \(HTMLPage.table("Files by size", head: sizeHead, rows: classes))\
      <h3>By table</h3>\(HTMLPage.longTable("Files by table", head: head, rows: tables))</section>

      """
  }

  private func bar(_ from: Double, _ to: Double, _ colour: PageColour) -> HTML {
    """
    <svg width="100%" height="18" aria-hidden="true"><rect x="\(PageText.percent(from))" y="4" \
    width="\(PageText.percent(max(0, to - from)))" height="12" fill="\(colour.reference)"/></svg>
    """
  }
}

/// Sizes of files on a line on which each power of ten has as much room.
private struct SizeScale {
  private let low: Int
  private let high: Int

  init(_ sizes: [Report.FileSizes]) {
    low = SizeScale.digitCount(sizes.map(\.smallest).min() ?? 1) - 1
    high = max(low + 1, SizeScale.digitCount(sizes.map(\.largest).max() ?? 1))
  }

  private static func digitCount(_ size: Int64) -> Int { String(max(1, size)).count }

  /// How far to the right a size is; linear within each power of ten.
  private func place(_ size: Int64) -> Double {
    let digits = SizeScale.digitCount(size)
    var power = 1.0
    for _ in 1..<max(2, digits) where digits > 1 { power *= 10 }
    let part = (Double(max(1, size)) / power - 1) / 9
    return (Double(digits - 1 - low) + part) / Double(high - low)
  }

  /// The powers of ten, of which the first and the last are named.
  var head: HTML {
    func name(_ digits: Int) -> String {
      PageText.roundBytes((0..<min(18, digits)).reduce(1) { power, _ in power * 10 })
    }
    return """
      <span style="display:flex;justify-content:space-between"><span>\(name(low))</span>\
      <span>\(name(high))</span></span>
      """
  }

  /// From the smallest to the largest, with a mark at the median.
  func bar(_ sizes: Report.FileSizes) -> HTML {
    let from = place(sizes.smallest)
    let to = place(sizes.largest)
    let lines: [HTML] = (0...(high - low)).map { step in
      let x = PageText.percent(Double(step) / Double(high - low))
      return #"<line x1="\#(x)" y1="0" x2="\#(x)" y2="20" stroke="var(--line)"/>"#
    }
    return """
      <svg width="100%" height="20" aria-hidden="true">\(lines)\
      <rect x="\(PageText.percent(from))" y="7" width="\(PageText.percent(to - from))" height="6" \
      fill="var(--busy)"/><svg x="\(PageText.percent(place(sizes.median)))" y="10" width="1" \
      height="1"><circle r="5" fill="var(--busy)" stroke="var(--card)" stroke-width="2"/></svg></svg>
      """
  }
}
