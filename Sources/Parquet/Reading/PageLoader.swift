/// Takes the pages of one column chunk off its bytes: header, checksum, decompression.
final class PageLoader {
  private let column: LeafColumn
  private let codec: Codec
  private let bytes: ChunkBytes
  private let context: ReadContext
  /// Where the next page's header begins, in the file.
  private(set) var offset: Int64
  /// The index of the page that was loaded last; −1 before the first.
  private(set) var pageIndex = -1
  /// Data pages so far that carried a checksum, and those that did not.
  private(set) var checkedPageCount = 0
  private(set) var uncheckedPageCount = 0
  private(set) var dictionary: DictionaryValues?
  private var seenDataPage = false
  /// A header whose page is still to be loaded; ``offset`` is behind it.
  private var upcoming: PageHeader?

  init(column: LeafColumn, codec: Codec, bytes: ChunkBytes, context: ReadContext) {
    self.column = column
    self.codec = codec
    self.bytes = bytes
    self.context = context
    offset = bytes.range.lowerBound
  }

  var isAtEnd: Bool { upcoming == nil && offset >= bytes.range.upperBound }

  /// The next data page, or `nil` at the end of the chunk.
  ///
  /// Pages of other kinds are dealt with on the way.
  func nextDataPage() throws -> Page? {
    while !isAtEnd {
      if let page = try load(try takeHeader()) { return page }
    }
    return nil
  }

  /// Passes over the next data pages as long as they have no more entries than that together; their
  /// bodies are not looked at.
  ///
  /// Only for columns with one entry a row.
  /// - Returns: the entries that were passed over.
  func skipDataPages(entryCount: Int) throws -> Int {
    var passed = 0
    while passed < entryCount, !isAtEnd {
      let header = try takeHeader()
      let count: Int
      switch header.kind {
      case .index, .dictionary:
        _ = try load(header)
        continue
      case .data(let data): count = data.valueCount
      case .dataV2(let data): count = data.valueCount
      }
      if count > entryCount - passed {
        upcoming = header
        break
      }
      seenDataPage = true
      offset += Int64(header.compressedByteCount)
      passed += count
    }
    return passed
  }

  /// The next page's header, with ``offset`` behind it.
  private func takeHeader() throws -> PageHeader {
    if let header = upcoming {
      upcoming = nil
      return header
    }
    let header = try nextHeader()
    pageIndex += 1
    guard Int64(header.compressedByteCount) <= bytes.range.upperBound - offset else {
      throw DecodingFailure.truncated(
        "the body of a page", needed: header.compressedByteCount,
        available: Int(bytes.range.upperBound - offset))
    }
    return header
  }

  private func load(_ header: PageHeader) throws -> Page? {
    let body =
      header.compressedByteCount == 0
      ? ByteView.empty
      : try bytes.view(at: offset, atLeast: header.compressedByteCount)
        .slice(0, header.compressedByteCount)
    return try load(header, body)
  }

  private func load(_ header: PageHeader, _ body: ByteView) throws(DecodingFailure) -> Page? {
    if let stored = header.crc {
      let computed = crc32(of: body)
      guard stored == computed else { throw .checksum(stored: stored, computed: computed) }
      checkedPageCount += 1
    } else {
      uncheckedPageCount += 1
    }
    offset += Int64(header.compressedByteCount)
    switch header.kind {
    case .index:
      return nil
    case .dictionary(let dictionaryHeader):
      try loadDictionary(dictionaryHeader, header, body)
      return nil
    case .data(let data):
      seenDataPage = true
      if data.valueCount == 0 { return nil }
      let (plain, owner) = try decompress(body, to: header.uncompressedByteCount)
      return try Page(data, column: column, bytes: plain, owner: owner)
    case .dataV2(let data):
      seenDataPage = true
      if data.valueCount == 0 { return nil }
      return try loadV2(data, header, body)
    }
  }

  /// In a version 2 page the levels stand before the values, and are never compressed.
  private func loadV2(
    _ data: PageHeader.DataPageV2, _ header: PageHeader, _ body: ByteView
  ) throws(DecodingFailure) -> Page {
    let levelByteCount = data.repetitionLevelByteCount + data.definitionLevelByteCount
    guard levelByteCount <= body.count, levelByteCount <= header.uncompressedByteCount else {
      throw .truncated("the levels of a page", needed: levelByteCount, available: body.count)
    }
    let stored = body.suffix(from: levelByteCount)
    let levelOwner = bytes.owner ?? ByteBuffer(count: 0)
    let isStored = !data.isCompressed || stored.count == 0
    let (plain, owner) =
      isStored
      ? (stored, levelOwner)
      : try decompress(stored, to: header.uncompressedByteCount - levelByteCount)
    return try Page(
      data, column: column, levels: body.slice(0, levelByteCount), levelOwner: levelOwner,
      bytes: plain, owner: owner)
  }

  private func nextHeader() throws -> PageHeader {
    var count = 64
    while true {
      let available = Int(min(bytes.range.upperBound - offset, Int64(Limits.pageHeaderByteCount)))
      let view = try bytes.view(at: offset, atLeast: min(count, available))
      var reader = CompactProtocolReader(view)
      do throws(DecodingFailure) {
        let header = try PageHeader(from: &reader)
        offset += Int64(reader.offset)
        return header
      } catch .truncated where view.count < available {
        // Only a part of the header is at hand; ask for more of the chunk.
        count = view.count * 4
      } catch {
        pageIndex += 1
        throw error
      }
    }
  }

  private func loadDictionary(
    _ dictionaryHeader: PageHeader.DictionaryPage, _ header: PageHeader, _ body: ByteView
  ) throws(DecodingFailure) {
    guard dictionary == nil, !seenDataPage else {
      throw .malformed("a dictionary page stands behind another page of its column chunk")
    }
    guard dictionaryHeader.encoding == .plain || dictionaryHeader.encoding == .plainDictionary
    else { throw .unsupported("\(dictionaryHeader.encoding) for dictionary pages") }
    let (plain, owner) = try decompress(body, to: header.uncompressedByteCount)
    let count = dictionaryHeader.valueCount
    // Every value takes at least one bit, but for fixed-length values of no bytes, which are equal.
    let limit =
      column.physicalType == .fixedLengthByteArray && column.typeLength == 0
      ? 1 : plain.count * 8
    guard count <= limit else {
      throw .outOfRange(
        "the value count of a dictionary page", value: Int64(count), limit: Int64(limit))
    }
    let values = ValueBuffer(layout: column.valueLayout)
    let decoder = try makeValueDecoder(
      .plain, for: column, valueCount: count, bytes: plain, owner: owner)
    if column.physicalType == .byteArray, count > plain.count / 4 {
      throw .outOfRange(
        "the value count of a dictionary page", value: Int64(count), limit: Int64(plain.count / 4))
    }
    values.reserve(count, keeping: 0)
    try decoder.decode(count, into: values, at: 0)
    dictionary = DictionaryValues(count: count, values: values)
  }

  /// The plain bytes of a page body, with the buffer that holds them.
  private func decompress(
    _ body: ByteView, to byteCount: Int
  ) throws(DecodingFailure) -> (ByteView, ByteBuffer) {
    if codec == .uncompressed {
      guard body.count == byteCount else {
        throw .size(codec, announced: byteCount, got: body.count)
      }
      return (body, bytes.owner ?? ByteBuffer(count: 0))
    }
    if byteCount == 0 { return (.empty, ByteBuffer(count: 0)) }
    try Decompressor.checkExpansion(of: codec, from: body.count, to: byteCount)
    let buffer = context.pool.take(count: byteCount)
    try context.decompressor.decompress(body, into: buffer, codec: codec)
    return (buffer.view, buffer)
  }

  /// Gives back what is not needed behind the last page.
  func release() {
    bytes.release()
    dictionary = nil
  }
}

/// What a thread keeps from one column chunk and file to the next: buffers and codec contexts.
public final class ReadContext {
  let pool: BufferPool
  let decompressor = Decompressor()

  /// A context for one thread.
  ///
  /// - Parameter bufferLimit: bytes of unused buffers that are kept at the most.
  public init(bufferLimit: Int = 64 << 20) { pool = BufferPool(limit: bufferLimit) }
}
