import Dump
import ObjectStorage
import Parquet
import SQLiteTables

/// One thread of a load: takes row groups, one after the other, from files to pages.
///
/// Files of one table nearly always have the same schema, so vectors and converters are kept from
/// one row group to the next.
struct LoadWorker: ~Copyable {
  /// What is kept while the schema stays the same.
  private struct Pipeline {
    let schema: Schema
    let reader: RowGroupReader
    let converter: BatchConverter
  }

  /// Rows that are decoded at once.
  private static let batchRowCount = 1_024

  private let plan: LoadPlan
  private let staged: StagedDatabase
  private let progress: Progress
  private let context = ReadContext()
  private var writer: LeafRunWriter?
  /// What takes the keys of the table's indexes.
  private var collectors: [KeyCollector] = []
  private var table = -1
  private var pipeline: Pipeline?

  init(plan: LoadPlan, staged: StagedDatabase, progress: Progress) {
    self.plan = plan
    self.staged = staged
    self.progress = progress
  }

  /// Loads one row group.
  ///
  /// - Parameters:
  ///   - part: the row group.
  ///   - changes: the rows of its table that are loaded; `nil` for all.
  ///   - reader: the file that it is in.
  ///   - checkStopped: throws when the work is to end early; asked after each batch.
  /// - Throws: what is wrong with the file or its values, and what `checkStopped` throws.
  mutating func load(
    _ part: LoadPlan.Part, _ changes: TableChanges?, from reader: any ObjectReader,
    checkStopped: () throws(CancellationError) -> Void
  ) throws {
    if part.table != table {
      try finishTable()
      writer = LeafRunWriter(staged.tables[part.table])
      let indexes = staged.indexes.filter { $0.table == part.table }
      collectors = indexes.map { index in
        index.collector(runByteCount: plan.keyRunByteCount / indexes.count)
      }
      table = part.table
      pipeline = nil
    }
    let pipeline = try pipeline(for: part, reader)
    self.pipeline = pipeline
    if let changes { return try load(changes, of: part, pipeline, checkStopped) }
    var rowID = part.firstRowID
    while true {
      let count = try pipeline.reader.readBatch(rows: LoadWorker.batchRowCount)
      if count == 0 { return }
      let columns = try pipeline.converter.convert(
        rowCount: count, rowNumbers: .from(rowID))
      try writer?.append(columns: columns, rowCount: count, firstRowID: rowID)
      for collector in collectors {
        try collector.append(columns, rowCount: count, firstRow: rowID)
      }
      rowID += Int64(count)
      progress.add(Int64(count))
      try checkStopped()
    }
  }

  /// Loads some rows of a row group; of those between them as little is decoded as can be.
  private mutating func load(
    _ changes: TableChanges, of part: LoadPlan.Part, _ pipeline: Pipeline,
    _ checkStopped: () throws(CancellationError) -> Void
  ) throws {
    var places = changes.places(in: part)
    while !places.isEmpty {
      let wanted = places.prefix(LoadWorker.batchRowCount)
      let count = try pipeline.reader.readBatch(
        of: changes.runs(wanted, from: part.firstRowID))
      let columns = try pipeline.converter.convert(
        rowCount: count, rowNumbers: .listed(changes.written[wanted]))
      try writer?.append(
        columns: columns, rowCount: count, firstRowID: Int64(places.lowerBound) + 1)
      places.removeFirst(count)
      progress.add(Int64(count))
      try checkStopped()
    }
    pipeline.reader.finishEarly()
  }

  /// Writes what is left.
  consuming func finish() throws { try finishTable() }

  private mutating func finishTable() throws {
    try writer.take()?.finish()
    for collector in collectors { try collector.finish() }
    collectors = []
  }

  private func pipeline(
    for part: LoadPlan.Part, _ object: any ObjectReader
  ) throws -> Pipeline {
    let source = ObjectSource(reader: object)
    let file = try ParquetFile(name: part.file.key, source: source)
    let previous = pipeline.flatMap { $0.schema.elements == file.schema.elements ? $0 : nil }
    let reader = try RowGroupReader(
      file, rowGroup: part.rowGroup, source: source, context: context, reusing: previous?.reader)
    guard reader.rowCount == part.rowCount else {
      throw OperationError(
        .transient, "cannot load \(part.file.key): the file changed while the dump was loaded")
    }
    if let previous {
      return Pipeline(schema: previous.schema, reader: reader, converter: previous.converter)
    }
    let mapping = TableMapping(file.schema, options: plan.options.conversion)
    let definition = plan.tables[part.table].definition
    guard try mapping.definition(named: definition.name) == definition else {
      throw OperationError(
        .corrupt,
        "cannot load \(part.file.key): its columns differ from those of its table's first file",
        hint: "`receipt verify` names the columns")
    }
    return Pipeline(
      schema: file.schema, reader: reader,
      converter: BatchConverter(mapping, vectors: reader.columns))
  }
}
