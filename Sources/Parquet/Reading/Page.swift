/// A data page in the middle of being decoded.
struct Page {
  /// Entries of the page that have not been taken yet.
  var entriesLeft: Int
  var repetitionLevels: LevelDecoder
  var definitionLevels: LevelDecoder
  var values: PageValues
  /// The buffers that the decoders still read from.
  var owners: [ByteBuffer]
}

/// The values of a data page.
enum PageValues {
  case dictionary(RunLengthDecoder)
  case direct(any ValueDecoder)
}

extension Page {
  /// Splits the body of a version 1 page: levels behind their lengths, then values.
  init(
    _ header: PageHeader.DataPage, column: LeafColumn, bytes: ByteView, owner: ByteBuffer
  ) throws(DecodingFailure) {
    var rest = bytes
    let repetition = try Page.levels(
      header.repetitionLevelEncoding, maximum: column.maximumRepetitionLevel,
      count: header.valueCount, &rest)
    let definition = try Page.levels(
      header.definitionLevelEncoding, maximum: column.maximumDefinitionLevel,
      count: header.valueCount, &rest)
    self.init(
      entriesLeft: header.valueCount, repetitionLevels: repetition, definitionLevels: definition,
      values: try Page.values(
        header.encoding, column, header.valueCount, rest, owner),
      owners: [owner])
  }

  /// Joins the parts of a version 2 page: levels of known length, and values.
  init(
    _ header: PageHeader.DataPageV2, column: LeafColumn, levels: ByteView,
    levelOwner: ByteBuffer, bytes: ByteView, owner: ByteBuffer
  ) throws(DecodingFailure) {
    let repetition = levels.slice(0, header.repetitionLevelByteCount)
    let definition = levels.slice(
      header.repetitionLevelByteCount, header.definitionLevelByteCount)
    guard header.nullCount <= header.valueCount else {
      throw .outOfRange(
        "the null count of a page", value: Int64(header.nullCount),
        limit: Int64(header.valueCount))
    }
    self.init(
      entriesLeft: header.valueCount,
      repetitionLevels: Page.runs(repetition, maximum: column.maximumRepetitionLevel),
      definitionLevels: Page.runs(definition, maximum: column.maximumDefinitionLevel),
      values: try Page.values(
        header.encoding, column, header.valueCount - header.nullCount, bytes, owner),
      owners: [owner, levelOwner])
  }

  private static func runs(_ bytes: ByteView, maximum: Int) -> LevelDecoder {
    maximum == 0
      ? .none : .runs(RunLengthDecoder(bytes, width: bitWidth(of: maximum)), maximum: maximum)
  }

  private static func levels(
    _ encoding: Encoding, maximum: Int, count: Int, _ rest: inout ByteView
  ) throws(DecodingFailure) -> LevelDecoder {
    if maximum == 0 { return .none }
    switch encoding {
    case .rle:
      let (data, end) = try RunLengthDecoder.lengthPrefixed(rest, "the levels of a page")
      rest = rest.suffix(from: end)
      return runs(data, maximum: maximum)
    case .bitPacked:
      let width = bitWidth(of: maximum)
      let length = BitPackedLevelDecoder.byteCount(of: count, width: width)
      guard length <= rest.count else {
        throw .truncated("the levels of a page", needed: length, available: rest.count)
      }
      let data = rest.slice(0, length)
      rest = rest.suffix(from: length)
      return .bitPacked(BitPackedLevelDecoder(data, width: width), maximum: maximum)
    default:
      throw .unsupported("\(encoding) for levels")
    }
  }

  private static func values(
    _ encoding: Encoding, _ column: LeafColumn, _ count: Int, _ bytes: ByteView,
    _ owner: ByteBuffer
  ) throws(DecodingFailure) -> PageValues {
    guard encoding.isDictionary else {
      return .direct(
        try makeValueDecoder(
          encoding, for: column, valueCount: count, bytes: bytes, owner: owner))
    }
    // A page of nulls only may lack even the byte with the bit width.
    if bytes.count == 0 { return .dictionary(RunLengthDecoder(bytes, width: 1)) }
    let width = Int(bytes[0])
    guard width <= 32 else {
      throw .outOfRange("the bit width of dictionary indices", value: Int64(width), limit: 32)
    }
    return .dictionary(RunLengthDecoder(bytes.suffix(from: 1), width: width))
  }
}
