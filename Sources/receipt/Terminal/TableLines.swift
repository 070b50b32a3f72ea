import Operations

/// The tables of a dump as text, with a line of sums.
enum TableLines {
  static func text(_ tables: [VerifyReport.Table]) -> String {
    var text = TextTable([
      ("table", .left), ("files", .right), ("promised", .right), ("rows", .right),
      ("bytes", .right), ("columns", .right),
    ])
    for table in tables {
      text.add([
        table.name, Wording.grouped(table.files), Wording.grouped(table.promisedFiles),
        table.rows.map(Wording.grouped) ?? "?", Wording.bytes(table.bytes),
        table.columns.map(Wording.grouped) ?? "?",
      ])
    }
    let rows = tables.compactMap(\.rows)
    text.add([
      Wording.count(tables.count, "table"), Wording.grouped(tables.reduce(0) { $0 + $1.files }),
      Wording.grouped(tables.reduce(0) { $0 + $1.promisedFiles }),
      rows.count == tables.count ? Wording.grouped(rows.reduce(0, +)) : "?",
      Wording.bytes(tables.reduce(0) { $0 + $1.bytes }), "",
    ])
    return text.text
  }
}
