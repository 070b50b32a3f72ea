/// Writes the rows of a batch as JSON.
///
///     let writer = JSONRowWriter(fields: file.schema.fields, vectors: reader.columns, style: .plain)
///     while let count = try reader.readBatch(rows: 1_024), count > 0 {
///       writer.beginBatch()
///       for _ in 0..<count { try writer.appendRow() }
///       output.write(writer.takeText())
///     }
public final class JSONRowWriter {
  private let program: JSONProgram
  private let style: JSONStyle
  private let vectors: [ColumnVector]
  private var assembler: RowAssembler
  private var text = TextBuffer(capacity: 4_096)

  /// A writer for some fields.
  ///
  /// - Parameters:
  ///   - fields: the top-level fields to write. Leaves below them that have no vector are left out.
  ///   - vectors: the columns of the reader, in schema order.
  ///   - style: how values without a form in JSON are written.
  public init(fields: [Field], vectors: [ColumnVector], style: JSONStyle) {
    program = JSONProgram(fields: fields, leaves: vectors.map(\.column), style: style)
    assembler = RowAssembler(program)
    self.vectors = vectors
    self.style = style
  }

  /// Begins with a new batch of the reader.
  public func beginBatch() {
    for vector in vectors { vector.materialize() }
    assembler.begin(vectors)
  }

  /// The size of the text so far, in bytes.
  public var byteCount: Int { text.count }

  /// The text so far, which is emptied.
  public func takeText() -> [UInt8] {
    defer { text.removeAll() }
    return text.view.array
  }

  /// Forgets the text so far.
  public func discardText() { text.removeAll() }

  /// Appends the next row, and a line feed: an array of the top-level values in canonical style,
  /// an object by their names in plain style.
  ///
  /// - Throws: ``ParquetError`` if the columns contradict each other.
  public func appendRow() throws(ParquetError) {
    let isObject = style.form == .plain
    text.append(ascii: isObject ? "{" : "[")
    for (index, root) in program.roots.enumerated() {
      if index > 0 { text.append(ascii: ",") }
      if isObject { text.append(program.keys[root]) }
      _ = try append(root: root, to: &text)
    }
    text.append(ascii: isObject ? "}" : "]")
    text.append(ascii: "\n")
  }

  /// Appends the values of the first field in the next rows to a text, nothing for a null.
  ///
  /// - Parameters:
  ///   - rowCount: the rows.
  ///   - text: where they are appended.
  ///   - ends: for each row the size of the text behind its value.
  /// - Throws: ``ParquetError`` if the columns contradict each other.
  package func appendValues(
    _ rowCount: Int, to text: inout TextBuffer, ends: inout Buffer<Int>
  ) throws(ParquetError) {
    guard let root = program.roots.first else { return }
    do throws(DecodingFailure) {
      try assembler.append(root: root, rowCount, to: &text, ends: &ends)
    } catch {
      throw widened(error, root: root)
    }
  }

  private func append(root: Int, to text: inout TextBuffer) throws(ParquetError) -> Bool {
    do throws(DecodingFailure) {
      return try assembler.append(root: root, to: &text)
    } catch {
      throw widened(error, root: root)
    }
  }

  private func widened(_ failure: DecodingFailure, root: Int) -> ParquetError {
    let leaf = vectors[Int(program.nodes[root].firstLeaf)].column
    return failure.widened(at: ParquetError.Place(column: leaf.path.first))
  }
}
