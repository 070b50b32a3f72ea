/// Writes Thrift's compact protocol, so that tests can make footers and page headers that no writer
/// would.
struct ThriftBytes {
  private(set) var bytes: [UInt8] = []
  private var lastID: Int16 = 0

  /// A struct made by a closure, its end included.
  static func structure(_ fill: (inout ThriftBytes) -> Void) -> [UInt8] {
    var thrift = ThriftBytes()
    fill(&thrift)
    return thrift.bytes + [0]
  }

  mutating func int32(_ id: Int16, _ value: Int32) {
    header(id, 5)
    bytes += zigzag(Int64(value))
  }

  mutating func int64(_ id: Int16, _ value: Int64) {
    header(id, 6)
    bytes += zigzag(value)
  }

  mutating func boolean(_ id: Int16, _ value: Bool) { header(id, value ? 1 : 2) }

  mutating func string(_ id: Int16, _ value: String) { binary(id, Array(value.utf8)) }

  mutating func binary(_ id: Int16, _ value: [UInt8]) {
    header(id, 8)
    bytes += varint(UInt64(value.count)) + value
  }

  mutating func structure(_ id: Int16, _ fill: (inout ThriftBytes) -> Void) {
    header(id, 12)
    bytes += ThriftBytes.structure(fill)
  }

  mutating func list(_ id: Int16, type: UInt8, _ elements: [[UInt8]]) {
    list(id, type: type, count: UInt64(elements.count), elements.flatMap { $0 })
  }

  /// A list whose count need not be true.
  mutating func list(_ id: Int16, type: UInt8, count: UInt64, _ content: [UInt8]) {
    header(id, 9)
    bytes += count < 15 ? [UInt8(count) << 4 | type] : [0xf0 | type] + varint(count)
    bytes += content
  }

  /// Anything behind a field header of any type.
  mutating func raw(_ id: Int16, type: UInt8, _ content: [UInt8]) {
    header(id, type)
    bytes += content
  }

  private mutating func header(_ id: Int16, _ type: UInt8) {
    let delta = Int(id) - Int(lastID)
    bytes += (1...15).contains(delta) ? [UInt8(delta) << 4 | type] : [type] + zigzag(Int64(id))
    lastID = id
  }
}

/// An unsigned LEB128 number.
func varint(_ value: UInt64) -> [UInt8] {
  var rest = value
  var bytes: [UInt8] = []
  while rest >= 0x80 {
    bytes.append(UInt8(rest & 0x7f) | 0x80)
    rest >>= 7
  }
  return bytes + [UInt8(rest)]
}

/// A zigzag-encoded LEB128 number.
func zigzag(_ value: Int64) -> [UInt8] { varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }

/// The little-endian bytes of a number.
func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
