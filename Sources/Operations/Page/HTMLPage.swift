/// A whole page: title, style, body.
enum HTMLPage {
  /// The document.
  ///
  /// - Parameters:
  ///   - title: what stands in the window's frame.
  ///   - head: more for the head.
  ///   - body: what is shown.
  /// - Returns: the page; nothing in it is fetched from anywhere.
  static func document(title: String, head: HTML = "", body: HTML) -> String {
    let start: HTML = """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>\(head)
      <style>\(style)</style></head>
      <body><main>
      """
    return start.text + body.text + "</main></body></html>\n"
  }

  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

  /// For pages that are files: whatever got into one, it runs nothing and asks nobody for anything.
  static let closedPolicy: HTML = """

    <meta http-equiv="Content-Security-Policy" content="\(policy)">
    """

  /// A table that scrolls by itself where it is wider than the page, also by keys.
  static func table(_ label: String, head: [HTML], rows: [HTML]) -> HTML {
    """
    <div class="scroll" role="region" aria-label="\(label)" tabindex="0"><table>\
    <thead><tr>\(head)</tr></thead><tbody>\(rows)</tbody></table></div>
    """
  }

  /// The rows of a table that stand there without being asked for.
  private static let openRowCount = 24

  /// A table of which the first rows are shown, and all others once somebody opens them.
  static func longTable(_ label: String, head: [HTML], rows: [HTML]) -> HTML {
    let more = rows.count - openRowCount
    // A few more are no reason to hide them.
    guard more > 6 else { return table(label, head: head, rows: rows) }
    let first = table(label, head: head, rows: Array(rows.prefix(openRowCount)))
    let rest = table("\(label), continued", head: head, rows: Array(rows.dropFirst(openRowCount)))
    return """
      \(first)<details><summary>\(PageText.grouped(more)) more</summary>\(rest)</details>
      """
  }

  /// Colours by role; both sets keep a contrast of 4.5 : 1 for text, on the ground and on cards.
  static let style: HTML = """
    :root{color-scheme:light dark;--ground:#fafafa;--card:#fff;--ink:#1b1f24;--soft:#57606a;
    --line:#d8dee4;--good:#1a7f37;--bad:#c2151b;--warn:#8a5a00;--busy:#0a58ca;--other:#7b3fb5}
    @media (prefers-color-scheme:dark){:root{--ground:#0f1216;--card:#171b21;--ink:#e6e9ed;
    --soft:#9aa4af;--line:#30363d;--good:#3fb950;--bad:#ff7b72;--warn:#e3b341;--busy:#79b8ff;
    --other:#cba6f7}}
    *{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);
    font:15px/1.5 system-ui,sans-serif}main{max-width:1100px;margin:0 auto;padding:24px 16px}
    h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:0 0 8px;overflow-wrap:anywhere}
    h3{font-size:14px;margin:16px 0 6px;color:var(--soft);overflow-wrap:anywhere}
    section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:16px;
    margin:16px 0}p{margin:4px 0;overflow-wrap:anywhere}.soft{color:var(--soft)}
    .good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.busy{color:var(--busy)}
    .state{font-weight:600}table{border-collapse:collapse;width:100%;font-size:14px}
    th,td{text-align:left;padding:4px 14px 4px 0;border-bottom:1px solid var(--line);
    vertical-align:top}th{color:var(--soft);font-weight:500;white-space:nowrap}
    th[scope=row]{color:var(--ink);white-space:normal}td.number,th.number{text-align:right;white-space:nowrap;
    font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}
    code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}.key{white-space:nowrap}
    svg{display:block;overflow:visible}svg text{fill:var(--soft);font:12px system-ui,sans-serif}
    .frame{padding:0 18px}
    .legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:4px 0 8px;color:var(--soft);
    font-size:13px}.legend span{display:flex;align-items:center;gap:6px}
    .charts{display:grid;gap:8px 28px;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr))}
    figure{margin:0}figcaption{font-size:13px;color:var(--soft)}
    .chart{display:grid;grid-template-columns:64px 1fr;padding-right:18px}
    summary{cursor:pointer;color:var(--soft);font-size:14px;margin:8px 0 4px}
    a{color:inherit}ul{margin:4px 0;padding-left:20px}li{overflow-wrap:anywhere}
    @media (max-width:640px){.minor{display:none}main{padding:12px 8px}section{padding:12px}}
    """
}
