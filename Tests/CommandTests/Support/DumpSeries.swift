import Foundation
import ObjectStorage
import TestSupport

/// Several small dumps at one location; their files are no Parquet, since nobody reads them.
struct DumpSeries {
  /// A dump by its label, with the files of each table.
  struct Dump {
    var label: String
    var tables = ["a": 2, "b": 1]
    /// Whether its receipt is archived.
    var isArchived = true
    /// How many files of table `a` are not there.
    var missing = 0

    var timestamp: String { label + ":07.500000Z" }

    var receipt: String {
      SampleDump.receipt(tables, timestamp: timestamp) { "\(label)/\($0)" }
    }

    /// The keys of its files.
    var keys: [String] {
      tables.sorted { $0.key < $1.key }.flatMap { table, count in
        (0..<count - (table == "a" ? missing : 0)).map { number in
          let digits = String(number)
          let name = String(repeating: "0", count: 12 - digits.count) + digits
          return "\(label)/\(table)/\(name).parquet"
        }
      }
    }
  }

  var dumps: [Dump]

  /// Everything that is there, by key; the last dump's receipt is in force.
  var objects: [String: String] {
    var objects: [String: String] = [:]
    for dump in dumps {
      for key in dump.keys { objects[key] = "content of \(key)" }
      if dump.isArchived { objects["receipts/\(dump.timestamp).json"] = dump.receipt }
    }
    objects["receipt.json"] = dumps.last?.receipt
    return objects
  }

  func write(to name: String, in scratch: Scratch) throws {
    for (key, text) in objects { try scratch.write(text, to: "\(name)/\(key)") }
  }

  func upload(to store: any ObjectStore) async throws {
    let objects = objects
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, (key, text)) in objects.enumerated() {
        if index >= 32 { try await group.next() }
        group.addTask { _ = try await store.put(key, Array(text.utf8)) }
      }
      try await group.waitForAll()
    }
  }

  /// Two dumps that are too old for the default rules, one partial and one without a receipt among
  /// them, and two that are not.
  static let example = DumpSeries(dumps: [
    Dump(label: "2026-11-01T04:03"), Dump(label: "2026-11-02T04:03", missing: 1),
    Dump(label: "2026-11-10T04:03", isArchived: false), Dump(label: "2026-11-18T15:03"),
    Dump(label: "2026-11-20T04:03"),
  ])
}

/// What `receipt prune --json` and `receipt dumps --json` say, as far as tests look at it.
struct PlanDocument: Decodable {
  struct Decision: Decodable {
    struct Reason: Decodable {
      let code: String
    }
    struct Object: Decodable {
      let key: String
    }
    let label: String
    let action: String
    let reasons: [Reason]
    let objects: [Object]
  }
  struct Refusal: Decodable {
    let code: String
  }
  let decisions: [Decision]
  let refusals: [Refusal]
  let warnings: [String]

  init(_ text: String) throws {
    self = try JSONDecoder().decode(PlanDocument.self, from: Data(text.utf8))
  }

  var removed: [String] { decisions.filter { $0.action == "remove" }.map(\.label) }
  var keys: Set<String> { Set(decisions.flatMap { $0.objects.map(\.key) }) }

  func reasons(_ label: String) -> [String] {
    decisions.first { $0.label == label }?.reasons.map(\.code) ?? []
  }
}

/// One line of `receipt prune --apply --json`.
struct PruneLine: Decodable {
  let messageType: String
  let key: String?
  let label: String?
  let ending: String?
  let objects: Int?
  let freedBytes: Int64?
  let traffic: Traffic?

  struct Traffic: Decodable {
    let requests: Int
    let retries: Int
  }

  static func lines(_ text: String) throws -> [PruneLine] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try text.split(separator: "\n").map {
      try decoder.decode(PruneLine.self, from: Data($0.utf8))
    }
  }
}

/// The states of dumps by their labels, as `receipt dumps --json` says.
struct DumpsDocument: Decodable {
  struct Dump: Decodable {
    let label: String
    let state: String
    let pinned: Bool
    let oldVersions: Int
    let deleteMarkers: Int
  }
  let dumps: [Dump]
  let pins: [String]

  init(_ text: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(DumpsDocument.self, from: Data(text.utf8))
  }

  func state(_ label: String) -> String? { dumps.first { $0.label == label }?.state }
}
