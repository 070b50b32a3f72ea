import Dump
import ObjectStorage
import Parquet
import Synchronization

/// Decodes every value of every file, compares checksums and statistics.
struct DeepCheck {
  /// What reading all of one file has shown.
  struct FileResult: Sendable {
    let table: String
    var checkedPageCount = 0
    var uncheckedPageCount = 0
    var findings: [Finding] = []
  }

  let listing: DumpListing
  let threadCount: Int
  var maxMemoryByteCount: Int64 = 256 << 20

  /// What the files' checksums are held against.
  var manifest: ManifestCheck?
  /// Files that are in memory already, by key.
  var kept: [String: [UInt8]] = [:]

  /// Rows that are decoded at once.
  private static let batchRowCount = 4_096

  /// Reads all files whose footers could be read.
  func run(_ readings: [FileReading], progress: Progress) async throws -> [FileResult] {
    let readable = readings.filter { if case .success = $0.facts { true } else { false } }
    progress.begin("reading values", total: Int64(readable.count))
    let results = Mutex([FileResult?](repeating: nil, count: readable.count))
    let files = readable.map { PrefetchJob(whole: listing.summary(of: $0.file), placeCount: 4) }
    let prefetch = Prefetch(
      listing.store, jobs: files, maxMemoryByteCount: maxMemoryByteCount, kept: kept)
    try await prefetch.during { [threadCount, manifest] in
      try await onThreads(Array(readable.indices), threadCount: threadCount) { queue in
        let context = ReadContext()
        while let index = queue.next() {
          let result = try DeepCheck.check(readable[index], context, manifest) {
            try prefetch.take(index)
          }
          results.withLock { $0[index] = result }
          progress.add(1, bytes: readable[index].file.byteCount)
        }
      }
    }
    return results.withLock { $0.compactMap { $0 } }
  }

  private static func check(
    _ reading: FileReading, _ context: ReadContext, _ manifest: ManifestCheck?,
    open: () throws -> any ObjectReader
  ) throws -> FileResult {
    var result = FileResult(table: reading.table)
    do {
      let source = ObjectSource(reader: try open())
      if let manifest {
        result.findings += manifest.findings(
          file: reading.file.key, crc64nvme: try source.crc64nvme())
      }
      let file = try ParquetFile(name: reading.file.key, source: source)
      for rowGroup in file.metadata.rowGroups.indices {
        // Column by column: a broken one does not hide its neighbours.
        for field in file.schema.fields {
          do {
            try check(field, of: file, rowGroup, source, context, &result)
          } catch {
            if error.endsEverything { throw error }
            result.findings.append(
              Finding(reading: error, table: reading.table, file: reading.file.key))
          }
        }
      }
    } catch {
      if error.endsEverything { throw error }
      result.findings.append(
        Finding(reading: error, table: reading.table, file: reading.file.key))
    }
    return result
  }

  private static func check(
    _ field: Field, of file: ParquetFile, _ rowGroup: Int, _ source: ObjectSource,
    _ context: ReadContext, _ result: inout FileResult
  ) throws {
    let leaves = Array(file.schema.leaves[field.leaves])
    let reader = try RowGroupReader(
      file, rowGroup: rowGroup, columns: leaves, source: source, context: context)
    var ranges = leaves.map { ValueRange($0) }
    // Putting rows together finds columns of one list or struct that contradict each other.
    let assembler = JSONRowWriter(fields: [field], vectors: reader.columns, style: .canonical)
    while true {
      let count = try reader.readBatch(rows: batchRowCount)
      if count == 0 { break }
      assembler.beginBatch()
      for index in leaves.indices { ranges[index].add(reader.columns[index]) }
      if field.leaf == nil {
        for _ in 0..<count { try assembler.appendRow() }
        assembler.discardText()
      }
    }
    let pages = reader.pageCounts
    result.checkedPageCount += pages.checked
    result.uncheckedPageCount += pages.unchecked
    for (leaf, range) in zip(leaves, ranges) {
      let statistics = file.metadata.rowGroups[rowGroup].columns[leaf.index].statistics
      for contradiction in range.contradictions(
        of: statistics, hasColumnOrders: file.metadata.hasColumnOrders)
      {
        result.findings.append(
          Finding(
            .statisticsDiffer,
            at: Finding.Place(
              table: result.table, file: file.name, column: leaf.dottedPath, rowGroup: rowGroup),
            contradiction))
      }
      if range.brokenTextCount > 0 {
        result.findings.append(
          Finding(
            .textMalformed,
            at: Finding.Place(
              table: result.table, file: file.name, column: leaf.dottedPath, rowGroup: rowGroup),
            range.brokenTextCount == 1
              ? "1 value of a text column is not UTF-8"
              : "\(range.brokenTextCount) values of a text column are not UTF-8"))
      }
    }
  }
}

extension ObjectSource {
  /// The checksum of all bytes, spelled as in manifests.
  fileprivate func crc64nvme() throws -> String {
    var check: UInt64 = 0
    var offset: Int64 = 0
    while offset < byteCount {
      var block = [UInt8](repeating: 0, count: Int(min(1 << 20, byteCount - offset)))
      var span = block.mutableSpan
      var bytes = unsafe span.mutableBytes
      try read(at: offset, into: &bytes)
      check = CRC.crc64NVME.check(block[...], after: check)
      offset += Int64(block.count)
    }
    return base64(bigEndian: check)
  }
}
