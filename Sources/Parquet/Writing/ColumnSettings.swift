/// The options as they hold for one column, checked.
struct ColumnSettings: Sendable, Hashable {
  let column: LeafColumn
  var codec: Codec
  var compressionLevel: Int?
  var usesDictionary: Bool
  var dictionaryByteLimit: Int
  /// The encoding of values outside of a dictionary.
  var encoding: Encoding
  var writesBounds: Bool
  var bloomFilter: WriterOptions.BloomFilter?

  /// Applies the options to all columns of a schema.
  ///
  /// - Throws: ``ParquetError`` for options out of range, columns that the options name but the
  ///   schema lacks, and columns that cannot be written.
  static func all(
    of schema: Schema, _ options: WriterOptions
  ) throws(ParquetError) -> [ColumnSettings] {
    try options.check()
    let paths = Set(schema.leaves.map(\.dottedPath))
    for path in options.columns.keys.sorted() where !paths.contains(path) {
      throw ParquetError(
        .options, "the options name a column \"\(path)\" that the schema does not have",
        hint: "name leaf columns by their dotted path, such as session.channel")
    }
    var settings: [ColumnSettings] = []
    for leaf in schema.leaves { settings.append(try ColumnSettings(leaf, options)) }
    return settings
  }

  private init(_ leaf: LeafColumn, _ options: WriterOptions) throws(ParquetError) {
    let place = ParquetError.Place(column: leaf.dottedPath)
    guard leaf.physicalType != .int96 else {
      throw ParquetError(
        .schema, at: place, "INT96 is deprecated and is read only",
        hint: "write timestamps as INT64 with the logical type TIMESTAMP")
    }
    let own = options.columns[leaf.dottedPath]
    column = leaf
    codec = own?.codec ?? options.codec
    compressionLevel = own?.codec == nil ? options.compressionLevel : own?.compressionLevel
    usesDictionary =
      (own?.usesDictionary ?? options.usesDictionary) && leaf.physicalType != .boolean
    dictionaryByteLimit = options.dictionaryByteLimit
    writesBounds = own?.writesBounds ?? options.writesBounds
    bloomFilter = own?.bloomFilter ?? options.bloomFilter
    if leaf.physicalType == .boolean { bloomFilter = nil }
    encoding = .plain
    if let wanted = own?.encoding {
      guard wanted.exists(for: leaf.physicalType) else {
        throw ParquetError(
          .options, at: place, "\(wanted) does not exist for \(leaf.physicalType) values")
      }
      encoding = wanted
    } else if let wanted = options.encoding, wanted.exists(for: leaf.physicalType),
      leaf.physicalType != .fixedLengthByteArray
    {
      encoding = wanted
    } else if leaf.physicalType == .boolean, options.dataPageVersion == .v2 {
      encoding = .rle
    }
    try WriterOptions.check(codec, compressionLevel, at: place)
    try WriterOptions.check(bloomFilter, at: place)
  }
}

extension Encoding {
  /// Whether values of a type can be written so, outside of a dictionary.
  func exists(for type: PhysicalType) -> Bool {
    switch self {
    case .plain: true
    case .rle: type == .boolean
    case .deltaBinaryPacked: type == .int32 || type == .int64
    case .deltaLengthByteArray: type == .byteArray
    case .deltaByteArray: type == .byteArray || type == .fixedLengthByteArray
    case .byteStreamSplit: type != .boolean && type != .byteArray && type != .int96
    default: false
    }
  }
}

extension WriterOptions {
  /// Refuses what is out of range.
  fileprivate func check() throws(ParquetError) {
    try WriterOptions.check("dictionaryByteLimit", dictionaryByteLimit, 0...(256 << 20))
    try WriterOptions.check("pageByteLimit", pageByteLimit, 1...(512 << 20))
    try WriterOptions.check("pageRowLimit", pageRowLimit, 1...Int(Int32.max))
    try WriterOptions.check("rowGroupRowLimit", rowGroupRowLimit, 1...Int(Int32.max))
    try WriterOptions.check("rowGroupByteLimit", rowGroupByteLimit, 1...(1 << 40))
    try WriterOptions.check("boundByteLimit", boundByteLimit, 1...(1 << 20))
    if let encoding {
      let isKnown = [PhysicalType.boolean, .int32, .byteArray, .fixedLengthByteArray]
        .contains { encoding.exists(for: $0) }
      guard isKnown else {
        throw ParquetError(
          .options, "values cannot be written in the encoding \(encoding)",
          hint: "dictionaries are chosen by usesDictionary")
      }
    }
    try WriterOptions.check(codec, compressionLevel, at: ParquetError.Place())
  }

  private static func check(
    _ name: String, _ value: Int, _ range: ClosedRange<Int>
  ) throws(ParquetError) {
    guard range.contains(value) else {
      throw ParquetError(
        .options,
        "\(name) is \(grouped(value)) but must be \(grouped(range.lowerBound)) to "
          + grouped(range.upperBound))
    }
  }

  fileprivate static func check(
    _ codec: Codec, _ level: Int?, at place: ParquetError.Place
  ) throws(ParquetError) {
    guard Compressor.isSupported(codec) else {
      throw ParquetError(
        .options, at: place, "the codec \(codec) cannot be written",
        hint: "choose UNCOMPRESSED, SNAPPY, GZIP, BROTLI, ZSTD or LZ4_RAW")
    }
    guard let level else { return }
    guard let levels = Compressor.levels(of: codec) else {
      throw ParquetError(
        .options, at: place, "the codec \(codec) has no levels but \(level) is asked for")
    }
    guard levels.contains(level) else {
      throw ParquetError(
        .options, at: place,
        "level \(level) of \(codec) must be \(levels.lowerBound) to \(levels.upperBound)")
    }
  }

  fileprivate static func check(
    _ filter: BloomFilter?, at place: ParquetError.Place
  ) throws(ParquetError) {
    guard let filter else { return }
    guard filter.bitsPerValue >= 1, filter.bitsPerValue <= 64 else {
      throw ParquetError(
        .options, at: place,
        "a bloom filter has \(filter.bitsPerValue) bits for each value but must have 1 to 64")
    }
    guard (32...(128 << 20)).contains(filter.byteLimit) else {
      throw ParquetError(
        .options, at: place,
        "a bloom filter may have \(grouped(filter.byteLimit)) bytes but must have 32 to "
          + grouped(128 << 20))
    }
  }
}
