/// What the footer and the page index say of a column chunk that has been written.
struct ChunkRecord: Sendable {
  let column: LeafColumn
  var codec: Codec
  var valueCount = 0
  var uncompressedByteCount = 0
  var compressedByteCount = 0
  var dataPageOffset: Int64 = 0
  var dictionaryPageOffset: Int64?
  /// How many pages there are of each kind: type, encoding, count.
  var pageCounts: [PageCount] = []
  var statistics = ChunkStatistics()
  var pages: [PageRecord] = []
  var bloomFilter: (offset: Int64, byteCount: Int32)?
  var offsetIndex: (offset: Int64, byteCount: Int32)?
  var columnIndex: (offset: Int64, byteCount: Int32)?

  struct PageCount: Sendable {
    var type: PageType
    var encoding: Encoding
    var count: Int32
  }

  init(_ settings: ColumnSettings) {
    column = settings.column
    codec = settings.codec
  }

  mutating func countPage(_ type: PageType, _ encoding: Encoding) {
    if let index = pageCounts.firstIndex(where: { $0.type == type && $0.encoding == encoding }) {
      pageCounts[index].count += 1
    } else {
      pageCounts.append(PageCount(type: type, encoding: encoding, count: 1))
    }
  }

  /// All encodings that occur, those of levels included, by their number.
  var encodings: [Encoding] {
    var numbers = Set(pageCounts.map(\.encoding.rawValue))
    if column.maximumDefinitionLevel > 0 || column.maximumRepetitionLevel > 0 {
      numbers.insert(Encoding.rle.rawValue)
    }
    return numbers.sorted().map(Encoding.init(rawValue:))
  }
}

/// `PageType` in the format's Thrift definition.
enum PageType: Int32, Sendable {
  case data = 0
  case dictionary = 2
  case dataV2 = 3
}

/// The statistics of a column chunk as they are written.
struct ChunkStatistics: Sendable {
  var nullCount = 0
  var distinctCount: Int?
  var minimum: TruncatedBound?
  var maximum: TruncatedBound?
  /// For floating-point columns.
  var nanCount: Int?
  /// Bytes of all values without their lengths, for byte arrays.
  var unencodedByteCount: Int?
  /// How often each level occurs; empty where the format lets them out.
  var repetitionHistogram: [Int64] = []
  var definitionHistogram: [Int64] = []
}

/// What the page index says of a data page.
struct PageRecord: Sendable {
  var offset: Int64
  var byteCount: Int32
  var firstRow: Int64
  var nullCount: Int64
  var nanCount: Int64
  var isNullPage: Bool
  var minimum: TruncatedBound?
  var maximum: TruncatedBound?
  var unencodedByteCount: Int64?
  var repetitionHistogram: [Int64] = []
  var definitionHistogram: [Int64] = []
}

/// A row group that has been written.
struct RowGroupRecord: Sendable {
  var rowCount: Int
  var offset: Int64
  var chunks: [ChunkRecord]
}
