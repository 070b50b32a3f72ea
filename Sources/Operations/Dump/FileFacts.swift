import Dump
import ObjectStorage
import Parquet
import Synchronization

/// What the footer of one file says, as far as plans need it.
struct FileFacts: Sendable {
  let rowCount: Int64
  let rowGroups: [RowGroupFacts]
  let columns: [Column]
  /// The schema, of the first file of a table only: the others' is the same or a finding.
  let schema: Schema?
  /// For each column the size of its largest chunk, not compressed: no value is longer.
  let longestChunks: [Int64]
  let createdBy: String?

  struct RowGroupFacts: Sendable {
    let rowCount: Int64
    /// An estimate of the memory that reading it takes, in bytes.
    let workingByteCount: Int64
    /// Where its column chunks lie in the file; empty where the footer does not make sense.
    let range: Range<Int64>
    let columnCount: Int
  }

  /// Where the footer lies, with what readers ask for first.
  let tailRange: Range<Int64>

  init(_ file: ParquetFile, keepsSchema: Bool) {
    rowCount = file.metadata.rowCount
    rowGroups = file.metadata.rowGroups.map { group in
      RowGroupFacts(
        rowCount: group.rowCount, workingByteCount: group.workingByteCount,
        range: group.range(in: file), columnCount: group.columns.count)
    }
    tailRange =
      min(
        file.footerOffset, max(0, file.byteCount - Int64(ParquetFile.defaultTailByteCount)))..<file
      .byteCount
    columns = file.schema.columns
    schema = keepsSchema ? file.schema : nil
    longestChunks = file.schema.leaves.map { leaf in
      file.metadata.rowGroups.reduce(0) { longest, group in
        max(longest, group.columns[leaf.index].totalUncompressedByteCount)
      }
    }
    createdBy = file.metadata.createdBy
  }
}

extension RowGroup {
  /// From the first byte of a column chunk to the last, with the slack that readers allow.
  fileprivate func range(in file: ParquetFile) -> Range<Int64> {
    var start = file.footerOffset
    var end: Int64 = 0
    for column in columns {
      let (columnEnd, overflow) =
        column.startOffset.addingReportingOverflow(column.totalCompressedByteCount)
      guard column.startOffset >= 0, !overflow, columnEnd <= file.footerOffset else { return 0..<0 }
      start = min(start, column.startOffset)
      end = max(end, min(columnEnd + ParquetFile.chunkSlackByteCount, file.footerOffset))
    }
    return start < end ? start..<end : 0..<0
  }

  /// For each column its page and dictionary, for which writers' usual limit of 1 MiB each stands,
  /// and the compressed bytes that are fetched at once.
  fileprivate var workingByteCount: Int64 {
    var pages: Int64 = 0
    var compressed: Int64 = 0
    for column in columns {
      pages += min(max(0, column.totalUncompressedByteCount), 2 << 20)
      compressed += min(max(0, column.totalCompressedByteCount), 256 << 10)
    }
    return pages + compressed
  }
}

/// A file of a dump with what is known of it.
struct FileReading: Sendable {
  let table: String
  let file: FileEntry
  /// The footer's facts, or why they cannot be had.
  let facts: Result<FileFacts, OperationError>
  /// What is wrong with the file.
  let findings: [Finding]
}

/// Reads the footers of files, several at once; files are never skipped because another is bad.
struct FooterReading {
  let listing: DumpListing
  let threadCount: Int
  let maxMemoryByteCount: Int64
  /// Takes small files, which are read as a whole, for who reads their values too.
  var kept: KeptObjects?

  /// The files of the chosen tables with their footers, in the order of tables and names.
  ///
  /// - Throws: `CancellationError`; `StorageError` where the store itself fails.
  func run(_ tables: [TableInventory], progress: Progress) async throws -> [FileReading] {
    let files = tables.flatMap { table in table.files.map { (table.name, $0) } }
    progress.begin("reading footers", total: Int64(files.count))
    let results = Mutex([FileReading?](repeating: nil, count: files.count))
    let objects = files.map { listing.summary(of: $0.1) }
    let wholes = listing.store.parallelReadCount == nil ? [] : kept?.choice(of: objects) ?? []
    let tails = objects.map { object in
      let start = object.byteCount - Int64(ParquetFile.defaultTailByteCount)
      return wholes.contains(object.key)
        ? PrefetchJob(whole: object) : PrefetchJob(object, ranges: [start..<object.byteCount])
    }
    let prefetch = Prefetch(listing.store, jobs: tails, maxMemoryByteCount: maxMemoryByteCount)
    try await prefetch.during { [threadCount, kept] in
      try await onThreads(Array(files.indices), threadCount: threadCount) { queue in
        while let index = queue.next() {
          let (table, file) = files[index]
          let isFirst = index == 0 || files[index - 1].0 != table
          let reading = try FooterReading.read(file, of: table, keepsSchema: isFirst) {
            let object = try prefetch.take(index)
            if wholes.contains(file.key), let bytes = (object as? FetchedObject)?.whole {
              kept?.keep(file.key, bytes)
            }
            return object
          }
          results.withLock { $0[index] = reading }
          progress.add(1, bytes: file.byteCount)
        }
      }
    }
    return results.withLock { $0.compactMap { $0 } }
  }

  private static func read(
    _ file: FileEntry, of table: String, keepsSchema: Bool, open: () throws -> any ObjectReader
  ) throws -> FileReading {
    do {
      let source = ObjectSource(reader: try open())
      let parquet = try ParquetFile(name: file.key, source: source)
      return FileReading(
        table: table, file: file,
        facts: .success(FileFacts(parquet, keepsSchema: keepsSchema)),
        findings: parquet.metadata.findings(table: table, file: file.key))
    } catch {
      if error.endsEverything { throw error }
      return FileReading(
        table: table, file: file, facts: .failure(OperationError(error)),
        findings: [Finding(reading: error, table: table, file: file.key)])
    }
  }
}

extension FileMetadata {
  /// Where the footer contradicts itself.
  fileprivate func findings(table: String, file: String) -> [Finding] {
    var findings: [Finding] = []
    let place = Finding.Place(table: table, file: file)
    if declaredRowCount != rowCount {
      findings.append(
        Finding(
          .rowCountDiffers, at: place,
          "the footer says \(declaredRowCount) rows but its row groups have \(rowCount)"))
    }
    for (index, group) in rowGroups.enumerated() {
      for leaf in schema.leaves where leaf.maximumRepetitionLevel == 0 {
        let chunk = group.columns[leaf.index]
        guard chunk.valueCount != group.rowCount, !chunk.isEncrypted else { continue }
        var place = place
        place.column = leaf.dottedPath
        place.rowGroup = index
        findings.append(
          Finding(
            .rowCountDiffers, at: place,
            "the column has \(chunk.valueCount) values but its row group \(group.rowCount) rows"))
      }
    }
    return findings
  }
}
