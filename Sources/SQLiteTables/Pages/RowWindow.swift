/// Some hundred rows on their way into records, measured first and encoded second.
///
/// Both passes go column by column, so that each loop knows its type and the rows' bytes stay in
/// the processor's cache:
///
/// 1. `measure` finds the serial types and, for every row, how long header and body will be.
/// 2. Somebody places the rows on pages (`LeafRun.place`) and notes where header and body go.
/// 3. `encode` writes serial types and bodies there.
///
/// Bounds: all arrays hold `capacity` elements, `serialTypes` as many a column; `measure` refuses
/// more rows than that.
@safe
struct RowWindow: ~Copyable {
  let columnCount: Int
  /// Rows a window can hold.
  let capacity: Int

  /// Bytes of each row's values.
  let bodyByteCounts: UnsafeMutablePointer<Int>
  /// Bytes of each row's serial types beyond one a column.
  let extraSerialTypeByteCounts: UnsafeMutablePointer<Int32>
  /// Where the next serial type of a row goes, less the columns already encoded.
  let headerOffsets: UnsafeMutablePointer<UInt32>
  /// Where the next value of a row goes.
  let bodyOffsets: UnsafeMutablePointer<UInt32>
  /// Serial types of number columns, one byte each: column · capacity + row.
  let serialTypes: UnsafeMutablePointer<UInt8>
  /// For each column, whether a serial type of the measured rows is longer than one byte.
  let hasLongSerialTypes: UnsafeMutablePointer<Bool>
  let numbers = NumberForms()
  /// What was read only to have it read.
  private let touched: UnsafeMutablePointer<UInt8>

  init(columnCount: Int) {
    let capacity = min(max(RowWindow.valuesAtOnce / columnCount, 16), 512)
    self.columnCount = columnCount
    self.capacity = capacity
    unsafe bodyByteCounts = .allocate(capacity: capacity)
    unsafe extraSerialTypeByteCounts = .allocate(capacity: capacity)
    unsafe headerOffsets = .allocate(capacity: capacity)
    unsafe bodyOffsets = .allocate(capacity: capacity)
    unsafe serialTypes = .allocate(capacity: capacity * columnCount)
    unsafe hasLongSerialTypes = .allocate(capacity: columnCount)
    unsafe touched = .allocate(capacity: 1)
    unsafe bodyByteCounts.initialize(repeating: 0, count: capacity)
    unsafe extraSerialTypeByteCounts.initialize(repeating: 0, count: capacity)
    unsafe headerOffsets.initialize(repeating: 0, count: capacity)
    unsafe bodyOffsets.initialize(repeating: 0, count: capacity)
    unsafe serialTypes.initialize(repeating: 0, count: capacity * columnCount)
    unsafe hasLongSerialTypes.initialize(repeating: false, count: columnCount)
  }

  deinit {
    unsafe bodyByteCounts.deallocate()
    unsafe extraSerialTypeByteCounts.deallocate()
    unsafe headerOffsets.deallocate()
    unsafe bodyOffsets.deallocate()
    unsafe serialTypes.deallocate()
    unsafe hasLongSerialTypes.deallocate()
    unsafe touched.deallocate()
  }

  /// Values of a window in all columns: their bytes and the pages they go to stay in a core's
  /// second-level cache.
  private static let valuesAtOnce = 4096

  /// Pass 1: fills the byte counts and serial types of `count` rows of a block, from `start` on.
  ///
  /// The caller has checked that the block has `columnCount` columns and that `start + count`
  /// rows are in it.
  func measure(_ columns: [CellColumn], from start: Int, count: Int) {
    precondition(count <= capacity && columns.count == columnCount)
    unsafe bodyByteCounts.update(repeating: 0, count: count)
    unsafe extraSerialTypeByteCounts.update(repeating: 0, count: count)
    for (column, cells) in columns.enumerated() {
      let types = unsafe serialTypes + column * capacity
      var isLong = false
      switch cells {
      case .null:
        break
      case .integers(let values, let valid):
        unsafe measureIntegers(values + start, valid.map { unsafe $0 + start }, types, count)
      case .reals(let values, let valid):
        unsafe measureReals(values + start, valid.map { unsafe $0 + start }, types, count)
      case .cells(let values):
        let values = unsafe values + start
        isLong = measureCells(count) { row in unsafe values[row] }
      case .dictionary(let indices, let entries):
        let indices = unsafe indices + start
        isLong = measureCells(count) { row in unsafe entries[Int(indices[row])] }
        unsafe touchEntries(indices, entries, count)
      }
      unsafe hasLongSerialTypes[column] = isLong
    }
  }

  /// Reads one byte of each entry's bytes, so that they are on their way into the cache by the time
  /// `encode` copies them.
  ///
  /// Entries lie anywhere in their dictionary, and a copy of unknown length waits for each of them
  /// alone; here many loads are under way at once.
  private func touchEntries(
    _ indices: UnsafePointer<Int32>, _ entries: UnsafePointer<Cell>, _ count: Int
  ) {
    var bits: UInt8 = 0
    for row in 0..<count {
      let entry = unsafe entries + Int(indices[row])
      // An entry without bytes has itself read instead.
      let itself = unsafe UnsafeRawPointer(entry)
      let bytes = unsafe entry.pointee.count > 0 ? entry.pointee.base ?? itself : itself
      bits |= unsafe bytes.load(as: UInt8.self)
    }
    unsafe touched.pointee = bits
  }

  /// Payload bytes of a measured row, and the part of them that is the record's header.
  func recordByteCount(ofRow row: Int) -> (header: Int, payload: Int) {
    let header = unsafe RowWindow.headerByteCount(
      serialTypes: columnCount &+ Int(extraSerialTypeByteCounts[row]))
    return unsafe (header, header &+ bodyByteCounts[row])
  }

  /// The length of a header, which counts its own length: at most 2,000 columns of five bytes
  /// each, so that length takes one byte or two.
  static func headerByteCount(serialTypes: Int) -> Int {
    serialTypes &+ (serialTypes < 127 ? 1 : 2)
  }

  private func measureIntegers(
    _ values: UnsafePointer<Int64>, _ valid: UnsafePointer<UInt8>?,
    _ types: UnsafeMutablePointer<UInt8>, _ count: Int
  ) {
    let bodies = unsafe bodyByteCounts
    let forms = unsafe numbers.forms
    let typesByBit = unsafe numbers.typesByHighestBit
    if let valid = unsafe valid {
      for row in 0..<count {
        let type = unsafe SerialType.ofInteger(values[row], typesByBit) & (0 &- valid[row])
        unsafe types[row] = type
        unsafe bodies[row] &+= forms[Int(type)].byteCount
      }
    } else {
      for row in 0..<count {
        let type = unsafe SerialType.ofInteger(values[row], typesByBit)
        unsafe types[row] = type
        unsafe bodies[row] &+= forms[Int(type)].byteCount
      }
    }
  }

  private func measureReals(
    _ values: UnsafePointer<Double>, _ valid: UnsafePointer<UInt8>?,
    _ types: UnsafeMutablePointer<UInt8>, _ count: Int
  ) {
    let bodies = unsafe bodyByteCounts
    let forms = unsafe numbers.forms
    for row in 0..<count {
      var type = unsafe UInt8(truncatingIfNeeded: SerialType.ofReal(values[row]))
      if let valid = unsafe valid {
        unsafe type &= 0 &- valid[row]
      }
      unsafe types[row] = type
      unsafe bodies[row] &+= forms[Int(type)].byteCount
    }
  }

  /// Measures texts and blobs; true if a serial type needs more than one byte.
  private func measureCells(_ count: Int, _ cell: (Int) -> Cell) -> Bool {
    let bodies = unsafe bodyByteCounts
    var allBits: UInt64 = 0
    for row in 0..<count {
      let cell = cell(row)
      allBits |= cell.serialType
      unsafe bodies[row] &+= Int(cell.count)
    }
    guard allBits >= 0x80 else { return false }
    for row in 0..<count {
      let extra = Varint.byteCount(cell(row).serialType) &- 1
      unsafe extraSerialTypeByteCounts[row] &+= Int32(truncatingIfNeeded: extra)
    }
    return true
  }
}

extension Cell {
  /// 2n + 13 for text, 2n + 12 for blobs, 0 for NULL.
  var serialType: UInt64 { UInt64(count) &* 2 &+ UInt64(kind) }
}
