import Dump
import Foundation

@testable import Warehouse

/// Tables of dumps that were never written: what plans are made from.
enum Samples {
  static let timestamp = (try? Timestamp(parsing: "2023-03-14T04:03:07.963883Z")) ?? .earliest
  static let location = "s3://bucket/exports"

  /// Files of a table below the location.
  static func files(_ table: String, _ rowCounts: [Int64]) -> [SourceFile] {
    rowCounts.enumerated().map { number, rows in
      let digits = String(number)
      let name = String(repeating: "0", count: 12 - digits.count) + digits
      return SourceFile(
        url: "\(location)/2023-03-14T04:03/\(table)/\(name).parquet", byteCount: 1_000 + rows,
        rowCount: rows)
    }
  }

  static func scalar(_ name: String, _ type: ColumnType) -> SourceColumn {
    SourceColumn(name: name, shape: .scalar(type))
  }

  /// A table as the vendor has them: reserved words, camel case, JSON, structs and lists.
  static let spend = SourceTable(
    name: "spend", files: files("spend", [90, 45]),
    columns: [
      scalar("timestamp", .timestamp(.microseconds, isUTC: false)), scalar("cost", .double),
      scalar("adNetwork", .string), scalar("custom_properties", .string),
      SourceColumn(
        name: "ad_account", shape: .structure([scalar("id", .string), scalar("name", .string)])),
      SourceColumn(name: "labels", shape: .list(scalar("", .string))),
    ])

  /// A table with a column of every other type, and names that must be quoted.
  static let odd = SourceTable(
    name: #"order "by" 1; DROP"#, files: files("odd", [3]),
    columns: [
      scalar("select", .boolean), scalar(#"a "quoted" one"#, .int32), scalar("it's", .int64),
      scalar(#"back\slash"#, .date), scalar("price", .decimal(precision: 38, scale: 9)),
      scalar("big", .decimal(precision: 76, scale: 38)), scalar("bytes", .binary),
      scalar("id", .uuid), scalar("t", .time(.microseconds, isUTC: true)),
      scalar("instant", .timestamp(.milliseconds, isUTC: true)), scalar("doc", .json),
      scalar("count", .uint64),
      SourceColumn(
        name: "map",
        shape: .map(
          key: SourceColumn(name: "key", shape: .scalar(.string), isNullable: false),
          value: scalar("value", .int64))),
    ])

  /// Options with all that a target needs.
  static func options(_ target: CopyTarget, _ switching: CopySwitch? = nil) -> WarehouseOptions {
    var options = WarehouseOptions(target: target)
    options.switching = switching ?? target.usualSwitch
    options.iamRole = "arn:aws:iam::123456789012:role/RedshiftLoad"
    options.manifestPrefix = "s3://bucket/manifests"
    options.stage = "raw.dumps"
    options.storageIntegration = "s3_dumps"
    options.jsonColumns = ["spend.custom_properties"]
    options.toolVersion = "1.2.3"
    return options
  }

  static func plan(
    _ options: WarehouseOptions, _ tables: [SourceTable] = [odd, spend],
    present: [TargetTable]? = nil
  ) throws(WarehouseError) -> CopyPlan {
    try CopyPlan(
      tables, timestamp: timestamp, location: location, options: options, present: present)
  }
}

/// Texts that lie beside the tests; `RECEIPT_REWRITE=1 swift test` writes them anew.
enum Golden {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

  static func url(_ name: String) -> URL { folder.appending(path: name) }

  static func text(_ name: String, rewriting text: String) throws -> String {
    if ProcessInfo.processInfo.environment["RECEIPT_REWRITE"] == "1" {
      try Data(text.utf8).write(to: url(name))
    }
    return String(decoding: try Data(contentsOf: url(name)), as: UTF8.self)
  }
}

/// The Python of the tests, with some modules.
enum Oracle {
  static let path = ProcessInfo.processInfo.environment["RECEIPT_PYTHON"] ?? ""

  static func has(_ modules: String...) -> Bool {
    guard !path.isEmpty else { return false }
    return (try? run("import " + modules.joined(separator: ", "), "")) != nil
  }

  /// What a script prints for an input.
  static func run(_ script: String, _ input: String) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "oracle-\(UUID())")
    try Data(input.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["-c", script]
    process.standardInput = try FileHandle(forReadingFrom: file)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
