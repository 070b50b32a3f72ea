import Foundation
import TestSupport
import Testing

/// The page of `receipt report`, as a parser and a browser see it.
@Suite struct ReportPageTests {
  /// Pages that are hard to draw, each beside the usual one.
  static let cases = ["series", "one", "many", "hostile", "empty"]

  private static let hostile = "<script>alert(1)</script>\"'&\u{202e}<b onclick=x"

  /// Writes `page.html` of a location of some kind.
  private func makePage(_ kind: String, in scratch: Scratch) throws -> String {
    var options: [String] = ["--plan", "paid"]
    switch kind {
    case "series":
      try ReportTests.makeSeries(in: scratch)
      #expect(try Command.run("load", "dump", "--into", "crm.sqlite", in: scratch).status == 0)
      try scratch.remove("dump/\(SampleDump.label)/a/000000000000.parquet")
      options += ["--into", "crm.sqlite", "--rows", "--key", "a=id"]
    case "empty": try scratch.makeFolder("dump")
    default:
      let names =
        switch kind {
        case "one": ["t"]
        case "many": (0..<200).map { "a_table_with_a_name_that_is_rather_long_\($0)" }
        default: [ReportPageTests.hostile, String(repeating: "w", count: 200)]
        }
      let database = try LoadedDatabase(scratch, "source.sqlite")
      for (number, name) in names.enumerated() {
        let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
        try database.execute("CREATE TABLE \(quoted) (id INTEGER)")
        if kind == "many" {
          try database.execute(
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT \(number * 9 + 1)) "
              + "INSERT INTO \(quoted) SELECT i FROM n")
        }
      }
      for timestamp in kind == "one" ? [Moment.first] : [Moment.first, Moment.second] {
        let result = try Command.run(
          "export", "source.sqlite", "dump", "--timestamp", timestamp, in: scratch)
        try #require(result.status == 0, "\(result.errors)")
      }
    }
    let result = try Command.run(
      ["report", "dump", "--html", "page.html"] + options, in: scratch)
    try #require(result.status == 0, "\(result.errors)")
    return try scratch.text("page.html")
  }

  @Test(arguments: cases)
  func `a page is whole, closed, and nothing in it comes from names`(_ kind: String) throws {
    let scratch = try Scratch()
    let page = try makePage(kind, in: scratch)
    #expect(!page.contains("<script") && !page.contains("<b "))
    #expect(!page.contains("://") && !page.contains("url(") && !page.contains("\u{202e}"))
    #expect(page.contains("default-src &#39;none&#39;"))
    #expect(!page.contains("nan") && !page.contains("inf%"))
    if kind == "hostile" { #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;")) }
    #expect(page.utf8.count < 600_000, "\(page.utf8.count)")
  }

  @Test(.enabled(if: PeerScript.works, "there is no python3"), arguments: cases)
  func `every element is closed, and every picture has a name`(_ kind: String) throws {
    let scratch = try Scratch()
    _ = try makePage(kind, in: scratch)
    let result = try Tool.run(
      "/usr/bin/env",
      [
        "python3", "-c",
        """
        import html.parser
        class Check(html.parser.HTMLParser):
            stack, tables = [], 0
            def handle_starttag(self, tag, attributes):
                attributes = dict(attributes)
                if tag == "svg" and "svg" not in self.stack:
                    hidden = attributes.get("aria-hidden") == "true"
                    assert hidden or attributes.get("role") == "img" and attributes["aria-label"]
                if tag == "th": assert attributes.get("scope") in ("row", "col"), attributes
                if tag == "table": self.tables += 1
                if tag not in ("meta", "br"): self.stack.append(tag)
            def handle_endtag(self, tag):
                assert self.stack.pop() == tag, (tag, self.getpos())
        check = Check()
        check.feed(open("page.html").read())
        check.close()
        assert not check.stack, check.stack
        print(check.tables)
        """,
      ], in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    // Beside each kind of chart there are its numbers.
    if kind != "empty" { #expect((Int(result.output.filter(\.isNumber)) ?? 0) >= 5) }
  }

  // MARK: Chromium

  static let hasBrowser = Tool.works("chromium", "--version")

  private func browse(_ arguments: [String], _ page: String, in scratch: Scratch) throws
    -> Command.Result
  {
    try Tool.run(
      "/usr/bin/env",
      [
        "timeout", "90", "chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
        "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
        "--user-data-dir=" + scratch.path("profile"),
      ] + arguments + ["file://" + scratch.path(page)], in: scratch)
  }

  /// What a browser has measured of a page.
  private struct Measures: Decodable {
    let texts: Int
    let overlaps: [String]
    let outside: [String]
    let width: Int
    let small: [String]
  }

  /// Measures a page, by a script that the page itself does not have.
  private func measure(_ size: String, _ page: String, in scratch: Scratch) throws -> Measures {
    let script = """
      const overlaps = [], outside = [], small = []; let count = 0;
      document.querySelectorAll('details').forEach(e => e.open = true);
      for (const svg of document.querySelectorAll('svg')) {
        if (svg.parentElement.closest('svg')) continue;
        const texts = [...svg.querySelectorAll('text')]
          .map(e => [e.textContent, e.getBoundingClientRect()]).filter(e => e[1].width > 0);
        count += texts.length;
        texts.forEach(([text, a], i) => {
          if (a.left < 0 || a.right > innerWidth) outside.push(text);
          if (a.height < 11) small.push(text);
          for (const [other, b] of texts.slice(i + 1))
            if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
              overlaps.push(text + ' / ' + other);
        });
      }
      const answer = document.createElement('pre');
      answer.id = 'answer';
      answer.textContent = JSON.stringify({texts: count, overlaps, outside, small,
        width: document.documentElement.scrollWidth - innerWidth});
      document.body.append(answer);
      """
    let open = page.replacing(/<meta http-equiv[^>]*>/, with: "")
      .replacing("</body>", with: "<script>\(script)</script></body>")
    try scratch.write(open, to: "measured.html")
    let result = try browse(["--window-size=" + size, "--dump-dom"], "measured.html", in: scratch)
    let answer = try #require(
      result.output.firstMatch(of: /<pre id="answer">(.*)<\/pre>/), "\(result.errors)")
    return try JSONDecoder().decode(Measures.self, from: Data(answer.1.utf8))
  }

  @Test(
    .enabled(if: hasBrowser, "there is no chromium"), arguments: cases, ["1280,900", "390,800"])
  func `no label lies on another, and nothing is wider than the screen`(
    _ kind: String, _ size: String
  ) throws {
    let scratch = try Scratch()
    let measures = try measure(size, makePage(kind, in: scratch), in: scratch)
    #expect(measures.overlaps == [])
    #expect(measures.outside == [])
    #expect(measures.small == [])
    #expect(measures.width <= 0)
    #expect(measures.texts >= (kind == "empty" ? 1 : 10))
  }

  @Test(.enabled(if: hasBrowser, "there is no chromium"), arguments: ["1280,2600", "390,5200"])
  func `a browser draws it, light and dark`(_ size: String) throws {
    let scratch = try Scratch()
    _ = try makePage("series", in: scratch)
    var pictures: [Data] = []
    for (name, scheme) in [("light", "1"), ("dark", "0")] {
      let shown = try browse(
        [
          "--window-size=" + size, "--screenshot=" + scratch.path("\(name).png"),
          "--blink-settings=preferredColorScheme=" + scheme,
        ], "page.html", in: scratch)
      #expect(shown.status == 0, "\(shown.errors)")
      let picture = try scratch.bytes("\(name).png")
      #expect(picture.starts(with: [0x89, 0x50, 0x4e, 0x47]))
      #expect(picture.count > 50_000, "\(picture.count)")
      pictures.append(picture)
      if let folder = ProcessInfo.processInfo.environment["RECEIPT_SCREENSHOTS"] {
        try picture.write(to: URL(filePath: folder).appending(path: "report-\(name)-\(size).png"))
      }
    }
    #expect(pictures[0] != pictures[1])
  }
}
