import Dump
import ObjectStorage

/// The last dumps at a location, as receipts and listings show them.
///
/// Older dumps cost nothing but their names: each of the last ones is listed for itself.
struct ReportSurvey: Sendable {
  let store: any ObjectStore
  /// The receipt in force, or why there is none that can be read.
  let receipt: Result<Receipt, OperationError>
  /// The last dumps.
  let inventory: DumpInventory
  /// Their files, held against their receipts; where none is known, as their folders show them.
  let listings: [DumpLabel: DumpListing]
  /// How many older dumps there are.
  let olderCount: Int
  /// What could not be looked at, as sentences.
  let notes: [String]

  /// Looks at a location.
  ///
  /// - Parameters:
  ///   - store: the location.
  ///   - limit: how many dumps are looked at.
  ///   - given: further receipts, such as those in ledgers.
  ///   - progress: the counters to raise.
  /// - Throws: `StorageError`; that there is no receipt is no error.
  init(
    _ store: any ObjectStore, limit: Int, known given: [Receipt] = [], progress: Progress
  ) async throws {
    self.store = store
    progress.begin("listing", total: 0)
    do {
      receipt = .success(try await DumpListing.receipt(of: store))
    } catch let error as OperationError {
      receipt = .failure(error)
    }
    let current = try? receipt.get()
    var notes: [String] = []
    // Labels are UTC minutes, and all of this century begin so.
    let folders = try await store.list(prefix: "20", delimiter: "/").folders
    let all = Set(folders.compactMap { try? DumpLabel(parsing: String($0.dropLast())) })
    let inForce = current.map { DumpInventory.labels(of: $0, locationPath: store.locationPath) }
    let labels = Set(all.sorted().suffix(limit)).union(all.intersection(inForce ?? []))
    olderCount = all.subtracting(labels).count
    let listed = try await Self.each(labels.sorted(), in: store) { label in
      (label, try await store.list(prefix: DumpKeys.folder(of: label)))
    }
    let objects = Dictionary(uniqueKeysWithValues: listed)
    var beside: [ObjectSummary] = []
    for folder in [DumpKeys.receiptFolder, DumpKeys.pinFolder] {
      do {
        beside += try await store.list(prefix: folder)
      } catch let error as StorageError where error.code == .accessDenied {
        notes.append("\(folder) is not looked at: \(error.message)")
      }
    }
    let known = try await given + Self.receipts(beside, of: labels, in: store, &notes)
    inventory = DumpInventory(
      receipt: current, known: known, locationPath: store.locationPath,
      listing: LocationListing(
        objects: (objects.values.flatMap(\.self) + beside).map(ListedObject.init)))
    let receipts = (current.map { [$0] } ?? []) + known
    var listings: [DumpLabel: DumpListing] = [:]
    for dump in inventory.dumps {
      let objects = objects[dump.label] ?? []
      let receipt = receipts.first { $0.timestamp == dump.timestamp }
      guard let receipt = receipt ?? Self.presumed(dump.label, objects) else {
        notes.append("the folders of dump \(dump.label) have names that no receipt can have")
        continue
      }
      listings[dump.label] = DumpListing(store, receipt: receipt, objects: objects)
    }
    self.listings = listings
    self.notes = notes
  }

  /// The archived receipts of some dumps; one that is broken says nothing.
  private static func receipts(
    _ objects: [ObjectSummary], of labels: Set<DumpLabel>, in store: any ObjectStore,
    _ notes: inout [String]
  ) async throws -> [Receipt] {
    // A receipt may be of a later minute than its folders, but hardly of another day.
    guard let oldest = labels.min()?.timestamp.advanced(by: .seconds(-86_400)) else { return [] }
    let timestamps = objects.compactMap { object -> Timestamp? in
      if case .archivedReceipt(let timestamp) = KeyRole(object.key) { timestamp } else { nil }
    }.filter { $0 >= oldest }.sorted().suffix(4 * labels.count)
    let receipts = try await each(Array(timestamps), in: store) { timestamp -> Receipt? in
      do {
        let key = DumpKeys.archivedReceipt(of: timestamp)
        return try Receipt(parsing: try await store.get(key, limit: Limits.receiptByteCount))
      } catch is DumpError {
        return nil
      } catch let error as StorageError where [.notFound, .accessDenied].contains(error.code) {
        return nil
      }
    }
    let unreadable = receipts.count { $0 == nil }
    if unreadable > 0 { notes.append("\(unreadable) of the old receipts cannot be read") }
    return receipts.compactMap(\.self)
  }

  /// What a receipt would say of folders as they are.
  private static func presumed(_ label: DumpLabel, _ objects: [ObjectSummary]) -> Receipt? {
    var counts: [String: Int] = [:]
    for object in objects {
      guard object.key.hasSuffix(".parquet"), let slash = object.key.lastIndex(of: "/"),
        !object.key[slash...].hasPrefix("/."), !object.key[slash...].hasPrefix("/_")
      else { continue }
      counts[String(object.key[..<slash]), default: 0] += 1
    }
    let tables = counts.sorted { $0.key < $1.key }.compactMap { folder, count in
      try? TableEntry(
        name: folder.split(separator: "/").last.map(String.init) ?? folder, folder: folder,
        totalFileCount: count)
    }
    return try? Receipt(timestamp: label.timestamp, tables: tables)
  }

  /// Asks for several things at once, and not too many; the answers come in the order of the
  /// questions.
  private static func each<Question: Sendable, Answer: Sendable>(
    _ questions: [Question], in store: any ObjectStore,
    ask: @escaping @Sendable (Question) async throws -> Answer
  ) async throws -> [Answer] {
    var answers: [Int: Answer] = [:]
    try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
      for (index, question) in questions.enumerated() {
        if index >= store.parallelReadCount ?? 4, let (number, answer) = try await group.next() {
          answers[number] = answer
        }
        group.addTask { (index, try await ask(question)) }
      }
      for try await (number, answer) in group { answers[number] = answer }
    }
    return questions.indices.compactMap { answers[$0] }
  }
}
