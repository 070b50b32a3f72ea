@testable import Parquet

/// The page index of a column chunk, read from a file by the format's definition.
struct PageIndexReader {
  var offsets: [Int64] = []
  var byteCounts: [Int32] = []
  var firstRows: [Int64] = []
  var unencodedByteCounts: [Int64] = []
  var nullPages: [Bool] = []
  var minima: [[UInt8]] = []
  var maxima: [[UInt8]] = []
  var boundaryOrder: Int32?
  var nullCounts: [Int64] = []
  var repetitionHistograms: [Int64] = []
  var definitionHistograms: [Int64] = []

  init(_ chunk: ColumnChunk, in bytes: [UInt8]) throws {
    let buffer = ByteBuffer(count: 0)
    buffer.append(bytes)
    if let index = chunk.offsetIndex {
      try readOffsets(buffer.view.slice(Int(index.offset), Int(index.byteCount)))
    }
    if let index = chunk.columnIndex {
      try readBounds(buffer.view.slice(Int(index.offset), Int(index.byteCount)))
    }
  }

  private mutating func readOffsets(_ view: ByteView) throws {
    var reader = CompactProtocolReader(view)
    var last: Int16 = 0
    while let field = try reader.nextField(&last) {
      if field.id == 1 {
        for _ in 0..<(try reader.listCount(field, of: .structure)) {
          var lastPart: Int16 = 0
          while let part = try reader.nextField(&lastPart) {
            switch part.id {
            case 1: offsets.append(try reader.int64(part))
            case 2: byteCounts.append(try reader.int32(part))
            default: firstRows.append(try reader.int64(part))
            }
          }
        }
      } else {
        unencodedByteCounts = try numbers(&reader, field)
      }
    }
    // Nothing may be left over.
    guard reader.offset == view.count else { throw PageIndexError.length }
  }

  private mutating func readBounds(_ view: ByteView) throws {
    var reader = CompactProtocolReader(view)
    var last: Int16 = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1:
        for _ in 0..<(try reader.listCount(field, of: .booleanTrue)) {
          nullPages.append(try reader.boolean())
        }
      case 2: minima = try binaries(&reader, field)
      case 3: maxima = try binaries(&reader, field)
      case 4: boundaryOrder = try reader.int32(field)
      case 5: nullCounts = try numbers(&reader, field)
      case 6: repetitionHistograms = try numbers(&reader, field)
      case 7: definitionHistograms = try numbers(&reader, field)
      default: try reader.skip(field)
      }
    }
    guard reader.offset == view.count else { throw PageIndexError.length }
  }

  private func numbers(
    _ reader: inout CompactProtocolReader, _ field: CompactProtocolReader.Field
  ) throws -> [Int64] {
    let count = try reader.listCount(field, of: .int64)
    return try (0..<count).map { _ in try reader.int64Element() }
  }

  private func binaries(
    _ reader: inout CompactProtocolReader, _ field: CompactProtocolReader.Field
  ) throws -> [[UInt8]] {
    let count = try reader.listCount(field, of: .binary)
    return try (0..<count).map { _ in try reader.binaryElement().array }
  }
}

enum PageIndexError: Error {
  case length
}

extension CompactProtocolReader {
  /// A boolean as an element of a list.
  fileprivate mutating func boolean() throws -> Bool {
    var copy = cursor
    let byte = try copy.byte("a boolean")
    self = CompactProtocolReader(cursor.bytes, at: copy.offset)
    return byte == 1
  }

  fileprivate mutating func int64Element() throws -> Int64 {
    var copy = cursor
    let value = try copy.zigzag("a number")
    self = CompactProtocolReader(cursor.bytes, at: copy.offset)
    return value
  }
}
