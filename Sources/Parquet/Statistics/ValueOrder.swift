/// The order in which a column's statistics are meant.
///
/// Source: `ColumnOrder` in the format's Thrift definition. INT96 and INTERVAL have no order.
enum ValueOrder {
  case signed(bitWidth: Int)
  case unsigned(bitWidth: Int)
  case boolean
  case float
  case double
  case float16
  /// Unsigned, byte by byte.
  case bytes
  /// Big-endian two's complement numbers of any length.
  case signedBytes

  init?(_ column: LeafColumn) {
    switch column.valueKind {
    case .boolean: self = .boolean
    case .signed(let bitWidth): self = .signed(bitWidth: bitWidth)
    case .unsigned(let bitWidth): self = .unsigned(bitWidth: bitWidth)
    case .float: self = .float
    case .double: self = .double
    case .float16: self = .float16
    case .date: self = .signed(bitWidth: 32)
    case .time, .timestamp: self = .signed(bitWidth: 64)
    case .decimal:
      switch column.physicalType {
      case .int32, .int64: self = .signed(bitWidth: 64)
      default: self = .signedBytes
      }
    case .text, .uuid: self = .bytes
    case .binary:
      // Shapes have statistics of their own kind.
      if column.logicalType == .geometry || column.logicalType == .geography { return nil }
      self = .bytes
    case .int96, .interval, .null: return nil
    }
  }

  /// Whether the deprecated fields `min` and `max`, which compare signed, mean the same order.
  var isSigned: Bool {
    switch self {
    case .signed, .float, .double: true
    case .unsigned, .boolean, .float16, .bytes, .signedBytes: false
    }
  }
}

extension ByteView {
  /// Unsigned, byte by byte; a prefix precedes what it begins.
  func precedes(_ other: ByteView) -> Bool {
    for index in 0..<min(count, other.count) where self[index] != other[index] {
      return self[index] < other[index]
    }
    return count < other.count
  }

  /// As big-endian two's complement numbers.
  func precedesSigned(_ other: ByteView) -> Bool {
    let isNegative = count > 0 && self[0] >= 0x80
    let otherIsNegative = other.count > 0 && other[0] >= 0x80
    if isNegative != otherIsNegative { return isNegative }
    let length = max(count, other.count)
    let filler: UInt8 = isNegative ? 0xff : 0
    for position in 0..<length {
      let left = position < length - count ? filler : self[position - (length - count)]
      let right =
        position < length - other.count ? filler : other[position - (length - other.count)]
      if left != right { return left < right }
    }
    return false
  }
}
