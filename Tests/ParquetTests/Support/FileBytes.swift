@testable import Parquet

/// Makes Parquet files byte by byte, for what no writer would write.
struct FileBytes: Sendable {
  /// An element of the schema.
  struct Element: Sendable {
    var name: String
    var type: PhysicalType?
    var repetition: SchemaElement.Repetition? = .required
    var typeLength: Int32?
    var childCount: Int32?
    /// Further fields, such as annotations.
    var more: @Sendable (inout ThriftBytes) -> Void = { _ in }

    var bytes: [UInt8] {
      ThriftBytes.structure { thrift in
        if let type { thrift.int32(1, type.rawValue) }
        if let typeLength { thrift.int32(2, typeLength) }
        if let repetition { thrift.int32(3, repetition.rawValue) }
        thrift.string(4, name)
        if let childCount { thrift.int32(5, childCount) }
        more(&thrift)
      }
    }
  }

  /// A column chunk: its pages, headers included, and what its metadata says.
  struct Chunk: Sendable {
    var type: PhysicalType
    var pages: [[UInt8]]
    var valueCount: Int64
    var codec = Codec.uncompressed
    var byteCount: Int64?
    var more: @Sendable (inout ThriftBytes) -> Void = { _ in }
  }

  var elements: [Element]
  var chunks: [Chunk] = []
  var rowCount: Int64 = 0
  /// Whether there is a row group at all.
  var hasRowGroup = true

  /// A file of one column.
  static func column(
    _ element: Element, rows: Int64, values: Int64? = nil, codec: Codec = .uncompressed,
    pages: [[UInt8]]
  ) -> FileBytes {
    FileBytes(
      elements: [Element(name: "schema", repetition: nil, childCount: 1), element],
      chunks: [
        Chunk(
          type: element.type ?? .int32, pages: pages, valueCount: values ?? rows, codec: codec)
      ],
      rowCount: rows)
  }

  /// The whole file.
  var bytes: [UInt8] {
    var file = Array("PAR1".utf8)
    var columns: [[UInt8]] = []
    for chunk in chunks {
      let start = Int64(file.count)
      for page in chunk.pages { file += page }
      let byteCount = chunk.byteCount ?? Int64(file.count) - start
      columns.append(
        ThriftBytes.structure { column in
          column.int64(2, start)
          column.structure(3) { metadata in
            metadata.int32(1, chunk.type.rawValue)
            metadata.list(2, type: 5, [zigzag(0)])
            metadata.list(3, type: 8, [varint(1) + Array("c".utf8)])
            metadata.int32(4, chunk.codec.rawValue)
            metadata.int64(5, chunk.valueCount)
            metadata.int64(6, byteCount)
            metadata.int64(7, byteCount)
            metadata.int64(9, start)
            chunk.more(&metadata)
          }
        })
    }
    let group = ThriftBytes.structure { group in
      group.list(1, type: 12, columns)
      group.int64(2, 0)
      group.int64(3, rowCount)
    }
    let footer = ThriftBytes.structure { footer in
      footer.int32(1, 1)
      footer.list(2, type: 12, elements.map(\.bytes))
      footer.int64(3, rowCount)
      footer.list(4, type: 12, hasRowGroup ? [group] : [])
    }
    return FileBytes.file(body: file, footer: footer)
  }

  /// A file of any body, which begins with the magic, and any footer.
  static func file(body: [UInt8] = Array("PAR1".utf8), footer: [UInt8]) -> [UInt8] {
    body + footer + littleEndian(UInt32(footer.count)) + Array("PAR1".utf8)
  }
}

/// A version 1 data page; `body` begins with the levels.
func dataPage(
  _ valueCount: Int32, _ body: [UInt8], encoding: Encoding = .plain, uncompressed: Int32? = nil,
  levelEncoding: Encoding = .rle, crc: UInt32? = nil
) -> [UInt8] {
  ThriftBytes.structure { header in
    header.int32(1, 0)
    header.int32(2, uncompressed ?? Int32(body.count))
    header.int32(3, Int32(body.count))
    if let crc { header.int32(4, Int32(bitPattern: crc)) }
    header.structure(5) { page in
      page.int32(1, valueCount)
      page.int32(2, encoding.rawValue)
      page.int32(3, levelEncoding.rawValue)
      page.int32(4, levelEncoding.rawValue)
    }
  } + body
}

/// A version 2 data page.
func dataPageV2(
  _ valueCount: Int32, _ body: [UInt8], encoding: Encoding = .plain, nulls: Int32 = 0, rows: Int32,
  repetition: [UInt8] = [], definition: [UInt8] = [], isCompressed: Bool = false
) -> [UInt8] {
  let count = Int32(repetition.count + definition.count + body.count)
  return ThriftBytes.structure { header in
    header.int32(1, 3)
    header.int32(2, count)
    header.int32(3, count)
    header.structure(8) { page in
      page.int32(1, valueCount)
      page.int32(2, nulls)
      page.int32(3, rows)
      page.int32(4, encoding.rawValue)
      page.int32(5, Int32(definition.count))
      page.int32(6, Int32(repetition.count))
      page.boolean(7, isCompressed)
    }
  } + repetition + definition + body
}

/// A dictionary page.
func dictionaryPage(_ valueCount: Int32, _ body: [UInt8]) -> [UInt8] {
  ThriftBytes.structure { header in
    header.int32(1, 2)
    header.int32(2, Int32(body.count))
    header.int32(3, Int32(body.count))
    header.structure(7) { page in
      page.int32(1, valueCount)
      page.int32(2, Encoding.plain.rawValue)
    }
  } + body
}

/// Levels of a version 1 page in the run-length hybrid: their length, then the runs.
func levels(_ runs: [UInt8]) -> [UInt8] { littleEndian(UInt32(runs.count)) + runs }

/// A run of one number below 256.
func run(_ count: UInt64, of value: UInt8) -> [UInt8] { varint(count << 1) + [value] }
