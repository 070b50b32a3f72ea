internal import Parquet

/// A key as ``KeyBuffer`` writes it, column by column.
@safe
struct KeyReader: BitwiseCopyable {
  /// The key without the count before it.
  let view: ByteView
  private let columnCount: Int
  private var offset = 0
  private var column = 0

  init(_ view: ByteView, columnCount: Int) {
    self.view = view
    self.columnCount = columnCount
  }

  /// A column of a key.
  enum Value: BitwiseCopyable {
    case null
    case integer(Int64)
    case real(Double)
    /// The bytes as they are in the key; if `isEscaped`, `count` of them when they are not.
    case bytes(ByteView, count: Int, isText: Bool, isEscaped: Bool)
  }

  /// Bytes of the columns read so far.
  var byteCount: Int { offset }

  /// The next column.
  @inline(__always)
  mutating func next() -> Value {
    let kind = view.byte(at: offset)
    offset += 1
    defer { column += 1 }
    switch kind {
    case KeyKind.null: return .null
    case KeyKind.integer: return .integer(Int64(bitPattern: word() ^ 1 << 63))
    case KeyKind.real:
      let bits = word()
      return .real(Double(bitPattern: bits >> 63 == 1 ? bits ^ 1 << 63 : ~bits))
    default:
      let length = view.length(at: view.count - 4 * (columnCount - column))
      let isEscaped = length & KeyBuffer.escapedFlag != 0
      let count = Int(length & ~KeyBuffer.escapedFlag)
      var stored = count
      if isEscaped {
        stored = 0
        while view.byte(at: offset + stored) != 0 { stored += 1 }
      }
      let bytes = view.part(offset, stored)
      offset += stored + 1
      return .bytes(bytes, count: count, isText: kind == KeyKind.text, isEscaped: isEscaped)
    }
  }

  /// The row, which is behind the columns.
  var row: Int64 {
    let place = view.count - 4 * columnCount - 8
    return Int64(bitPattern: view.word(at: place) ^ 1 << 63)
  }

  private mutating func word() -> UInt64 {
    defer { offset += 8 }
    return view.word(at: offset)
  }

  /// The bytes of a value without escapes.
  static func unescaped(_ view: ByteView) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(view.count)
    var offset = 0
    while offset < view.count {
      if view.byte(at: offset) == 1 {
        bytes.append(view.byte(at: offset + 1) - 1)
        offset += 2
      } else {
        bytes.append(view.byte(at: offset))
        offset += 1
      }
    }
    return bytes
  }
}
