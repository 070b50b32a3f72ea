/// Writes one column of a row group: dictionary page, data pages, bloom filter.
///
/// Everything goes into the context's output; offsets are those in the file.
struct ColumnChunkWriter {
  let builder: ColumnBuilder
  private let settings: ColumnSettings
  let options: WriterOptions
  let context: WriteContext
  /// The file offset of the output's first byte.
  private let baseOffset: Int64
  let order: ValueOrder?
  var record: ChunkRecord
  /// The bounds of all pages so far, not cut.
  var bounds = ValueBounds()
  private(set) var pageIndex = 0

  init(
    _ builder: ColumnBuilder, _ options: WriterOptions, _ context: WriteContext, baseOffset: Int64
  ) {
    self.builder = builder
    settings = builder.settings
    self.options = options
    self.context = context
    self.baseOffset = baseOffset
    order = settings.writesBounds ? ValueOrder(builder.column) : nil
    record = ChunkRecord(settings)
  }

  var offset: Int64 { baseOffset + Int64(context.output.count) }

  mutating func write() throws(ParquetError) -> ChunkRecord {
    builder.values.finish()
    context.marks.removeAll()
    do throws(EncodingFailure) {
      try writeDictionary()
      record.dataPageOffset = offset
      var cutter = PageCutter(options)
      while let slice = cutter.next(builder) { try writePage(slice) }
    } catch {
      throw error.widened(
        at: ParquetError.Place(column: builder.column.dottedPath, page: pageIndex))
    }
    finishStatistics()
    writeBloomFilter()
    return record
  }

  // MARK: Pages

  private mutating func writeDictionary() throws(EncodingFailure) {
    guard builder.values.indices.count > 0 else { return }
    record.dictionaryPageOffset = offset
    let plain = builder.values.dictionary.plain.view
    let body = try compress(plain)
    let count = Int32(builder.values.dictionary.count)
    appendPage(type: .dictionary, plainByteCount: plain.count, body: body, prefix: .empty) {
      $0.structure(7) {
        $0.write(1, count)
        $0.write(2, Encoding.plain.rawValue)
      }
    }
    record.countPage(.dictionary, .plain)
  }

  private mutating func writePage(_ slice: PageSlice) throws(EncodingFailure) {
    let pageOffset = offset
    let encoding = slice.isIndexed ? Encoding.rleDictionary : settings.encoding
    let entryCount = Int32(slice.entries.count)
    context.page.removeAll()
    switch options.dataPageVersion {
    case .v1:
      appendLevels(slice.entries, isLengthPrefixed: true)
      appendValues(slice)
      let plain = context.page.view
      let body = try compress(plain)
      appendPage(type: .data, plainByteCount: plain.count, body: body, prefix: .empty) {
        $0.structure(5) {
          $0.write(1, entryCount)
          $0.write(2, encoding.rawValue)
          $0.write(3, Encoding.rle.rawValue)
          $0.write(4, Encoding.rle.rawValue)
        }
      }
      record.countPage(.data, encoding)
    case .v2:
      let (repetition, definition) = appendLevels(slice.entries, isLengthPrefixed: false)
      appendValues(slice)
      let plain = context.page.view
      let levels = plain.slice(0, repetition + definition)
      let values = plain.suffix(from: levels.count)
      var body = try compress(values)
      let isCompressed = settings.codec != .uncompressed && body.count < values.count
      if !isCompressed { body = values }
      appendPage(type: .dataV2, plainByteCount: plain.count, body: body, prefix: levels) {
        $0.structure(8) {
          $0.write(1, entryCount)
          $0.write(2, entryCount - Int32(slice.values.count))
          $0.write(3, Int32(slice.rows.count))
          $0.write(4, encoding.rawValue)
          $0.write(5, Int32(definition))
          $0.write(6, Int32(repetition))
          $0.write(7, isCompressed)
        }
      }
      record.countPage(.dataV2, encoding)
    }
    addRecord(of: slice, at: pageOffset)
    pageIndex += 1
  }

  private func compress(_ plain: ByteView) throws(EncodingFailure) -> ByteView {
    guard plain.count <= Limits.pageByteCount else { throw .pageSize(plain.count) }
    if settings.codec == .uncompressed { return plain }
    try context.compressor.compress(
      plain, into: &context.compressed, codec: settings.codec, level: settings.compressionLevel)
    return context.compressed.view
  }

  /// Appends a page with its header.
  ///
  /// - Parameters:
  ///   - type: the kind of page.
  ///   - plainByteCount: its bytes before compression.
  ///   - body: its bytes.
  ///   - prefix: what stands before the body and is not compressed.
  ///   - fill: writes the part of the header that belongs to the type.
  private mutating func appendPage(
    type: PageType, plainByteCount: Int, body: ByteView, prefix: ByteView,
    _ fill: (inout CompactProtocolWriter) -> Void
  ) {
    let start = context.output.count
    context.thrift.removeAll()
    context.thrift.element {
      $0.write(1, type.rawValue)
      $0.write(2, Int32(plainByteCount))
      $0.write(3, Int32(prefix.count + body.count))
      if options.writesPageChecksums {
        $0.write(4, Int32(bitPattern: crc32(of: body, continuing: crc32(of: prefix))))
      }
      fill(&$0)
    }
    let headerByteCount = context.thrift.bytes.count
    context.output.append(context.thrift.bytes.view)
    context.output.append(prefix)
    context.output.append(body)
    record.uncompressedByteCount += headerByteCount + plainByteCount
    record.compressedByteCount += context.output.count - start
  }

  // MARK: Contents of data pages

  /// Appends the levels of some entries to the page.
  ///
  /// - Returns: the bytes of the repetition and of the definition levels.
  @discardableResult
  private func appendLevels(
    _ entries: Range<Int>, isLengthPrefixed: Bool
  ) -> (repetition: Int, definition: Int) {
    let column = builder.column
    let start = context.page.count
    context.page.append(
      levels: builder.repetitionLevels, entries, maximum: column.maximumRepetitionLevel,
      isLengthPrefixed: isLengthPrefixed)
    let middle = context.page.count
    context.page.append(
      levels: builder.definitionLevels, entries, maximum: column.maximumDefinitionLevel,
      isLengthPrefixed: isLengthPrefixed)
    return (middle - start, context.page.count - middle)
  }

  private func appendValues(_ slice: PageSlice) {
    if slice.isIndexed {
      let width = builder.indexWidth
      context.page.append(UInt8(truncatingIfNeeded: width))
      context.page.append(runs: builder.values.indices, slice.values, width: width)
      return
    }
    let shape = builder.values.shape
    let bytes = builder.values.plain.view.slice(slice.bytes.lowerBound, slice.bytes.count)
    switch settings.encoding {
    case .rle: context.page.append(booleanRuns: bytes)
    case .deltaBinaryPacked:
      if builder.column.physicalType == .int32 {
        context.page.append(deltas: bytes, as: Int32.self)
      } else {
        context.page.append(deltas: bytes, as: Int64.self)
      }
    case .deltaLengthByteArray:
      collectViews(bytes, slice.values.count)
      context.byteArrays.appendDeltaLengths(context.views, to: &context.page)
    case .deltaByteArray:
      collectViews(bytes, slice.values.count)
      context.byteArrays.appendDeltas(context.views, to: &context.page)
    case .byteStreamSplit: context.page.append(splitting: bytes, width: shape.width ?? 0)
    default:
      if shape == .boolean {
        context.page.append(booleans: bytes)
      } else {
        context.page.append(bytes)
      }
    }
  }

  private func collectViews(_ bytes: ByteView, _ count: Int) {
    context.views.removeAll()
    var walk = PlainWalk(bytes, builder.values.shape)
    while let view = walk.next() { context.views.append(view) }
    // Values of no bytes leave no trace.
    while context.views.count < count { context.views.append(.empty) }
  }

  // MARK: Bloom filter

  private mutating func writeBloomFilter() {
    guard let filter = settings.bloomFilter, builder.valueCount > 0 else { return }
    let values = builder.values.shape
    let rest = builder.valueCount - builder.values.indices.count
    context.bloomFilter.begin(
      distinctCount: builder.values.dictionary.count + rest, filter)
    for plain in [builder.values.dictionary.plain.view, builder.values.plain.view] {
      var walk = PlainWalk(plain, values)
      while let value = walk.next() { context.bloomFilter.insert(value) }
    }
    let start = offset
    context.thrift.removeAll()
    let byteCount = Int32(context.bloomFilter.byteCount)
    context.thrift.element {
      $0.write(1, byteCount)
      for id in [2, 3, 4] as [Int16] { $0.structure(id) { $0.emptyStructure(1) } }
    }
    context.output.append(context.thrift.bytes.view)
    context.page.removeAll()
    context.bloomFilter.write(to: &context.page)
    context.output.append(context.page.view)
    record.bloomFilter = (start, Int32(offset - start))
  }
}
