internal import Parquet

/// Makes the cells of an index out of keys.
///
/// A cell (<https://www.sqlite.org/fileformat2.html#b_tree_pages>) is the payload's length, and the
/// payload: a record of the indexed columns and the rowid. Of a longer payload the beginning is in
/// the cell, with the number of the first of its overflow pages behind it. Cells on interior pages are
/// the same, with the number of a page before them.
@safe
struct IndexCell: ~Copyable {
  private let columnCount: Int
  private let pageSize: PageSize
  /// One serial type and one value for each column, and for the rowid.
  private let types: UnsafeMutablePointer<UInt64>
  private let values: UnsafeMutablePointer<KeyReader.Value>
  private var headerByteCount = 0
  /// Bytes of the payload.
  private(set) var payload = 0

  init(columnCount: Int, pageSize: PageSize) {
    self.columnCount = columnCount
    self.pageSize = pageSize
    unsafe types = .allocate(capacity: columnCount + 1)
    unsafe values = .allocate(capacity: columnCount + 1)
  }

  deinit {
    unsafe types.deallocate()
    unsafe values.deallocate()
  }

  /// Reads a key and finds out how long its record will be.
  mutating func measure(_ key: ByteView) {
    var reader = KeyReader(key, columnCount: columnCount)
    var header = 0
    var body = 0
    for column in 0...columnCount {
      let value = column < columnCount ? reader.next() : .integer(reader.row)
      let type: UInt64
      switch value {
      case .null: type = SerialType.null
      case .integer(let number): type = SerialType.ofInteger(number)
      case .real(let number): type = SerialType.ofReal(number)
      case .bytes(_, let count, let isText, _): type = UInt64(count) &* 2 &+ (isText ? 13 : 12)
      }
      body += IndexCell.bodyByteCount(type)
      header += Varint.byteCount(type)
      unsafe types[column] = type
      unsafe values[column] = value
    }
    // The header counts its own length, in one byte or in two.
    headerByteCount = header + (header < 127 ? 1 : 2)
    payload = headerByteCount + body
  }

  /// Bytes of a cell without overflow pages.
  var byteCount: Int { max(4, Varint.byteCount(UInt64(payload)) + payload) }

  /// Whether the payload is in the cell as a whole.
  var isLocal: Bool { payload <= pageSize.maxLocalKey }

  /// Writes the cell of a payload that is local.
  ///
  /// The caller has made sure of ``byteCount`` bytes at `target`, and of nine behind them that
  /// may be written to.
  @unsafe
  func write(to target: UnsafeMutableRawPointer) {
    let start = unsafe Varint.store(UInt64(payload), at: target)
    unsafe writeRecord(to: target + start)
  }

  /// The bytes of a payload of any length.
  func record() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: payload + 16)
    unsafe bytes.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      unsafe writeRecord(to: base)
    }
    return Array(bytes.prefix(payload))
  }

  private func writeRecord(to target: UnsafeMutableRawPointer) {
    var header = unsafe Varint.store(UInt64(headerByteCount), at: target)
    var body = headerByteCount
    for column in 0...columnCount {
      let type = unsafe types[column]
      unsafe header += Varint.store(type, at: target + header)
      switch unsafe values[column] {
      case .null: break
      case .integer(let number):
        unsafe store(UInt64(bitPattern: number), type, to: target + body)
      case .real(let number):
        let bits =
          type == SerialType.real
          ? number.bitPattern : UInt64(bitPattern: SerialType.integer(ofIntegral: number))
        if type != SerialType.null { unsafe store(bits, type, to: target + body) }
      case .bytes(let view, let count, _, let isEscaped):
        if isEscaped {
          let bytes = KeyReader.unescaped(view)
          unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe (target + body).copyMemory(from: base, byteCount: count)
          }
        } else {
          unsafe (target + body).copyMemory(from: view.base, byteCount: count)
        }
      }
      body += IndexCell.bodyByteCount(type)
    }
  }

  /// Writes a number's body; eight bytes are written, of which the first few count.
  private func store(_ bits: UInt64, _ type: UInt64, to target: UnsafeMutableRawPointer) {
    let byteCount = SerialType.bodyByteCount(ofNumber: type)
    guard byteCount > 0 else { return }
    let word = (bits &<< (64 &- byteCount &* 8)).bigEndian
    unsafe target.storeBytes(of: word, as: UInt64.self)
  }

  private static func bodyByteCount(_ type: UInt64) -> Int {
    type >= 12 ? Int((type - 12) / 2) : Int(SerialType.bodyByteCount(ofNumber: type))
  }
}
