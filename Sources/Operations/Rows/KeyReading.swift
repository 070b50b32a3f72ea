import Dump
import ObjectStorage
import Parquet
import SQLiteTables

/// Reads the keys of all rows of a table, sorted, with nothing else of the rows.
struct KeyReading: Sendable {
  let key: RowKey
  let conversion: ConversionOptions
  let threadCount: Int
  let maxMemoryByteCount: Int64
  /// Files that are in memory already.
  var kept: KeptObjects?

  /// Rows that are decoded at once.
  private static let batchRowCount = 4_096

  private var runByteCount: Int {
    max(1 << 20, Int(clamping: maxMemoryByteCount) / 8 / max(1, threadCount))
  }

  /// Reads them from the files of a dump; rows are numbered from 1 in the dump's order.
  func collect(
    _ parts: [LoadPlan.Part], of listing: DumpListing, into sink: some RowKeySink,
    progress: Progress
  ) async throws {
    // Of a file little is read: the rest is left where it is.
    let prefetch = Prefetch(
      listing.store,
      jobs: parts.map { PrefetchJob(listing.summary(of: $0.file), ranges: $0.ranges.suffix(1)) },
      maxMemoryByteCount: maxMemoryByteCount, kept: kept?.all ?? [:])
    try await prefetch.during {
      try await onThreads(Array(parts.indices), threadCount: threadCount) { queue in
        let collector = sink.collector(runByteCount: runByteCount)
        let context = ReadContext()
        var previous: (schema: Schema, reader: RowGroupReader, converter: BatchConverter)?
        while let index = queue.next() {
          let part = parts[index]
          let source = ObjectSource(reader: try prefetch.take(index))
          let file = try ParquetFile(name: part.file.key, source: source)
          let isSame = previous?.schema.elements == file.schema.elements
          let reader = try RowGroupReader(
            file, rowGroup: part.rowGroup, columns: try leaves(of: file), source: source,
            context: context, reusing: isSame ? previous?.reader : nil)
          guard reader.rowCount == part.rowCount else {
            throw OperationError(
              .transient, "cannot read \(part.file.key): the file has changed meanwhile")
          }
          let converter =
            isSame ? previous?.converter : nil
          let columns = converter ?? BatchConverter(leaves: reader.columns, options: conversion)
          previous = (file.schema, reader, columns)
          var row = part.firstRowID
          while true {
            let count = try reader.readBatch(rows: KeyReading.batchRowCount)
            if count == 0 { break }
            try collector.append(
              try columns.convert(rowCount: count, rowNumbers: .from(row)), rowCount: count,
              firstRow: row)
            row += Int64(count)
            progress.add(Int64(count))
            try queue.checkStopped()
          }
        }
        try collector.finish()
      }
    }
  }

  /// Reads them from a table of a database; rows have their rowids.
  func collect(
    _ table: SourceTable, of snapshot: DatabaseSnapshot, into sink: some RowKeySink
  ) async throws {
    let columns = try key.readColumns.map { name throws(OperationError) in
      guard let position = table.columns.firstIndex(where: { isSameName($0.name, name) }) else {
        throw OperationError(
          .failed, "cannot read the keys of table \(table.name): it has no column \(name)")
      }
      return position
    }
    try await onThreads(snapshot.keyParts(of: table), threadCount: threadCount) { queue in
      let collector = sink.collector(runByteCount: runByteCount)
      while let part = queue.next() {
        try snapshot.collectKeys(of: table, columns: columns, part: part, into: collector) {
          try queue.checkStopped()
        }
      }
      try collector.finish()
    }
  }

  /// The leaf columns of a file that are the key's columns in a database.
  private func leaves(of file: ParquetFile) throws -> [LeafColumn] {
    let mapping = TableMapping(file.schema, options: conversion)
    return try key.readColumns.map { name in
      guard let column = mapping.columns.first(where: { isSameName($0.name, name) }),
        case .leaf(let leaf) = column.origin
      else {
        throw OperationError(
          .usage, "cannot use column \(name) as a key: in \(file.name) it is not a plain column",
          hint: "a key is made of columns with one value a row")
      }
      return leaf
    }
  }
}
