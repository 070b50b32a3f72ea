/// Writes the values of one leaf column as JSON.
struct JSONScalar: BitwiseCopyable {
  private let column: ScalarText
  private let style: JSONStyle

  init(_ column: LeafColumn, style: JSONStyle) {
    self.column = ScalarText(column, assumesUTC: style.assumesUTC)
    self.style = style
  }

  /// The value at an index.
  func append(
    _ index: Int, of values: Values, to text: inout TextBuffer
  ) throws(DecodingFailure) {
    switch column.kind {
    case .null: text.append("null")
    case .boolean: text.append(values.boolean(index) ? "true" : "false")
    case .float: text.append(json: values.float(index))
    case .double: text.append(json: values.double(index))
    case .float16: text.append(json: values.view(index).float16)
    case .text:
      let bytes = values.view(index)
      if !text.append(jsonString: bytes) { append(binary: bytes, to: &text) }
    case .binary: append(binary: values.view(index), to: &text)
    case .signed, .unsigned: try column.append(index, of: values, to: &text)
    case .time(let unit) where !unit.isTimeOfDay(values.signed(index)):
      if style.form == .canonical { text.append("{\"$time\":") }
      text.append(decimal: values.signed(index))
      if style.form == .canonical { text.append(ascii: "}") }
    case .interval where style.form == .canonical:
      append(interval: values.view(index), to: &text)
    case .decimal, .date, .time, .timestamp, .int96, .uuid, .interval:
      text.append(ascii: "\"")
      try column.append(index, of: values, to: &text)
      text.append(ascii: "\"")
    }
  }

  private func append(binary bytes: ByteView, to text: inout TextBuffer) {
    if style.form == .canonical { text.append("{\"$binary\":") }
    text.append(ascii: "\"")
    text.append(base64: bytes)
    text.append(ascii: "\"")
    if style.form == .canonical { text.append(ascii: "}") }
  }

  private func append(interval bytes: ByteView, to text: inout TextBuffer) {
    text.append("{\"$interval\":[")
    for part in 0..<3 {
      if part > 0 { text.append(ascii: ",") }
      text.append(decimal: UInt64(bytes.load(UInt32.self, at: 4 * part)))
    }
    text.append("]}")
  }
}
