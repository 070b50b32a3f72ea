@testable import Parquet

/// A table of random columns, nested to any depth, with random rows: as JSON in exactly the form in
/// which the reader gives it.
struct RandomTable {
  private var random: SeededRandom
  let fields: [FieldDefinition]
  let schema: Schema
  /// One object a row.
  private(set) var rows: [String] = []

  /// - Parameters:
  ///   - seed: repeats the table.
  ///   - rowCount: the rows.
  ///   - isFlat: whether there are no structs, lists and maps.
  /// - Throws: `ParquetError`, if the schema were wrong.
  init(seed: UInt64, rowCount: Int, isFlat: Bool = false) throws {
    var random = SeededRandom(seed: seed)
    let count = Int.random(in: 1...6, using: &random)
    let fields = (0..<count).map { index in
      RandomTable.field("c\(index)", depth: isFlat ? 9 : 0, &random)
    }
    self.fields = fields
    schema = try Schema(fields: fields)
    self.random = random
    for _ in 0..<rowCount { rows.append(row()) }
  }

  // MARK: Schema

  private static func field(
    _ name: String, depth: Int, _ random: inout SeededRandom
  ) -> FieldDefinition {
    let isOptional = Bool.random(using: &random)
    guard depth < 4, Int.random(in: 0..<3, using: &random) == 0 else {
      return FieldDefinition(name, isOptional: isOptional, leaf(&random))
    }
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      let count = Int.random(in: 1...3, using: &random)
      let children = (0..<count).map { field("f\($0)", depth: depth + 1, &random) }
      return .structure(name, isOptional: isOptional, children)
    case 1:
      return .list(name, isOptional: isOptional, of: field("element", depth: depth + 1, &random))
    case 2:
      var element = field(name, depth: depth + 1, &random)
      switch element.shape {
      case .value, .structure: break
      case .list, .map: element = .structure(name, [element])
      }
      return .repeated(element)
    default:
      return .map(
        name, isOptional: isOptional, key: .string("key"),
        value: field("value", depth: depth + 1, &random))
    }
  }

  private static func leaf(_ random: inout SeededRandom) -> FieldDefinition.Shape {
    let units: [LogicalType.TimeUnit] = [.milliseconds, .microseconds, .nanoseconds]
    let unit = units.randomElement(using: &random) ?? .milliseconds
    let isUTC = Bool.random(using: &random)
    let width = [8, 16, 32, 64].randomElement(using: &random) ?? 8
    switch Int.random(in: 0..<18, using: &random) {
    case 0: return .value(.boolean)
    case 1: return .value(.int32)
    case 2: return .value(.int64)
    case 3: return .value(.float)
    case 4: return .value(.double)
    case 5, 6, 7: return .value(.byteArray, .string)
    case 8: return .value(.byteArray)
    case 9: return .value(.fixedLengthByteArray, length: Int.random(in: 1...20, using: &random))
    case 10:
      return .value(width == 64 ? .int64 : .int32, .integer(bitWidth: width, isSigned: isUTC))
    case 11: return .value(.int32, .date)
    case 12:
      return .value(
        unit == .milliseconds ? .int32 : .int64, .time(unit: unit, isAdjustedToUTC: isUTC))
    case 13, 14: return .value(.int64, .timestamp(unit: unit, isAdjustedToUTC: isUTC))
    case 15:
      let precision = Int.random(in: 1...38, using: &random)
      let type = LogicalType.decimal(
        precision: precision, scale: Int.random(in: 0...precision, using: &random))
      if precision <= 9 { return .value(.int32, type) }
      if precision <= 18 { return .value(.int64, type) }
      return isUTC
        ? .value(.byteArray, type)
        : .value(
          .fixedLengthByteArray, length: decimalByteCount(precision: precision), type)
    case 16: return .value(.fixedLengthByteArray, length: 16, .uuid)
    default: return .value(.fixedLengthByteArray, length: 2, .float16)
    }
  }

  // MARK: Rows

  private mutating func row() -> String {
    "{" + schema.fields.map { "\"\($0.name)\":" + value(of: $0) }.joined(separator: ",") + "}"
  }

  private mutating func value(of field: Field) -> String {
    if field.isOptional, Int.random(in: 0..<4, using: &random) == 0 { return "null" }
    switch field.shape {
    case .leaf(let leaf): return text(of: leaf)
    case .structure(let children):
      return "{" + children.map { "\"\($0.name)\":" + value(of: $0) }.joined(separator: ",") + "}"
    case .list(let element, _):
      let count = Int.random(in: 0...3, using: &random)
      return "[" + (0..<count).map { _ in value(of: element) }.joined(separator: ",") + "]"
    case .map(_, let value, _):
      guard let value else { return "{}" }
      let count = Int.random(in: 0...3, using: &random)
      return "{"
        + (0..<count).map { "\"k\($0)\":" + self.value(of: value) }.joined(separator: ",") + "}"
    }
  }

  private mutating func text(of leaf: LeafColumn) -> String {
    var text = TextBuffer()
    switch leaf.valueKind {
    case .boolean: return Bool.random(using: &random) ? "true" : "false"
    case .signed(let bitWidth): text.append(decimal: integer(bitWidth))
    case .unsigned(let bitWidth):
      text.append(decimal: UInt64(bitPattern: integer(64)) & (.max >> UInt64(64 - bitWidth)))
    case .float:
      let value = Float(bitPattern: UInt32.random(in: 0 ... .max, using: &random))
      text.append(json: Bool.random(using: &random) ? value : [0, -0.0, 1].any(&random))
    case .double:
      let value = Double(bitPattern: UInt64.random(in: 0 ... .max, using: &random))
      let others = [0, -0.0, 1.5, -2, .nan]
      text.append(json: Bool.random(using: &random) ? value : others.any(&random))
    case .float16: text.append(json: Double(Int.random(in: -2_000...2_000, using: &random)) / 8)
    case .text:
      let buffer = ByteBuffer(count: 0)
      buffer.append(Array(string().utf8))
      _ = text.append(jsonString: buffer.view)
    case .binary:
      let count =
        leaf.physicalType == .byteArray
        ? Int.random(in: 0...100, using: &random) : leaf.typeLength
      let buffer = ByteBuffer(count: 0)
      let bytes: [UInt8] = (0..<count).map { _ in
        [0, 255, .random(in: 0...255, using: &random)].any(&random)
      }
      buffer.append(bytes)
      text.append("\"")
      text.append(base64: buffer.view)
      text.append("\"")
    case .decimal(let scale):
      guard case .decimal(let precision, _) = leaf.logicalType else { return "0" }
      let count = Int.random(in: 1...precision, using: &random)
      var digits = (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
      digits = String(repeating: "0", count: max(0, scale + 1 - count)) + digits
      while digits.count > scale + 1, digits.first == "0" { digits.removeFirst() }
      let isZero = digits.allSatisfy { $0 == "0" }
      if scale > 0 { digits = digits.dropLast(scale) + "." + digits.suffix(scale) }
      return "\"" + (!isZero && Bool.random(using: &random) ? "-" : "") + digits + "\""
    case .date:
      text.append("\"")
      text.append(date: Int64(Int32.random(in: -800_000...3_000_000, using: &random)))
      text.append("\"")
    case .time(let unit):
      text.append("\"")
      text.append(
        timeOfDay: Int64.random(in: 0..<86_400 * unit.perSecond, using: &random), unit: unit)
      text.append("\"")
    case .timestamp(let unit, let isAdjustedToUTC):
      let time =
        Bool.random(using: &random)
        ? Int64.random(in: .min ... .max, using: &random)
        : 1_600_000_000 * unit.perSecond + Int64.random(in: 0...1_000_000_000, using: &random)
      // The very first microseconds would be one day before the first that 64 bits hold.
      text.append("\"")
      text.append(
        timestamp: max(time, .min + 86_400 * unit.perSecond), unit: unit,
        isAdjustedToUTC: isAdjustedToUTC)
      text.append("\"")
    case .uuid:
      let buffer = ByteBuffer(count: 0)
      buffer.append((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
      text.append("\"")
      text.append(uuid: buffer.view)
      text.append("\"")
    case .interval, .int96, .null: return "null"
    }
    return text.view.string
  }

  private mutating func integer(_ bitWidth: Int) -> Int64 {
    let wide = Int64.random(in: .min ... .max, using: &random) >> Int64(64 - bitWidth)
    let limit: Int64 = .max >> Int64(64 - bitWidth)
    return [wide, 0, -1, limit, -limit - 1, wide >> Int64(bitWidth / 2)].any(&random)
  }

  private mutating func string() -> String {
    let words = ["", "a", "events", "Größe", "日本", "\u{10ffff}", "\u{7f}", "\"\\\n\u{1}"]
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return words.any(&random)
    case 1: return "id-\(Int.random(in: 0...9, using: &random))"
    case 2: return String(UInt64.random(in: 0 ... .max, using: &random), radix: 36)
    default:
      let count = Int.random(in: 0...90, using: &random)
      return String(repeating: words.any(&random), count: count)
    }
  }
}

extension Array {
  fileprivate func any(_ random: inout SeededRandom) -> Element {
    self[Int.random(in: 0..<count, using: &random)]
  }
}

extension WriterOptions {
  /// Options with small limits, so that few rows make many pages.
  ///
  /// - Parameters:
  ///   - random: where they come from.
  ///   - schema: if it is given, columns may have other encodings than the file.
  /// - Returns: the options.
  static func random(
    _ random: inout SeededRandom, for schema: Schema? = nil
  ) -> WriterOptions {
    var options = WriterOptions()
    let codecs: [Codec] = [.uncompressed, .snappy, .gzip, .brotli, .zstd, .lz4Raw]
    let encodings: [Encoding?] = [
      nil, .plain, .rle, .deltaBinaryPacked, .deltaLengthByteArray, .deltaByteArray,
      .byteStreamSplit,
    ]
    options.codec = codecs[Int.random(in: 0..<codecs.count, using: &random)]
    options.encoding = encodings[Int.random(in: 0..<encodings.count, using: &random)]
    options.dataPageVersion = Bool.random(using: &random) ? .v1 : .v2
    options.usesDictionary = Int.random(in: 0..<3, using: &random) > 0
    options.dictionaryByteLimit = [0, 40, 1 << 20][Int.random(in: 0..<3, using: &random)]
    options.pageByteLimit = [1, 100, 1 << 20][Int.random(in: 0..<3, using: &random)]
    options.pageRowLimit = [1, 7, 20_000][Int.random(in: 0..<3, using: &random)]
    options.rowGroupRowLimit = [1, 50, 1 << 20][Int.random(in: 0..<3, using: &random)]
    options.boundByteLimit = [1, 5, 64][Int.random(in: 0..<3, using: &random)]
    options.pageIndex =
      [.never, .forSeveralPages, .always][Int.random(in: 0..<3, using: &random)]
    if Bool.random(using: &random) { options.bloomFilter = WriterOptions.BloomFilter() }
    for leaf in schema?.leaves ?? [] where Bool.random(using: &random) {
      let own = encodings.compactMap { $0 }.filter { $0.exists(for: leaf.physicalType) }
      options.columns[leaf.dottedPath, default: Column()].encoding =
        own[Int.random(in: 0..<own.count, using: &random)]
    }
    return options
  }
}
