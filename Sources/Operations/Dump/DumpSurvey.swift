import Dump

/// A dump with the footers of its files: rows, columns, and what is wrong with either.
struct DumpSurvey: Sendable {
  struct Table: Sendable {
    var line: VerifyReport.Table
    /// The columns of most of its files; `nil` where no footer could be read.
    var columns: [Column]?
  }

  let listing: DumpListing
  let readings: [FileReading]
  private(set) var tables: [Table] = []
  private(set) var findings: [Finding] = []

  /// Surveys a dump.
  ///
  /// - Parameters:
  ///   - listing: the dump.
  ///   - inventories: the tables to look at; `nil` for all.
  ///   - footers: whether the footers are read, or listings only.
  ///   - threadCount: threads that read.
  ///   - maxMemoryByteCount: the memory that may be used.
  ///   - kept: takes files that are read as a whole, if their values are read too.
  ///   - progress: the counters to raise.
  /// - Throws: `CancellationError`; `StorageError` if the store itself fails; what is wrong with
  ///   files are findings.
  init(
    _ listing: DumpListing, tables inventories: [TableInventory]? = nil, footers: Bool,
    threadCount: Int, maxMemoryByteCount: Int64 = 256 << 20, kept: KeptObjects? = nil,
    progress: Progress
  ) async throws {
    self.listing = listing
    let inventories = inventories ?? listing.check.tables
    readings =
      footers
      ? try await FooterReading(
        listing: listing, threadCount: threadCount, maxMemoryByteCount: maxMemoryByteCount,
        kept: kept
      ).run(inventories, progress: progress) : []
    let byTable = Dictionary(grouping: readings, by: \.table)
    for inventory in inventories {
      let files = byTable[inventory.name] ?? []
      var table = Table(
        line: VerifyReport.Table(
          name: inventory.name, promisedFiles: inventory.promisedFileCount,
          files: inventory.files.count, bytes: inventory.byteCount))
      findings += files.flatMap(\.findings)
      if footers { add(files, to: &table) }
      tables.append(table)
    }
  }

  private mutating func add(_ files: [FileReading], to table: inout Table) {
    let facts = files.compactMap { try? $0.facts.get() }
    if facts.count == files.count {
      let rows = facts.reduce(0) { $0 + $1.rowCount }
      table.line.rows = rows
      if rows == 0, !files.isEmpty {
        findings.append(
          Finding(
            .tableEmpty, at: Finding.Place(table: table.line.name),
            files.count == 1 ? "its file has no rows" : "its \(files.count) files have no rows"))
      }
    }
    let counts = Dictionary(grouping: facts.indices, by: { facts[$0].columns })
    // The columns of most files are the table's; of equally many, those of the first file.
    let usual = counts.max { left, right in
      (left.value.count, -(left.value.first ?? 0)) < (right.value.count, -(right.value.first ?? 0))
    }?.key
    table.columns = usual
    table.line.columns = usual?.count
    guard let usual, counts.count > 1 else { return }
    for file in files {
      guard let columns = try? file.facts.get().columns, columns != usual else { continue }
      findings += SchemaDifference(from: usual, to: columns).findings(
        table: table.line.name, file: file.file.key, code: .schemaDiffers)
    }
  }

  /// What changed since an earlier dump: rows, tables, columns.
  func findings(since old: DumpSurvey, rowDropRule: RowDropRule) -> [Finding] {
    var findings: [Finding] = []
    let before = Dictionary(
      old.tables.map { ($0.line.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(tables.map(\.line.name))
    for table in old.tables where !names.contains(table.line.name) {
      findings.append(
        Finding(
          .tableGone, at: Finding.Place(table: table.line.name),
          "the table was in the dump of \(old.listing.receipt.timestamp) and is not in this one"))
    }
    for table in tables {
      guard let earlier = before[table.line.name] else {
        findings.append(
          Finding(
            .tableAdded, at: Finding.Place(table: table.line.name),
            "the table was not in the dump of \(old.listing.receipt.timestamp)"))
        continue
      }
      if let rows = table.line.rows, let earlierRows = earlier.line.rows,
        let finding = rowDropRule.finding(
          table: table.line.name, before: earlierRows, after: rows)
      {
        findings.append(finding)
      }
      if let columns = table.columns, let earlierColumns = earlier.columns {
        findings += SchemaDifference(from: earlierColumns, to: columns)
          .findings(table: table.line.name)
      }
    }
    return findings
  }
}
