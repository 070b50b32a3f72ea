import Operations
import Warehouse

/// What a copy did, as text.
enum CopyText {
  static func print(_ report: CopyReport) throws {
    if report.status == .nothingNew {
      try StandardOutput.print(
        "nothing new: \(report.target.title) holds dump \(report.timestamp) already")
      return
    }
    var text = TextTable([
      ("table", .left), ("rows", .right), ("files", .right), ("bytes", .right),
    ])
    for table in report.tables {
      text.add([
        table.name, Wording.grouped(table.rows), Wording.grouped(table.files),
        Wording.bytes(table.bytes),
      ])
    }
    try StandardOutput.write(Array(text.text.utf8))
    try StandardOutput.print("")
    try FindingText.print(report.findings)
    try StandardOutput.print(
      """
      copied dump \(report.timestamp) into \(report.target.title), schema \(report.schema): \
      \(Wording.count(report.tables.count, "table")), \(Wording.count(report.rows, "row")), \
      \(Wording.bytes(report.bytes)) of Parquet in \(Wording.duration(report.seconds)) \
      (\(Wording.count(report.statements, "statement")), the switch by \
      \(report.switching.rawValue) \(Wording.duration(report.publishSeconds)))
      """)
    if report.repetitions > 0 {
      try StandardOutput.print(
        "\(Wording.count(report.repetitions, "step")) had to be run again")
    }
    if let previous = report.previous {
      try StandardOutput.print("it took the place of dump \(previous)")
    }
    try TrafficText.print(report.traffic)
  }
}
