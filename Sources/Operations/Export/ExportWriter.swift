import Dump
import ObjectStorage
import Parquet

/// One thread of an export: takes rows from a source to files in a store.
final class ExportWriter {
  /// Rows that are asked for at once.
  private static let batchRowCount = 1_024

  private let plan: ExportPlan
  private let source: any ExportSource
  private let store: any ObjectStore
  private let options: WriterOptions
  private let progress: Progress
  private let context = WriteContext()
  private var table = -1
  private var rows: RowGroupBuilder?

  init(
    plan: ExportPlan, source: any ExportSource, store: any ObjectStore, options: WriterOptions,
    progress: Progress
  ) {
    self.plan = plan
    self.source = source
    self.store = store
    self.options = options
    self.progress = progress
  }

  /// Writes the files of a job.
  ///
  /// - Parameters:
  ///   - job: the job.
  ///   - checkStopped: throws when the work is to end early; asked after each batch.
  /// - Returns: the files.
  /// - Throws: what reading and writing throw, and what `checkStopped` throws.
  func write(
    _ job: ExportPlan.Job, checkStopped: () throws -> Void
  ) throws -> [Manifest.File] {
    let exported = source.tables[job.table]
    let reading = try source.rows(of: exported, job.rows)
    let rows = try builder(for: job.table)
    var files: [Manifest.File] = []
    var isAtEnd = false
    for number in 0... {
      if let fileRows = job.fileRows {
        if number == fileRows.count { break }
      } else if isAtEnd, number > 0 {
        break
      }
      let limit = job.fileRows?[number] ?? plan.tables[job.table].rowsPerFile
      let key = DumpKeys.file(
        job.firstFile + number, of: plan.tables[job.table].name, in: plan.label)
      let output = try FileOutput(store, key)
      do {
        let writer = try ParquetWriter(schema: exported.schema, options: options, context: context)
        var left = limit
        while left > 0, !isAtEnd {
          let wanted = min(Int64(ExportWriter.batchRowCount), left, Int64(max(1, rows.roomForRows)))
          let count = try reading.read(into: rows, limit: Int(wanted))
          if count == 0 { isAtEnd = true }
          left -= Int64(count)
          progress.add(Int64(count))
          if rows.isFull { try output.append(try writer.write(rows)) }
          try checkStopped()
        }
        if job.fileRows != nil, left > 0 {
          throw OperationError(
            .failed, "cannot export table \(exported.name): it ended \(left) rows too early",
            hint: "it has changed while it was read; try again")
        }
        try output.append(try writer.write(rows))
        try output.append(try writer.finish())
        // The end of the source may come to light only with the file after the last one.
        if job.fileRows == nil, number > 0, writer.rowCount == 0 {
          output.abort()
          break
        }
        files.append(try output.finish(rows: writer.rowCount))
      } catch {
        output.abort()
        rows.removeAll()
        throw error
      }
    }
    return files
  }

  private func builder(for table: Int) throws -> RowGroupBuilder {
    if table == self.table, let rows { return rows }
    let made = try RowGroupBuilder(schema: source.tables[table].schema, options: options)
    rows = made
    self.table = table
    return made
  }
}

/// A file on its way to a store, with its checksum; blocks the thread.
private final class FileOutput {
  private let store: any ObjectStore
  private let key: String
  private let upload: any ObjectUpload
  private var byteCount: Int64 = 0
  private var check: UInt64 = 0

  init(_ store: any ObjectStore, _ key: String) throws {
    self.store = store
    self.key = key
    upload = try blocking { try await store.upload(key, options: PutOptions()) }
  }

  func append(_ bytes: [UInt8]) throws {
    if bytes.isEmpty { return }
    check = CRC.crc64NVME.check(bytes[...], after: check)
    byteCount += Int64(bytes.count)
    try blocking { [upload] in try await upload.append(bytes) }
  }

  /// Puts the file in its place, and reads its footer from there.
  func finish(rows: Int64) throws -> Manifest.File {
    let tag = try blocking { [upload] in try await upload.finish() }
    let object = ObjectSummary(key: key, byteCount: byteCount, tag: tag)
    let file = try ParquetFile(name: key, source: ObjectSource(reader: try store.open(object)))
    guard file.metadata.rowCount == rows else {
      throw OperationError(
        .failed,
        "cannot export to \(key): \(rows) rows were written but its footer says "
          + "\(file.metadata.rowCount)")
    }
    return Manifest.File(
      key: key, bytes: byteCount, rows: rows, crc64nvme: base64(bigEndian: check))
  }

  func abort() {
    try? blocking { [upload] in await upload.abort() }
  }
}

/// Eight bytes, the highest first, as S3 spells checksums.
func base64(bigEndian value: UInt64) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  // 64 bits are ten digits of six and one of four.
  for digit in 0..<11 {
    let bits = digit < 10 ? value >> UInt64(58 - 6 * digit) : value << 2
    text.append(alphabet[Int(bits & 63)])
  }
  return String(decoding: text, as: UTF8.self) + "="
}
