import Foundation

/// Dumps for tests: copies of the one in `examples`, and others put together from small files.
enum SampleDump {
  static let label = "2026-11-20T04:03"
  static let timestamp = "2026-11-20T04:03:07.963883Z"
  /// The package's own folder.
  static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  /// The example dump, for tests that only read it.
  static let example = package.appending(path: "examples/dump").path

  /// The key of a file of the example dump.
  static func file(_ table: String, _ number: Int) -> String {
    let digits = String(number)
    let name = String(repeating: "0", count: 12 - digits.count) + digits
    return "\(label)/\(table)/\(name).parquet"
  }

  /// The bytes of a small file of `Fixtures`.
  static func fixture(_ name: String) throws -> Data {
    try Data(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/\(name).parquet"))
  }

  /// A receipt that promises files of tables, in folders of the same names.
  static func receipt(
    _ tables: [String: Int], timestamp: String = timestamp,
    folder: (String) -> String = { "\(label)/\($0)" }
  ) -> String {
    let entries = tables.sorted { $0.key < $1.key }.map { table, count in
      "\"\(table)\": {\"folder\": \"\(folder(table))\", \"total_file_count\": \(count)}"
    }
    return "{\"timestamp\": \"\(timestamp)\", \"tables\": {\(entries.joined(separator: ", "))}}"
  }
}

extension Scratch {
  /// A copy of the example dump.
  convenience init(exampleAs name: String) throws {
    try self.init()
    try FileManager.default.copyItem(atPath: SampleDump.example, toPath: path(name))
  }

  /// A dump put together from fixtures.
  ///
  /// - Parameters:
  ///   - tables: for each table the names of its files in `Fixtures`.
  ///   - name: the folder to make; one that is there is replaced.
  ///   - timestamp: the dump's id.
  /// - Throws: what the file system reports.
  func makeDump(
    _ tables: [String: [String]], at name: String = "dump",
    timestamp: String = SampleDump.timestamp
  ) throws {
    if exists(name) { try remove(name) }
    for (table, fixtures) in tables {
      try makeFolder("\(name)/\(SampleDump.label)/\(table)")
      for (number, fixture) in fixtures.enumerated() {
        try write(
          try SampleDump.fixture(fixture), to: "\(name)/\(SampleDump.file(table, number))")
      }
    }
    try write(
      SampleDump.receipt(tables.mapValues { $0.count }, timestamp: timestamp),
      to: "\(name)/receipt.json")
  }

  /// A dump of 4 tables with many files each that takes a moment to load.
  func makeLargeDump(files count: Int = 100) throws {
    let name = "dump"
    let tables = ["attribution", "companies", "events", "stages"]
    for table in tables {
      try makeFolder("\(name)/\(SampleDump.label)/\(table)")
      for number in 0..<count {
        try FileManager.default.linkItem(
          atPath: SampleDump.example + "/" + SampleDump.file(table, 0),
          toPath: path("\(name)/\(SampleDump.file(table, number))"))
      }
    }
    try write(
      SampleDump.receipt(Dictionary(uniqueKeysWithValues: tables.map { ($0, count) })),
      to: "\(name)/receipt.json")
  }
}
