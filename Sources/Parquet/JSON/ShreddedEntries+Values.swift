/// Values of all kinds from JSON.
extension ShreddedEntries {
  /// Takes the next value, which is not null, and appends it with its levels.
  mutating func take(
    _ kind: JSONScanner.Kind, _ scanner: inout JSONScanner, definition: Int, repetition: Int
  ) throws(JSONFailure) {
    try takeValue(kind, &scanner)
    appendLevels(definition, repetition)
  }

  private mutating func takeValue(
    _ kind: JSONScanner.Kind, _ scanner: inout JSONScanner
  ) throws(JSONFailure) {
    let start = scanner.offset
    if textRule != .strings, textRule == .anything || kind == .number || kind == .boolean {
      bytes.append(try scanner.takeValue())
      return try endBytes(at: start)
    }
    switch (self.kind, kind) {
    case (.boolean, .boolean): bytes.append(try scanner.takeBoolean() ? 1 : 0)
    case (.text, .string):
      bytes.append(try scanner.takeString())
      try endBytes(at: start)
    case (.text, _) where column.logicalType == .json:
      // JSON in JSON, as it is written.
      bytes.append(try scanner.takeValue())
      try endBytes(at: start)
    case (.boolean, _): throw mismatch("a boolean", kind, start)
    case (.text, _): throw mismatch("a string", kind, start)
    case (.null, _): throw mismatch("null", kind, start)
    case (_, .string): try take(text: try scanner.takeString(), isNumber: false, at: start)
    case (_, .number): try take(text: try scanner.takeNumber(), isNumber: true, at: start)
    case (_, .object), (_, .array), (_, .boolean), (_, .null):
      throw mismatch("a string or number", kind, start)
    }
  }

  /// Takes a value of any kind but booleans and texts, without quotes.
  mutating func take(text: ByteView, isNumber: Bool, at offset: Int) throws(JSONFailure) {
    switch kind {
    case .signed(let bitWidth):
      guard let number = text.wholeNumber else { throw mismatch(text, offset) }
      let limit = Int64.max >> Int64(64 - bitWidth)
      guard number >= -limit - 1, number <= limit else { throw outOfRange(text, offset) }
      append(integer: number)
    case .unsigned(let bitWidth):
      guard let number = text.unsignedWholeNumber else { throw mismatch(text, offset) }
      guard number <= UInt64.max >> UInt64(64 - bitWidth) else { throw outOfRange(text, offset) }
      append(integer: Int64(bitPattern: number))
    case .float, .double, .float16: try take(float: text, isNumber: isNumber, at: offset)
    case .decimal(let scale): try take(decimal: text, scale: scale, at: offset)
    case .time(let unit) where isNumber:
      // A time outside of the day is written as its number.
      guard let number = text.wholeNumber, unit != .milliseconds || Int32(exactly: number) != nil
      else { throw outOfRange(text, offset) }
      append(integer: number)
    case .date, .time, .timestamp, .interval, .uuid, .binary:
      if isNumber { throw mismatch("a string", .number, offset) }
      try take(formatted: text, at: offset)
    case .boolean, .text, .null, .int96: throw mismatch(text, offset)
    }
  }

  private mutating func take(formatted text: ByteView, at offset: Int) throws(JSONFailure) {
    var cursor = TextCursor(text)
    switch kind {
    case .date:
      guard let days = cursor.date(), cursor.isAtEnd, Int32(exactly: days) != nil else {
        throw mismatch(text, offset)
      }
      append(integer: days)
    case .time(let unit):
      guard let time = cursor.timeOfDay(unit), cursor.isAtEnd || cursor.take("Z"), cursor.isAtEnd
      else { throw mismatch(text, offset) }
      append(integer: time)
    case .timestamp(let unit, let isAdjustedToUTC):
      guard let time = cursor.timestamp(unit, isAdjustedToUTC: isAdjustedToUTC), cursor.isAtEnd
      else { throw mismatch(text, offset) }
      append(integer: time)
    case .interval:
      guard let (months, days, milliseconds) = cursor.interval() else {
        throw mismatch(text, offset)
      }
      for part in [months, days, milliseconds] { bytes.append(littleEndian: part) }
      try endBytes(at: offset)
    case .uuid:
      guard bytes.append(parsingUUID: text) else { throw mismatch(text, offset) }
      try endBytes(at: offset)
    default:
      guard bytes.append(decodingBase64: text) else { throw mismatch(text, offset) }
      try endBytes(at: offset)
    }
  }

  private mutating func take(float text: ByteView, isNumber: Bool, at offset: Int)
    throws(JSONFailure)
  {
    var value: Double?
    if isNumber {
      if kind == .float {
        guard let float = text.float else { throw outOfRange(text, offset) }
        bytes.append(littleEndian: float.bitPattern)
        return
      }
      value = text.double
      if value == nil { throw outOfRange(text, offset) }
    } else {
      value = specialNumbers.first { $0.name.view.isEqual(text) }?.value
    }
    guard let value else { throw mismatch(text, offset) }
    switch kind {
    case .float: bytes.append(littleEndian: Float(value).bitPattern)
    case .double: bytes.append(littleEndian: value.bitPattern)
    default:
      guard let bits = value.roundedFloat16Bits else { throw outOfRange(text, offset) }
      bytes.append(littleEndian: bits)
      try endBytes(at: offset)
    }
  }

  private mutating func take(decimal text: ByteView, scale: Int, at offset: Int) throws(JSONFailure)
  {
    guard var decimal = DecimalDigits(text) else { throw mismatch(text, offset) }
    guard case .decimal(let precision, _) = column.logicalType,
      decimal.shift(by: decimal.exponent + scale), decimal.digits.count <= precision
    else { throw outOfRange(text, offset) }
    switch column.physicalType {
    case .int32, .int64:
      guard let number = decimal.int64 else { throw outOfRange(text, offset) }
      append(integer: number)
    default:
      let number = decimal.bigEndianBytes
      if column.physicalType == .fixedLengthByteArray {
        guard number.count <= column.typeLength else { throw outOfRange(text, offset) }
        let filler: UInt8 = number[0] < 0x80 ? 0 : 0xff
        bytes.append(repeating: filler, count: column.typeLength - number.count)
      }
      for byte in number { bytes.append(byte) }
      try endBytes(at: offset)
    }
  }

  mutating func append(integer: Int64) {
    if column.valueLayout == .bytes4 {
      bytes.append(littleEndian: UInt32(truncatingIfNeeded: integer))
    } else {
      bytes.append(littleEndian: UInt64(bitPattern: integer))
    }
  }

  private mutating func endBytes(at offset: Int) throws(JSONFailure) {
    if column.physicalType == .fixedLengthByteArray, openByteCount != column.typeLength {
      throw JSONFailure(
        "the value has \(openByteCount) bytes but the column's have \(column.typeLength)",
        at: offset)
    }
    endBytes()
  }

  // MARK: Errors

  private func mismatch(
    _ wanted: String, _ kind: JSONScanner.Kind, _ offset: Int
  ) -> JSONFailure {
    JSONFailure("the value should be \(wanted) but is \(kind.description)", at: offset)
  }

  func mismatch(_ text: ByteView, _ offset: Int) -> JSONFailure {
    JSONFailure("\(quoted(text)) is no \(column.typeDescription)", at: offset)
  }

  private func outOfRange(_ text: ByteView, _ offset: Int) -> JSONFailure {
    JSONFailure("\(quoted(text)) does not fit \(column.typeDescription)", at: offset)
  }

  private func quoted(_ text: ByteView) -> String {
    text.count > 60 ? "\"\(text.slice(0, 60).string)…\"" : "\"\(text.string)\""
  }
}

private let specialNumbers: [(name: StaticString, value: Double)] = [
  ("NaN", .nan), ("Infinity", .infinity), ("-Infinity", -.infinity),
]

extension LeafColumn {
  /// The logical type, or else the storage type.
  var typeDescription: String { logicalType?.description ?? physicalType.description }
}
