internal import CReceiptProcessor
internal import Parquet

/// What a scan of pages hands the rows to, one by one.
protocol StoredRowTaker: AnyObject {
  /// Takes the key of one row.
  ///
  /// - Parameters:
  ///   - values: one for each column of the key.
  ///   - isReal: which of them are declared REAL.
  ///   - row: the number of the row.
  /// - Throws: `disk-full`, `file`.
  @unsafe
  func append(
    _ values: UnsafePointer<StoredValue>, isReal: [Bool], row: Int64
  ) throws(SQLiteError)
}

/// Reads some columns of the rows of a table from its leaves, and nothing else of the pages.
///
/// Rows of wide tables are longer than what is wanted of them: the header says where the wanted
/// values are, and the other bytes are never brought into the processor's cache.
@safe
package struct KeyScan: ~Copyable {
  private let image: DatabaseImage
  /// The wanted columns in the table's order: how many others are before each, and its place in the
  /// key.
  private let wanted: [(skipped: Int, place: Int)]
  private let isReal: [Bool]
  /// The values of some rows, one row after the other.
  private let values: UnsafeMutablePointer<StoredValue>
  private let valueCount: Int
  /// The numbers of these rows.
  private let rowIDs: UnsafeMutablePointer<Int64>
  /// How many bytes a value has by its serial type, for types of one byte.
  private let byteCounts: UnsafeMutablePointer<UInt8>
  /// A record that is on several pages.
  private var whole = GrowingMemory<UInt8>(capacity: 256)

  /// Rows that are read side by side.
  ///
  /// Each is in three places of memory: its header, its key and its checksum. What is asked for
  /// early, all at once, is there when it is needed.
  private static let rowCountAtOnce = 32

  private static let cacheLineByteCount = 64

  /// Stands for the two serial types that are in no file.
  private static let reserved: UInt8 = 255

  /// - Parameters:
  ///   - image: the file.
  ///   - columns: the positions of the wanted columns, in the key's order; each but once.
  ///   - isReal: which of them are declared REAL.
  init(_ image: DatabaseImage, columns: [Int], isReal: [Bool]) {
    self.image = image
    self.isReal = isReal
    var next = 0
    var wanted: [(skipped: Int, place: Int)] = []
    for (place, column) in columns.enumerated().sorted(by: { $0.element < $1.element }) {
      wanted.append((column - next, place))
      next = column + 1
    }
    self.wanted = wanted
    valueCount = columns.count
    unsafe values = .allocate(capacity: max(1, columns.count) * KeyScan.rowCountAtOnce)
    unsafe rowIDs = .allocate(capacity: KeyScan.rowCountAtOnce)
    unsafe byteCounts = .allocate(capacity: 128)
    for type in 0..<128 {
      unsafe byteCounts[type] =
        type == 10 || type == 11
        ? KeyScan.reserved
        : type < 12
          ? UInt8(SerialType.bodyByteCount(ofNumber: UInt64(type))) : UInt8((type - 12) / 2)
    }
  }

  deinit {
    unsafe values.deallocate()
    unsafe rowIDs.deallocate()
    unsafe byteCounts.deallocate()
  }

  /// Hands the rows of one leaf on.
  ///
  /// - Throws: `library` for a page that is not as it should be; what the collector throws.
  mutating func read<Taker: StoredRowTaker>(
    leaf number: UInt32, into collector: Taker
  ) throws(SQLiteError) {
    let page = try image.page(number)
    let header = DatabaseImage.headerOffset(ofPage: number)
    guard page.byte(at: header) == BTreePage.tableLeaf else {
      throw DatabaseImage.corrupt(
        page: number, "its type is \(page.byte(at: header)), and a table's leaf has 13")
    }
    let cellCount = Int(page.byte(at: header + 3)) << 8 | Int(page.byte(at: header + 4))
    guard header + 8 + 2 * cellCount <= page.count else {
      throw DatabaseImage.corrupt(page: number, "it has no room for its \(cellCount) cells")
    }
    for first in stride(from: 0, to: cellCount, by: KeyScan.rowCountAtOnce) {
      let cells = first..<min(first + KeyScan.rowCountAtOnce, cellCount)
      for cell in cells { fetch(page, KeyScan.offset(ofCell: cell, page, header)) }
      var count = 0
      for cell in cells {
        let isLasting = try read(cell, of: page, number, header, row: count)
        count += 1
        if !isLasting { try handOn(&count, to: collector) }
      }
      try handOn(&count, to: collector)
    }
  }

  /// Where a cell begins.
  @inline(__always)
  private static func offset(ofCell cell: Int, _ page: ByteView, _ header: Int) -> Int {
    let pointer = header + 8 + 2 * cell
    return Int(page.byte(at: pointer)) << 8 | Int(page.byte(at: pointer + 1))
  }

  /// Asks for the begin of a cell, with most of its header.
  @inline(__always)
  private func fetch(_ page: ByteView, _ offset: Int) {
    // Any address may be asked for.
    unsafe receipt_prefetch(page.base + offset)
    unsafe receipt_prefetch(page.base + offset + KeyScan.cacheLineByteCount)
  }

  /// Finds the wanted values of a cell.
  ///
  /// - Returns: whether they are there still when the next cell has been read.
  @inline(__always)
  private mutating func read(
    _ cell: Int, of page: ByteView, _ number: UInt32, _ header: Int, row: Int
  ) throws(SQLiteError) -> Bool {
    var offset = KeyScan.offset(ofCell: cell, page, header)
    guard let payload = RecordVarint.load(page, &offset),
      let rowID = RecordVarint.load(page, &offset), payload <= 2_147_483_647
    else { throw KeyScan.corrupt(number, cell) }
    let count = Int(payload)
    let local = PageScan.localByteCount(ofPayload: count, usable: image.usableByteCount)
    guard offset <= page.count - local else { throw KeyScan.corrupt(number, cell) }
    let isLasting = local == count
    let isRead: Bool
    if isLasting {
      isRead = readRecord(page.part(offset, count), row)
    } else {
      guard offset <= page.count - local - 4 else { throw KeyScan.corrupt(number, cell) }
      let next = page.part(offset + local, 4)
      try gather(page.part(offset, local), UInt32(bigEndian: next.bigEndian(at: 0)), count)
      isRead = readRecord(unsafe ByteView(base: whole.base, count: count), row)
    }
    guard isRead else { throw KeyScan.corrupt(number, cell) }
    unsafe (rowIDs + row).initialize(to: Int64(bitPattern: rowID))
    return isLasting
  }

  /// Hands on the rows that have been read.
  @inline(__always)
  private func handOn(
    _ count: inout Int, to collector: some StoredRowTaker
  ) throws(SQLiteError) {
    for row in 0..<count {
      try unsafe collector.append(values + row * valueCount, isReal: isReal, row: rowIDs[row])
    }
    count = 0
  }

  /// Finds the wanted values of a record; false if it contradicts itself.
  private func readRecord(_ record: ByteView, _ row: Int) -> Bool {
    let values = unsafe values + row * valueCount
    for place in 0..<valueCount {
      unsafe (values + place).initialize(
        to: StoredValue(type: SerialType.null, body: record.base))
    }
    var header = 0
    guard let headerByteCount = RecordVarint.load(record, &header),
      headerByteCount <= record.count
    else { return false }
    let headerEnd = Int(headerByteCount)
    var body = headerEnd
    for (skipped, place) in wanted {
      for _ in 0..<skipped {
        // A row may be older than the columns.
        if header >= headerEnd { return true }
        guard let (_, byteCount) = nextType(record, &header, headerEnd) else { return false }
        body += byteCount
      }
      if header >= headerEnd { return true }
      guard let (type, byteCount) = nextType(record, &header, headerEnd),
        body <= record.count, byteCount <= record.count - body
      else { return false }
      // In bounds: `body + byteCount` is at most the record's end.
      unsafe (values + place).initialize(to: StoredValue(type: type, body: record.base + body))
      unsafe receipt_prefetch(record.base + body)
      body += byteCount
      unsafe receipt_prefetch(record.base + body - 1)
    }
    return true
  }

  /// The next serial type of a header, and how many bytes its value has.
  ///
  /// - Precondition: `offset` is before `end`, which is at most the record's.
  @inline(__always)
  private func nextType(
    _ record: ByteView, _ offset: inout Int, _ end: Int
  ) -> (type: UInt64, byteCount: Int)? {
    let first = record.byte(at: offset)
    if first < 0x80 {
      offset += 1
      let byteCount = unsafe byteCounts[Int(first)]
      return byteCount == KeyScan.reserved ? nil : (UInt64(first), Int(byteCount))
    }
    guard let type = RecordVarint.load(record, &offset) else { return nil }
    if type >= StoredValue.firstOfBytes {
      // Not more than half of 64 bits, and a header has no room for enough of them to overflow.
      let byteCount = Int(truncatingIfNeeded: (type - StoredValue.firstOfBytes) / 2)
      return byteCount <= record.count ? (type, byteCount) : nil
    }
    return type == 10 || type == 11 ? nil : (type, Int(SerialType.bodyByteCount(ofNumber: type)))
  }

  /// Brings a payload into one piece.
  private mutating func gather(
    _ local: ByteView, _ first: UInt32, _ count: Int
  ) throws(SQLiteError) {
    guard count <= image.pageCount * image.usableByteCount else {
      throw DatabaseImage.corrupt(
        page: first, "a row claims \(count) bytes, more than the file has")
    }
    whole.removeAll()
    whole.reserve(more: count + MappedFile.padding)
    let memory = unsafe UnsafeMutableRawPointer(whole.base)
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
  }

  private static func corrupt(_ page: UInt32, _ cell: Int) -> SQLiteError {
    DatabaseImage.corrupt(page: page, "cell \(cell) does not end where it should")
  }
}
