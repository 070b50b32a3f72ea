import Dump
import ObjectStorage
import Synchronization
import TestSupport
import Testing

@testable import Operations

/// What a report asks of a store: no more than the last dumps are worth.
struct ReportingTests {
  /// A store that writes down what it is asked.
  private final class ListeningStore: ObjectStore {
    let memory = MemoryStore()
    let asked = Mutex<[String]>([])
    var description: String { "listening" }
    var locationPath: String { "" }
    var parallelReadCount: Int? { 4 }

    private func note(_ text: String) { asked.withLock { $0.append(text) } }

    func list(prefix: String) async throws -> [ObjectSummary] {
      note("list \(prefix)")
      return try await memory.list(prefix: prefix)
    }

    func list(prefix: String, delimiter: String) async throws -> FolderListing {
      note("folders \(prefix)")
      return try await memory.list(prefix: prefix, delimiter: delimiter)
    }

    func head(_ key: String) async throws -> ObjectSummary { try await memory.head(key) }

    func read(
      _ key: String, range: Range<Int64>?, ifMatch tag: EntityTag?, limit: Int
    ) async throws -> ObjectContent {
      note("read \(key)")
      return try await memory.read(key, range: range, ifMatch: tag, limit: limit)
    }

    func open(_ object: ObjectSummary) throws -> any ObjectReader {
      note("open \(object.key)")
      return try memory.open(object)
    }

    func put(_ key: String, _ bytes: [UInt8], options: PutOptions) async throws -> EntityTag {
      try await memory.put(key, bytes, options: options)
    }

    func upload(_ key: String, options: PutOptions) async throws -> any ObjectUpload {
      try await memory.upload(key, options: options)
    }

    func delete(_ keys: [String]) async throws -> [DeletionFailure] {
      try await memory.delete(keys)
    }
  }

  @Test(arguments: [true, false])
  func `thirty dumps cost what the last five cost`(_ hasManifests: Bool) async throws {
    let store = ListeningStore()
    var labels: [DumpLabel] = []
    for day in 1...30 {
      let digits = day < 10 ? "0\(day)" : "\(day)"
      let timestamp = try Timestamp(parsing: "2026-11-\(digits)T04:03:07.5Z")
      let label = DumpLabel(timestamp)
      labels.append(label)
      var tables: [Manifest.Table] = []
      for name in ["a", "b"] {
        let key = DumpKeys.file(0, of: name, in: label)
        try await store.put(key, Array("no Parquet".utf8))
        tables.append(
          Manifest.Table(
            name: name, columns: [],
            files: [Manifest.File(key: key, bytes: 10, rows: Int64(day), crc64nvme: "")]))
      }
      let manifest = Manifest(timestamp: timestamp, exporter: "test", tables: tables)
      if hasManifests {
        try await store.put(DumpKeys.manifest(of: label), try manifest.serialized())
      }
      let receipt = Array(try Receipt(manifest).serialized().utf8)
      try await store.put(DumpKeys.archivedReceipt(of: timestamp), receipt)
      try await store.put(DumpKeys.receipt, receipt)
    }
    var options = ReportOptions()
    options.dumpLimit = 5
    let report = try await Reporting(options: options).run(store, S3Options(environment: [:]))
    #expect(report.dumps.map(\.label) == labels.suffix(5))
    #expect(report.olderDumps == 25)
    #expect(
      report.dumps.map(\.rows)
        == (hasManifests ? [52, 54, 56, 58, 60] : Array(repeating: nil, count: 5)))
    let asked = store.asked.withLock { $0 }
    #expect(asked.count { $0.hasPrefix("folders") } == 1)
    // Five dumps, the receipts and the pins.
    #expect(asked.count { $0.hasPrefix("list") } == 7)
    // The receipt in force, those of the dumps, and of the day before the first of them.
    #expect(asked.count { $0.hasPrefix("read receipt") } <= 8)
    let files = asked.filter { $0.hasSuffix(".parquet") }
    #expect(files.isEmpty == hasManifests)
    #expect(
      Set(files.map { $0.split(separator: " ")[1].prefix(16) }).count == (hasManifests ? 0 : 5))
    #expect(asked.count { $0.hasSuffix("manifest.json") } == (hasManifests ? 5 : 0))
    if !hasManifests {
      #expect(report.dumps.allSatisfy { $0.findingCount == 2 })
    }
  }
}
