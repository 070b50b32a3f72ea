/// Writes Thrift's compact protocol; the grammar stands at ``CompactProtocolReader``.
///
///     thrift.structure(field: 3) { $0.write(1, 42 as Int32) }
struct CompactProtocolWriter: ~Copyable {
  private(set) var bytes = Buffer<UInt8>(capacity: 1_024)
  private var lastID: Int16 = 0

  private enum Code: UInt8 {
    case stop = 0
    case booleanTrue = 1
    case booleanFalse = 2
    case byte = 3
    case int32 = 5
    case int64 = 6
    case binary = 8
    case list = 9
    case structure = 12
  }

  /// Forgets everything, so that the memory serves another structure.
  mutating func removeAll() {
    bytes.removeAll()
    lastID = 0
  }

  private mutating func header(_ id: Int16, _ code: Code) {
    let delta = id - lastID
    if delta >= 1, delta <= 15 {
      bytes.append(UInt8(truncatingIfNeeded: delta) << 4 | code.rawValue)
    } else {
      bytes.append(code.rawValue)
      bytes.append(zigzag: Int64(id))
    }
    lastID = id
  }

  mutating func write(_ id: Int16, _ value: Bool) {
    header(id, value ? .booleanTrue : .booleanFalse)
  }

  mutating func write(_ id: Int16, _ value: Int8) {
    header(id, .byte)
    bytes.append(UInt8(bitPattern: value))
  }

  mutating func write(_ id: Int16, _ value: Int32) {
    header(id, .int32)
    bytes.append(zigzag: Int64(value))
  }

  mutating func write(_ id: Int16, _ value: Int64) {
    header(id, .int64)
    bytes.append(zigzag: value)
  }

  mutating func write(_ id: Int16, _ value: String) {
    header(id, .binary)
    element(value)
  }

  mutating func write(_ id: Int16, _ value: [UInt8]) {
    header(id, .binary)
    element(value)
  }

  // MARK: Structures

  /// A struct as a field.
  mutating func structure(_ id: Int16, _ fill: (inout CompactProtocolWriter) -> Void) {
    header(id, .structure)
    element(fill)
  }

  /// A struct without fields, such as most members of unions.
  mutating func emptyStructure(_ id: Int16) { structure(id) { _ in } }

  /// A field whose bytes were read from a file, its struct's end included.
  mutating func structure(_ id: Int16, copying source: [UInt8]) {
    header(id, .structure)
    for byte in source { bytes.append(byte) }
  }

  /// A struct as an element of a list, or the outermost one.
  mutating func element(_ fill: (inout CompactProtocolWriter) -> Void) {
    let outer = lastID
    lastID = 0
    fill(&self)
    bytes.append(Code.stop.rawValue)
    lastID = outer
  }

  // MARK: Lists

  mutating func structures<Element>(
    _ id: Int16, _ elements: [Element], _ fill: (Element, inout CompactProtocolWriter) -> Void
  ) {
    listHeader(id, .structure, elements.count)
    for item in elements { element { fill(item, &$0) } }
  }

  mutating func list(_ id: Int16, _ elements: [Int32]) {
    listHeader(id, .int32, elements.count)
    for value in elements { bytes.append(zigzag: Int64(value)) }
  }

  mutating func list(_ id: Int16, _ elements: [Int64]) {
    listHeader(id, .int64, elements.count)
    for value in elements { bytes.append(zigzag: value) }
  }

  mutating func list(_ id: Int16, _ elements: [Bool]) {
    listHeader(id, .booleanTrue, elements.count)
    for value in elements {
      bytes.append(value ? Code.booleanTrue.rawValue : Code.booleanFalse.rawValue)
    }
  }

  mutating func list(_ id: Int16, _ elements: [String]) {
    listHeader(id, .binary, elements.count)
    for value in elements { element(value) }
  }

  mutating func list(_ id: Int16, _ elements: [[UInt8]]) {
    listHeader(id, .binary, elements.count)
    for value in elements { element(value) }
  }

  private mutating func listHeader(_ id: Int16, _ code: Code, _ count: Int) {
    header(id, .list)
    if count < 15 {
      bytes.append(UInt8(truncatingIfNeeded: count) << 4 | code.rawValue)
    } else {
      bytes.append(0xf0 | code.rawValue)
      bytes.append(varint: UInt64(count))
    }
  }

  private mutating func element(_ value: String) {
    bytes.append(varint: UInt64(value.utf8.count))
    bytes.append(value)
  }

  private mutating func element(_ value: [UInt8]) {
    bytes.append(varint: UInt64(value.count))
    for byte in value { bytes.append(byte) }
  }
}

extension Buffer where Element == UInt8 {
  /// Appends an unsigned LEB128 number.
  mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a zigzag-encoded LEB128 number.
  mutating func append(zigzag value: Int64) {
    append(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }
}
