internal import Parquet

/// Reads rows of a table from its leaves, in their order, without the library.
@safe
struct PageScan: ~Copyable {
  private let image: DatabaseImage
  private let leaves: LeafList
  private let columnCount: Int
  /// The column that stands for the rowid and is stored as NULL; -1 if there is none.
  private let rowIDColumn: Int
  private let endRow: Int64
  private var row: Int64
  private var leaf: Int
  private var page = ByteView.empty
  private var pageNumber: UInt32 = 0
  private var cell = 0
  private var cellCount = 0
  private var leafCount = 0
  private var touched: UInt8 = 0

  /// A scan of rows by their position.
  ///
  /// - Parameters:
  ///   - image: the file.
  ///   - leaves: the table's leaves.
  ///   - rows: the positions of the rows, from 0.
  ///   - columnCount: columns of the table; a record may have fewer, and then the others are NULL.
  ///   - rowIDColumn: the column that stands for the rowid.
  /// - Throws: `library` if the first page cannot be read.
  init(
    _ image: DatabaseImage, _ leaves: LeafList, rows: Range<Int64>, columnCount: Int,
    rowIDColumn: Int?
  ) throws(SQLiteError) {
    self.image = image
    self.leaves = leaves
    self.columnCount = columnCount
    self.rowIDColumn = rowIDColumn ?? -1
    row = rows.lowerBound
    endRow = min(rows.upperBound, leaves.rowCount)
    leaf = row < endRow ? leaves.index(ofRow: row) : 0
    if row < endRow {
      try beginLeaf()
      cell = Int(row - leaves.leaves[leaf].firstRow)
    }
  }

  private mutating func beginLeaf() throws(SQLiteError) {
    pageNumber = leaves.leaves[leaf].page
    page = try image.page(pageNumber)
    let header = DatabaseImage.headerOffset(ofPage: pageNumber)
    cellCount = Int(UInt16(bigEndian: page.bigEndian(at: header + 3)))
    cell = 0
    leafCount += 1
    touch()
  }

  /// Brings the page into the processor's cache, from front to back, which it does ahead of the loads.
  ///
  /// What follows takes the values column by column, and would wait for each.
  private mutating func touch() {
    var offset = 0
    while offset < page.count {
      unsafe touched |= page.base.load(fromByteOffset: offset, as: UInt8.self)
      offset += 64
    }
  }

  /// Leaves that have been begun since this was asked last.
  mutating func takeLeafCount() -> Int {
    defer { leafCount = 0 }
    return leafCount
  }

  /// Fills a batch that is empty.
  ///
  /// - Throws: `library` for a page that is not as it should be.
  mutating func read(
    into batch: inout RowBatch, limit: Int = RowBatch.capacity
  ) throws(SQLiteError) {
    let limit = min(limit, RowBatch.capacity)
    while batch.rowCount < limit, row < endRow {
      if cell == cellCount {
        leaf += 1
        try beginLeaf()
      }
      try readCell(into: &batch)
      cell += 1
      row += 1
    }
  }

  private mutating func readCell(into batch: inout RowBatch) throws(SQLiteError) {
    let pointer = DatabaseImage.headerOffset(ofPage: pageNumber) + 8 + 2 * cell
    var offset = Int(UInt16(bigEndian: page.bigEndian(at: pointer)))
    let payloadByteCount = try varint(&offset)
    let rowID = Int64(bitPattern: try varint(&offset))
    guard payloadByteCount <= 2_147_483_647 else {
      throw corrupt("it claims more bytes than a row may have")
    }
    let count = Int(payloadByteCount)
    let local = localByteCount(ofPayload: count)
    guard offset <= page.count - local else { throw corrupt("it reaches behind its end") }
    if local == count {
      try readRecord(page.slice(offset, count), rowID, into: &batch)
    } else {
      guard offset <= page.count - local - 4 else { throw corrupt("it reaches behind its end") }
      let next = UInt32(bigEndian: page.bigEndian(at: offset + local))
      let whole = try gather(page.slice(offset, local), next, count, into: &batch)
      try readRecord(whole, rowID, into: &batch)
    }
  }

  /// The record of a row: serial types, then the bodies in the same order.
  private func readRecord(
    _ record: ByteView, _ rowID: Int64, into batch: inout RowBatch
  ) throws(SQLiteError) {
    var header = 0
    guard let headerByteCount = RecordVarint.load(record, &header), headerByteCount <= record.count
    else { throw corrupt("its header is longer than its row") }
    let headerEnd = Int(headerByteCount)
    var body = headerEnd
    var target = unsafe batch.nextRow()
    var column = 0
    let end = record.count
    let base = unsafe record.base
    while header < headerEnd, column < columnCount {
      // In bounds: the header's end is at most the record's.
      var type = unsafe UInt64(base.load(fromByteOffset: header, as: UInt8.self))
      if type < 0x80 {
        header += 1
      } else {
        guard let long = RecordVarint.load(record, &header) else {
          throw corrupt("its header has no end")
        }
        type = long
      }
      let byteCount =
        type >= StoredValue.firstOfBytes
        ? Int(truncatingIfNeeded: (type - 12) / 2)
        : Int(SerialType.bodyByteCount(ofNumber: type))
      guard byteCount <= end - body, type != 10, type != 11 else {
        throw corrupt("column \(column) reaches behind its end")
      }
      // In bounds: `body + byteCount` is at most the record's end.
      unsafe target.initialize(to: StoredValue(type: type, body: base + body))
      body += byteCount
      unsafe target += RowBatch.capacity
      column += 1
    }
    // Columns that were added to the table after the row.
    while column < columnCount {
      unsafe target.initialize(to: StoredValue(type: SerialType.null, body: base))
      unsafe target += RowBatch.capacity
      column += 1
    }
    if rowIDColumn >= 0 { setRowID(rowID, in: &batch) }
    batch.rowCount += 1
  }

  private func setRowID(_ rowID: Int64, in batch: inout RowBatch) {
    let place = unsafe batch.nextRow() + rowIDColumn * RowBatch.capacity
    guard unsafe place.pointee.isNull else { return }
    let memory = unsafe batch.allocate(8)
    unsafe memory.storeBytes(of: rowID, as: Int64.self)
    unsafe place.initialize(to: StoredValue(type: StoredValue.integerInMemory, body: memory))
  }

  /// A payload in one piece: its local part, and the chain of overflow pages.
  private func gather(
    _ local: ByteView, _ first: UInt32, _ count: Int, into batch: inout RowBatch
  ) throws(SQLiteError) -> ByteView {
    guard count <= image.pageCount * image.usableByteCount else {
      throw corrupt("it claims \(count) bytes, more than the file has")
    }
    // Readers of texts may look a few bytes beyond the end.
    let memory = unsafe batch.allocate(count + MappedFile.padding)
    unsafe memory.copyMemory(from: local.base, byteCount: local.count)
    var done = local.count
    var next = first
    while done < count {
      let page = try image.page(next)
      let part = min(count - done, page.count - 4)
      unsafe (memory + done).copyMemory(from: page.base + 4, byteCount: part)
      done += part
      next = UInt32(bigEndian: page.bigEndian(at: 0))
    }
    return unsafe ByteView(base: memory, count: count)
  }

  /// Bytes of a payload that are on the leaf; see ``PageSize/localByteCount(ofPayload:)``.
  private func localByteCount(ofPayload payload: Int) -> Int {
    PageScan.localByteCount(ofPayload: payload, usable: image.usableByteCount)
  }

  static func localByteCount(ofPayload payload: Int, usable: Int) -> Int {
    let maximum = usable - 35
    if payload <= maximum { return payload }
    let minimum = (usable - 12) * 32 / 255 - 23
    let local = minimum + (payload - minimum) % (usable - 4)
    return local <= maximum ? local : minimum
  }

  private func varint(_ offset: inout Int) throws(SQLiteError) -> UInt64 {
    guard let value = RecordVarint.load(page, &offset) else { throw corrupt("it has no end") }
    return value
  }

  private func corrupt(_ what: String) -> SQLiteError {
    DatabaseImage.corrupt(page: pageNumber, "cell \(cell): \(what)")
  }
}

/// Variable-length integers in bytes that may end too early.
enum RecordVarint {
  @inline(__always)
  static func load(
    _ bytes: ByteView, _ offset: inout Int
  ) -> UInt64? {
    var value: UInt64 = 0
    for index in 0..<Varint.maxByteCount {
      guard offset >= 0, offset < bytes.count else { return nil }
      let byte = UInt64(bytes.byte(at: offset))
      offset += 1
      if index == Varint.maxByteCount - 1 { return value << 8 | byte }
      value = value << 7 | byte & 0x7F
      if byte < 0x80 { break }
    }
    return value
  }
}
