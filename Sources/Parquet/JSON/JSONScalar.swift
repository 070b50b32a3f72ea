/// Writes the values of one leaf column as JSON.
struct JSONScalar {
  let kind: ValueKind
  let style: JSONStyle

  /// The value at an entry that has one.
  func append(
    entry: Int, of vector: ColumnVector, to text: inout TextBuffer
  ) throws(DecodingFailure) {
    switch kind {
    case .null: text.append("null")
    case .boolean:
      text.append((unsafe vector.valuePointer(UInt8.self)[entry]) == 0 ? "false" : "true")
    case .signed(let bitWidth):
      text.append(decimal: vector.signed(entry, bitWidth: bitWidth))
    case .unsigned(let bitWidth):
      text.append(decimal: vector.unsigned(entry, bitWidth: bitWidth))
    case .float:
      text.append(json: unsafe vector.valuePointer(Float.self)[entry])
    case .double:
      text.append(json: unsafe vector.valuePointer(Double.self)[entry])
    case .float16:
      text.append(json: vector.bytes(entry).float16)
    case .text:
      let bytes = vector.bytes(entry)
      if bytes.isUTF8 { text.append(jsonString: bytes) } else { append(binary: bytes, to: &text) }
    case .binary:
      append(binary: vector.bytes(entry), to: &text)
    case .decimal(let scale):
      text.append(ascii: "\"")
      try text.append(decimalOf: vector, entry: entry, scale: scale)
      text.append(ascii: "\"")
    case .date:
      text.append(ascii: "\"")
      text.append(date: vector.signed(entry, bitWidth: 32))
      text.append(ascii: "\"")
    case .time(let unit):
      append(time: vector.signed(entry, bitWidth: 64), unit, to: &text)
    case .timestamp(let unit, let isAdjustedToUTC):
      text.append(ascii: "\"")
      text.append(
        timestamp: vector.signed(entry, bitWidth: 64), unit: unit,
        isAdjustedToUTC: isAdjustedToUTC || style.assumesUTC)
      text.append(ascii: "\"")
    case .int96:
      text.append(ascii: "\"")
      text.append(int96: vector.bytes(entry), isAdjustedToUTC: style.assumesUTC)
      text.append(ascii: "\"")
    case .uuid:
      text.append(ascii: "\"")
      text.append(uuid: vector.bytes(entry))
      text.append(ascii: "\"")
    case .interval:
      append(interval: vector.bytes(entry), to: &text)
    }
  }

  private func append(binary bytes: ByteView, to text: inout TextBuffer) {
    if style.form == .canonical { text.append("{\"$binary\":") }
    text.append(ascii: "\"")
    text.append(base64: bytes)
    text.append(ascii: "\"")
    if style.form == .canonical { text.append(ascii: "}") }
  }

  private func append(time: Int64, _ unit: LogicalType.TimeUnit, to text: inout TextBuffer) {
    if time >= 0, time < unit.perSecond * 86_400 {
      text.append(ascii: "\"")
      text.append(timeOfDay: time, unit: unit)
      text.append(ascii: "\"")
    } else {
      if style.form == .canonical { text.append("{\"$time\":") }
      text.append(decimal: time)
      if style.form == .canonical { text.append(ascii: "}") }
    }
  }

  private func append(interval bytes: ByteView, to text: inout TextBuffer) {
    guard style.form == .canonical else {
      text.append(ascii: "\"")
      text.append(interval: bytes)
      text.append(ascii: "\"")
      return
    }
    text.append("{\"$interval\":[")
    for part in 0..<3 {
      if part > 0 { text.append(ascii: ",") }
      text.append(decimal: UInt64(bytes.load(UInt32.self, at: 4 * part)))
    }
    text.append("]}")
  }
}

extension Buffer where Element == UInt8 {
  /// Appends an ISO 8601 duration such as `P14M3DT4.005S` for an INTERVAL's months, days and
  /// milliseconds.
  package mutating func append(interval bytes: ByteView) {
    let milliseconds = UInt64(bytes.load(UInt32.self, at: 8))
    append(ascii: "P")
    append(decimal: UInt64(bytes.load(UInt32.self, at: 0)))
    append(ascii: "M")
    append(decimal: UInt64(bytes.load(UInt32.self, at: 4)))
    append("DT")
    append(decimal: milliseconds / 1_000)
    append(ascii: ".")
    append(decimal: milliseconds % 1_000, minimumDigitCount: 3)
    append(ascii: "S")
  }

  /// Appends the DECIMAL at an entry, on whichever storage type it is.
  mutating func append(
    decimalOf vector: ColumnVector, entry: Int, scale: Int
  ) throws(DecodingFailure) {
    switch vector.column.physicalType {
    case .int32: append(unscaled: vector.signed(entry, bitWidth: 32), scale: scale)
    case .int64: append(unscaled: vector.signed(entry, bitWidth: 64), scale: scale)
    default: try append(bigEndian: vector.bytes(entry), scale: scale)
    }
  }
}
