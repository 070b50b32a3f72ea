import ArgumentParser
import Dump
import Operations

struct DumpsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dumps",
    abstract: "List the dumps at a location: age, tables, files, bytes, and what is known of each.",
    usage: "receipt dumps <location> [<options>]",
    discussion: """
      Lists all keys and reads the receipts; no file of a dump is read, and nothing is written.

      A dump is a folder called like 2026-11-20T04:03. Whether it is whole is known from a receipt: \
      the one in force, archived ones (receipts/), or old versions of receipt.json.

      STATE
        complete    a receipt of it is known, and every table has as many files as it promises
        partial     a receipt of it is known, and something is not as it promises
        orphan      no receipt of it is known, and a later dump is in force
        in-flight   it is later than receipt.json: on its way, or given up
        deleted     only old versions and delete markers are left of it

      EXAMPLES
        1. receipt dumps exports/
        2. receipt dumps s3://bucket/exports
        3. receipt dumps s3://bucket/exports --json | jq -r '.dumps[] | [.label,.state] | @tsv'

      EXIT STATUS
        0   listed, also where there is no receipt
        30  access denied
        31  a passing fault; try again later
        64  the command line is wrong
        1   anything else
      """.laidOut)

  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let progress = Progress()
    let dumps = Dumps(progress: progress)
    let report = try await output.display.showing(progress) {
      try await dumps.run(Location.store(location, s3.options))
    }
    if output.json { return try JSONOutput.print(report) }
    try print(report)
  }

  private func print(_ report: DumpsReport) throws {
    if let problem = report.receiptProblem { try StandardOutput.print("receipt  \(problem)") }
    if let receipt = report.receipt {
      try StandardOutput.print("receipt  dump \(receipt) at \(report.location)")
    }
    if report.dumps.isEmpty { try StandardOutput.print("dumps    none") }
    if !report.dumps.isEmpty { try print(report.dumps, versioning: report.versioning != nil) }
    if !report.archivedReceipts.isEmpty {
      try StandardOutput.print(
        Wording.count(report.archivedReceipts.count, "archived receipt") + " in receipts/")
    }
    let there = Set(report.dumps.map(\.label))
    for pin in report.pins where !there.contains(pin) {
      try StandardOutput.print("pinned and not there: \(pin)")
    }
    for name in report.unreadablePins {
      try StandardOutput.print("pins/\(TextTable.printable(name)) is not the label of a dump")
    }
    if report.foreign.count > 0 {
      try StandardOutput.print(
        "\(Wording.count(report.foreign.count, "object")) not of the layout, "
          + "\(Wording.bytes(report.foreign.byteCount)), such as "
          + TextTable.printable(report.foreign.example ?? ""))
    }
    for upload in report.uploads {
      try StandardOutput.print(
        "unfinished upload of \(TextTable.printable(upload.key))"
          + (upload.initiatedAt.map { ", begun at \(Wording.second($0))" } ?? ""))
    }
    for note in report.notes { try StandardOutput.print("note: \(note)") }
    try TrafficText.print(report.traffic)
  }

  private func print(_ dumps: [DumpsReport.Dump], versioning: Bool) throws {
    let hasVersions = dumps.contains { $0.oldVersions + $0.deleteMarkers > 0 }
    var text = TextTable(
      [
        ("dump", .left), ("age", .right), ("state", .left), ("tables", .right), ("files", .right),
        ("bytes", .right),
      ] + (hasVersions ? [("old versions", .right), ("markers", .right)] : []) + [("", .left)])
    for dump in dumps {
      let versions =
        hasVersions
        ? [
          dump.oldVersions == 0
            ? "0" : "\(Wording.grouped(dump.oldVersions)), \(Wording.bytes(dump.oldVersionBytes))",
          Wording.grouped(dump.deleteMarkers),
        ] : []
      let notes = [
        dump.isCurrent ? "current" : nil, dump.isPinned ? "pinned" : nil,
        dump.foreign.count > 0 ? "\(dump.foreign.count) foreign" : nil,
      ]
      text.add(
        [
          dump.label.description, Wording.duration(dump.ageSeconds), dump.state.rawValue,
          Wording.grouped(dump.tables.count), Wording.grouped(dump.files),
          Wording.bytes(dump.bytes),
        ] + versions + [notes.compactMap { $0 }.joined(separator: ", ")])
    }
    let bytes = dumps.reduce(0) { $0 + $1.bytes }
    try StandardOutput.write(Array("\n\(text.text)\n".utf8))
    try StandardOutput.print("\(Wording.count(dumps.count, "dump")), \(Wording.bytes(bytes))")
  }
}
