import Foundation

@testable import Dump

/// A location put together at random: dumps in every state, and what else lies about.
struct RandomLocation {
  /// What was put there, in the words of the oracle: labels and keys are texts.
  struct Content {
    var objects: [String: (bytes: Int64, modified: Date)] = [:]
    /// For each receipt its timestamp and, for each folder, the files it promises.
    var receipts: [(timestamp: String, folders: [String: Int])] = []
    var current = 0
    var pins: Set<String> = []
    var consumers: [[String]] = []
  }

  var content = Content()
  let locationPath: String
  let now: Date

  static let start = Date(timeIntervalSince1970: 1_793_000_000)  // in October 2026

  static func text(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  init(_ random: inout some RandomNumberGenerator) throws {
    locationPath = Bool.random(using: &random) ? "" : "exports/sub"
    now = Self.start.addingTimeInterval(90 * 86_400)
    let count = Int.random(in: 1...9, using: &random)
    var moments: [Date] = []
    for _ in 0..<count {
      // Some on the same day, some far away.
      let day = Double(Int.random(in: 0...(Bool.random(using: &random) ? 5 : 70), using: &random))
      let minute = Double(Int.random(in: 0..<1_440, using: &random))
      moments.append(Self.start.addingTimeInterval(day * 86_400 + minute * 60 + 7.25))
    }
    moments.sort()
    for moment in moments { addDump(moment, &random) }
    content.current = Int.random(
      in: content.receipts.count / 2..<content.receipts.count, using: &random)
    for moment in moments where Int.random(in: 0..<6, using: &random) == 0 {
      content.pins.insert(String(Self.text(moment).prefix(16)))
    }
    if Int.random(in: 0..<8, using: &random) == 0 { content.pins.insert("2026-01-01T00:00") }
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      content.consumers.append(
        moments.filter { _ in Bool.random(using: &random) }.map {
          Self.text($0.addingTimeInterval(Double.random(in: -2...2, using: &random).rounded()))
        })
    }
    for key in ["notes.txt", "20", "2026-11-20/x.parquet", "backup/2026-11-20T04:03/a/1.parquet"]
    where Bool.random(using: &random) {
      content.objects[key] = (5, now)
    }
  }

  private mutating func addDump(_ moment: Date, _ random: inout some RandomNumberGenerator) {
    let timestamp = Self.text(moment)
    let label = String(timestamp.prefix(16))
    var folders: [String: Int] = [:]
    let written = moment.addingTimeInterval(Bool.random(using: &random) ? 0 : 89 * 86_400)
    for table in ["a", "b", "revenue", "revenue_attribution"] where Bool.random(using: &random) {
      let promised = Int.random(in: 0...3, using: &random)
      folders["\(label)/\(table)"] = promised
      var there = promised
      if Int.random(in: 0..<8, using: &random) == 0 {
        there += Bool.random(using: &random) ? 1 : -1
      }
      for number in 0..<max(0, there) {
        let isEmpty = Int.random(in: 0..<25, using: &random) == 0
        content.objects["\(label)/\(table)/\(padded(number, 12)).parquet"] =
          (isEmpty ? 0 : Int64.random(in: 1...1_000, using: &random), written)
      }
      for name in ["_SUCCESS", "", ".x.crc", "notes.txt", "deep/1.parquet", "_hidden.parquet"]
      where Int.random(in: 0..<6, using: &random) == 0 {
        content.objects["\(label)/\(table)/\(name)"] = (1, written)
      }
    }
    if folders.isEmpty { folders["\(label)/a"] = 0 }
    for name in ["manifest.json", "_failed.json", "", "readme.md"]
    where Int.random(in: 0..<4, using: &random) == 0 {
      content.objects["\(label)/\(name)"] = (9, written)
    }
    content.receipts.append((timestamp, folders))
  }

  // MARK: As the module sees it

  /// The receipts, in the spelling of a location in a sub-folder or as they are.
  func receipt(_ index: Int, spelled: Bool) throws -> Receipt {
    let receipt = content.receipts[index]
    let start = spelled && !locationPath.isEmpty ? locationPath + "/" : ""
    return try Receipt(
      timestamp: Timestamp(parsing: receipt.timestamp),
      tables: receipt.folders.map { folder, count in
        try TableEntry(
          name: String(folder.dropFirst(17)), folder: start + folder, totalFileCount: count)
      })
  }

  /// - Parameters:
  ///   - deleted: Keys that are gone.
  ///   - marks: Keys that have come.
  /// - Returns: The listing, in no order.
  /// - Throws: `DumpError`.
  func listing(
    without deleted: Set<String> = [], with marks: [String] = []
  ) throws -> LocationListing {
    LocationListing(
      objects: try content.objects.filter { !deleted.contains($0.key) }.map { key, value in
        ListedObject(
          key: key, byteCount: value.bytes, tag: "\(value.bytes)",
          modifiedAt: try Timestamp(parsing: Self.text(value.modified)))
      }
        + content.pins.map { ListedObject(key: "pins/\($0)", byteCount: 1) }
        + (marks + ["receipt.json"]).map { ListedObject(key: $0, byteCount: 1) })
  }
}
