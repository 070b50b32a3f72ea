/// Reads Thrift's compact protocol, the encoding of Parquet's footer and page headers.
///
///     struct  = field* stop
///     field   = (delta << 4 | type) value      delta 1…15 added to the last field's id
///             | type zigzag(id) value          otherwise
///     list    = (count << 4 | type) element*   count below 15
///             | (0xf0 | type) varint(count) element*
///     binary  = varint(length) byte*
///     i16, i32, i64 = zigzag varint; a boolean field has its value in the type
///
/// Source: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.
/// Fields and union members that the reader does not know are skipped.
struct CompactProtocolReader {
  private(set) var cursor: ByteCursor

  init(_ bytes: ByteView, at offset: Int = 0) { cursor = ByteCursor(bytes, at: offset) }

  /// The offset behind what was read.
  var offset: Int { cursor.offset }

  /// A copy of what was read from an offset on.
  func bytes(from start: Int) -> [UInt8] { cursor.bytes.slice(start, offset - start).array }

  enum FieldType: UInt8 {
    case stop = 0
    case booleanTrue = 1
    case booleanFalse = 2
    case byte = 3
    case int16 = 4
    case int32 = 5
    case int64 = 6
    case double = 7
    case binary = 8
    case list = 9
    case set = 10
    case map = 11
    case structure = 12
    case uuid = 13
  }

  struct Field {
    var id: Int16
    var type: FieldType
  }

  /// The next field of a struct, or `nil` at its end.
  ///
  /// `lastID` starts at 0 for each struct.
  mutating func nextField(_ lastID: inout Int16) throws(DecodingFailure) -> Field? {
    let header = try cursor.byte("a Thrift field header")
    let type = try fieldType(header & 0x0f)
    if type == .stop { return nil }
    let delta = Int16(header >> 4)
    if delta == 0 {
      let id = try cursor.zigzag("a Thrift field id")
      guard let id = Int16(exactly: id) else {
        throw .outOfRange("a Thrift field id", value: id, limit: Int64(Int16.max))
      }
      lastID = id
    } else {
      let (id, overflow) = lastID.addingReportingOverflow(delta)
      if overflow { throw .malformed("a Thrift field id exceeds 16 bits") }
      lastID = id
    }
    return Field(id: lastID, type: type)
  }

  private func fieldType(_ code: UInt8) throws(DecodingFailure) -> FieldType {
    guard let type = FieldType(rawValue: code) else {
      throw .outOfRange("a Thrift type", value: Int64(code), limit: 13)
    }
    return type
  }

  private func expect(_ field: Field, _ type: FieldType) throws(DecodingFailure) {
    if field.type != type { throw .malformed("a Thrift field has another type than the format's") }
  }

  mutating func boolean(_ field: Field) throws(DecodingFailure) -> Bool {
    switch field.type {
    case .booleanTrue: return true
    case .booleanFalse: return false
    default: throw .malformed("a Thrift field has another type than the format's")
    }
  }

  mutating func byte(_ field: Field) throws(DecodingFailure) -> Int8 {
    try expect(field, .byte)
    return Int8(bitPattern: try cursor.byte("a Thrift byte"))
  }

  mutating func int32(_ field: Field) throws(DecodingFailure) -> Int32 {
    let value = try int64(field)
    guard let value = Int32(exactly: value) else {
      throw .outOfRange("a Thrift i32", value: value, limit: Int64(Int32.max))
    }
    return value
  }

  mutating func int32Element() throws(DecodingFailure) -> Int32 {
    let value = try cursor.zigzag("a Thrift i32")
    guard let value = Int32(exactly: value) else {
      throw .outOfRange("a Thrift i32", value: value, limit: Int64(Int32.max))
    }
    return value
  }

  /// An integer of any width.
  ///
  /// fastparquet writes some numbers as booleans, such as the repetition of its columns.
  mutating func int64(_ field: Field) throws(DecodingFailure) -> Int64 {
    switch field.type {
    case .int16, .int32, .int64: return try cursor.zigzag("a Thrift integer")
    case .byte: return Int64(try byte(field))
    case .booleanTrue: return 1
    case .booleanFalse: return 0
    default: throw .malformed("a Thrift field has another type than the format's")
    }
  }

  mutating func binary(_ field: Field) throws(DecodingFailure) -> [UInt8] {
    try expect(field, .binary)
    return try binaryElement().array
  }

  mutating func string(_ field: Field) throws(DecodingFailure) -> String {
    try expect(field, .binary)
    return try binaryElement().string
  }

  mutating func binaryElement() throws(DecodingFailure) -> ByteView {
    let length = try cursor.varint("the length of a Thrift string")
    guard length <= UInt64(cursor.remaining) else {
      throw .truncated(
        "a Thrift string", needed: Int(truncatingIfNeeded: length), available: cursor.remaining)
    }
    return try cursor.view(Int(length), "a Thrift string")
  }

  /// Enters a struct: only a check of the type, since a struct has no opening.
  func structure(_ field: Field) throws(DecodingFailure) { try expect(field, .structure) }

  /// The number of elements of a list whose elements must be of the given type.
  ///
  /// Each element takes at least one byte, so a count beyond the remaining bytes is refused before
  /// anything is reserved for it.
  mutating func listCount(_ field: Field, of type: FieldType) throws(DecodingFailure) -> Int {
    try expect(field, .list)
    let (count, elementType) = try listHeader()
    // An empty list may carry any element type.
    if count > 0, elementType != type {
      throw .malformed("a Thrift list has elements of another type than the format's")
    }
    return count
  }

  private mutating func listHeader() throws(DecodingFailure) -> (count: Int, type: FieldType) {
    let header = try cursor.byte("a Thrift list header")
    let type = try fieldType(header & 0x0f)
    var count = UInt64(header >> 4)
    if count == 15 { count = try cursor.varint("the count of a Thrift list") }
    guard count <= UInt64(cursor.remaining) else {
      throw .truncated(
        "a Thrift list", needed: Int(clamping: count), available: cursor.remaining)
    }
    return (Int(count), type)
  }

  /// Passes over a field of any type.
  mutating func skip(_ field: Field) throws(DecodingFailure) {
    try skip(field.type, depth: 0, inCollection: false)
  }

  private mutating func skip(
    _ type: FieldType, depth: Int, inCollection: Bool
  ) throws(DecodingFailure) {
    guard depth <= Limits.thriftDepth else {
      throw .outOfRange(
        "the nesting of Thrift structures", value: Int64(depth), limit: Int64(Limits.thriftDepth))
    }
    switch type {
    case .stop: throw .malformed("a Thrift element has the type of a struct's end")
    case .booleanTrue, .booleanFalse:
      if inCollection { try cursor.skip(1, "a Thrift boolean") }
    case .byte: try cursor.skip(1, "a Thrift byte")
    case .int16, .int32, .int64: _ = try cursor.varint("a Thrift integer")
    case .double: try cursor.skip(8, "a Thrift double")
    case .uuid: try cursor.skip(16, "a Thrift UUID")
    case .binary: _ = try binaryElement()
    case .list, .set:
      let (count, element) = try listHeader()
      for _ in 0..<count { try skip(element, depth: depth + 1, inCollection: true) }
    case .map:
      let count = try cursor.varint("the count of a Thrift map")
      if count == 0 { return }
      guard count <= UInt64(cursor.remaining) else {
        throw .truncated("a Thrift map", needed: Int(clamping: count), available: cursor.remaining)
      }
      let types = try cursor.byte("the types of a Thrift map")
      let key = try fieldType(types >> 4)
      let value = try fieldType(types & 0x0f)
      for _ in 0..<count {
        try skip(key, depth: depth + 1, inCollection: true)
        try skip(value, depth: depth + 1, inCollection: true)
      }
    case .structure:
      var lastID: Int16 = 0
      while let field = try nextField(&lastID) {
        try skip(field.type, depth: depth + 1, inCollection: false)
      }
    }
  }
}
