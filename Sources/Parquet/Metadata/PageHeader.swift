/// The header before each page.
///
/// Source: `PageHeader` in the format's Thrift definition.
struct PageHeader {
  enum Kind {
    case data(DataPage)
    case dataV2(DataPageV2)
    case dictionary(DictionaryPage)
    /// An index page, which readers pass over.
    case index
  }

  struct DataPage {
    var valueCount = 0
    var encoding = Encoding.plain
    var definitionLevelEncoding = Encoding.rle
    var repetitionLevelEncoding = Encoding.rle
  }

  struct DataPageV2 {
    var valueCount = 0
    var nullCount = 0
    var rowCount = 0
    var encoding = Encoding.plain
    var definitionLevelByteCount = 0
    var repetitionLevelByteCount = 0
    var isCompressed = true
  }

  struct DictionaryPage {
    var valueCount = 0
    var encoding = Encoding.plain
  }

  var kind: Kind
  var uncompressedByteCount: Int
  var compressedByteCount: Int
  var crc: UInt32?

  init(from reader: inout CompactProtocolReader) throws(DecodingFailure) {
    var lastID: Int16 = 0
    var type: Int32?
    var uncompressed: Int?
    var compressed: Int?
    var data: DataPage?
    var dataV2: DataPageV2?
    var dictionary: DictionaryPage?
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: type = try reader.int32(field)
      case 2: uncompressed = try PageHeader.size(field, &reader)
      case 3: compressed = try PageHeader.size(field, &reader)
      case 4: crc = UInt32(bitPattern: try reader.int32(field))
      case 5:
        try reader.structure(field)
        data = try DataPage(from: &reader)
      case 7:
        try reader.structure(field)
        dictionary = try DictionaryPage(from: &reader)
      case 8:
        try reader.structure(field)
        dataV2 = try DataPageV2(from: &reader)
      default: try reader.skip(field)
      }
    }
    guard let type, let uncompressed, let compressed else {
      throw .malformed("a page header lacks its type or a size")
    }
    for size in [uncompressed, compressed] where size > Limits.pageByteCount {
      throw .outOfRange(
        "the size of a page", value: Int64(size), limit: Int64(Limits.pageByteCount))
    }
    uncompressedByteCount = uncompressed
    compressedByteCount = compressed
    switch (type, data, dataV2, dictionary) {
    case (0, let data?, _, _): kind = .data(data)
    case (1, _, _, _): kind = .index
    case (2, _, _, let dictionary?): kind = .dictionary(dictionary)
    case (3, _, let dataV2?, _): kind = .dataV2(dataV2)
    case (0...3, _, _, _): throw .malformed("a page header lacks the part that its type needs")
    default: throw .outOfRange("a page type", value: Int64(type), limit: 3)
    }
  }

  /// A count or size of a page: not negative.
  fileprivate static func size(
    _ field: CompactProtocolReader.Field, _ reader: inout CompactProtocolReader
  ) throws(DecodingFailure) -> Int {
    let value = try reader.int32(field)
    guard value >= 0 else { throw .malformed("a page header has a negative size or count") }
    return Int(value)
  }
}

extension PageHeader.DataPage {
  init(from reader: inout CompactProtocolReader) throws(DecodingFailure) {
    var lastID: Int16 = 0
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: valueCount = try PageHeader.size(field, &reader)
      case 2: encoding = Encoding(rawValue: try reader.int32(field))
      case 3: definitionLevelEncoding = Encoding(rawValue: try reader.int32(field))
      case 4: repetitionLevelEncoding = Encoding(rawValue: try reader.int32(field))
      default: try reader.skip(field)
      }
    }
  }
}

extension PageHeader.DataPageV2 {
  init(from reader: inout CompactProtocolReader) throws(DecodingFailure) {
    var lastID: Int16 = 0
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: valueCount = try PageHeader.size(field, &reader)
      case 2: nullCount = try PageHeader.size(field, &reader)
      case 3: rowCount = try PageHeader.size(field, &reader)
      case 4: encoding = Encoding(rawValue: try reader.int32(field))
      case 5: definitionLevelByteCount = try PageHeader.size(field, &reader)
      case 6: repetitionLevelByteCount = try PageHeader.size(field, &reader)
      case 7: isCompressed = try reader.boolean(field)
      default: try reader.skip(field)
      }
    }
  }
}

extension PageHeader.DictionaryPage {
  init(from reader: inout CompactProtocolReader) throws(DecodingFailure) {
    var lastID: Int16 = 0
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: valueCount = try PageHeader.size(field, &reader)
      case 2: encoding = Encoding(rawValue: try reader.int32(field))
      default: try reader.skip(field)
      }
    }
  }
}
