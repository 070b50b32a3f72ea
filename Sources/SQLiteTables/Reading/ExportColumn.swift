internal import Parquet

/// Takes the values of one column of a table to its leaf columns.
///
/// SQLite stores what it is given: a column that is declared INTEGER may hold a text. A value that
/// the leaf column cannot hold exactly is an error, never another value.
@safe
struct ExportColumn: ~Copyable {
  /// What the values become.
  enum Kind {
    case boolean
    case int32
    case int64
    case float
    case double
    case text
    case binary
    /// Anything else: nested values as JSON, others by their text form.
    case json(JSONShredder, isText: Bool)
  }

  /// A value that the column cannot hold.
  struct Misfit: Error {
    /// The row in the batch; `nil` where it is not known.
    let row: Int?
    let reason: String
  }

  let name: String
  private let kind: Kind
  /// The leaf column that it fills; of several the first.
  private let leaf: Int
  private var isValid = Buffer<Bool>(capacity: RowBatch.capacity)
  private var numbers = Buffer<UInt64>(capacity: RowBatch.capacity)
  private var views = Buffer<ByteView>(capacity: RowBatch.capacity)
  private var json = Buffer<UInt8>()

  init(_ name: String, _ kind: Kind, leaf: Int) {
    self.name = name
    self.kind = kind
    self.leaf = leaf
  }

  /// Hands the values of a batch on.
  ///
  /// - Parameters:
  ///   - values: one for each row.
  ///   - count: the number of rows, at most a batch's.
  ///   - rows: where they go.
  /// - Throws: ``Misfit``.
  @unsafe
  mutating func append(
    _ values: UnsafePointer<StoredValue>, count: Int, to rows: RowGroupBuilder
  ) throws(Misfit) {
    precondition(count <= RowBatch.capacity)
    isValid.removeAll()
    numbers.removeAll()
    let column = rows.columns[leaf]
    switch kind {
    case .int64:
      try unsafe collect(values, count) { value throws(Misfit) in try ExportColumn.integer(value) }
      try hand(Int64.self, count, to: column)
    case .int32:
      try unsafe collect(values, count) { value throws(Misfit) in
        let number = try ExportColumn.integer(value)
        guard let narrow = Int32(exactly: number) else {
          throw Misfit(row: nil, reason: "\(number) does not fit into 32 bits")
        }
        return narrow
      }
      try hand(Int32.self, count, to: column)
    case .boolean:
      try unsafe collect(values, count) { value throws(Misfit) in
        let number = try ExportColumn.integer(value)
        guard number == 0 || number == 1 else {
          throw Misfit(row: nil, reason: "\(number) is no truth value, which are 0 and 1")
        }
        return number == 1
      }
      try hand(Bool.self, count, to: column)
    case .double:
      try unsafe collect(values, count) { value throws(Misfit) in try ExportColumn.real(value) }
      try hand(Double.self, count, to: column)
    case .float:
      try unsafe collect(values, count) { value throws(Misfit) in
        let number = try ExportColumn.real(value)
        guard Double(Float(number)) == number else {
          throw Misfit(row: nil, reason: "\(number) does not fit into 32 bits")
        }
        return Float(number)
      }
      try hand(Float.self, count, to: column)
    case .text, .binary:
      try unsafe appendBytes(values, count, to: column)
    case .json(let shredder, let isText):
      try unsafe shred(values, count, shredder, isText, rows)
    }
  }

  // MARK: Numbers

  /// Converts the values that are not null.
  @unsafe
  @inline(__always)
  private mutating func collect<Number: BitwiseCopyable>(
    _ values: UnsafePointer<StoredValue>, _ count: Int,
    _ convert: (StoredValue) throws(Misfit) -> Number
  ) throws(Misfit) {
    let target = unsafe UnsafeMutableRawPointer(numbers.base).assumingMemoryBound(to: Number.self)
    for row in 0..<count {
      let value = unsafe values[row]
      unsafe isValid.base[row] = !value.isNull
      if value.isNull { continue }
      do throws(Misfit) {
        unsafe target[row] = try convert(value)
      } catch {
        throw Misfit(row: row, reason: error.reason)
      }
    }
  }

  private func hand<Number: ColumnNumber>(
    _ type: Number.Type, _ count: Int, to column: ColumnBuilder
  ) throws(Misfit) {
    let base = unsafe UnsafeRawPointer(numbers.base).assumingMemoryBound(to: Number.self)
    do throws(ParquetError) {
      try unsafe column.append(
        UnsafeBufferPointer(start: base, count: count).span,
        isValid: UnsafeBufferPointer(start: isValid.base, count: count).span)
    } catch {
      throw Misfit(row: nil, reason: error.message)
    }
  }

  @inline(__always)
  private static func integer(_ value: StoredValue) throws(Misfit) -> Int64 {
    if let integer = value.integer { return integer }
    if let real = value.real, let integer = Int64(exactly: real) { return integer }
    throw Misfit(row: nil, reason: "\(kind(of: value)) in a column of integers")
  }

  @inline(__always)
  private static func real(_ value: StoredValue) throws(Misfit) -> Double {
    if let real = value.real { return real }
    if let integer = value.integer, let real = Double(exactly: integer) { return real }
    throw Misfit(row: nil, reason: "\(kind(of: value)) in a column of REAL numbers")
  }

  /// What a value is, without what it says: rows may be nobody's business.
  private static func kind(of value: StoredValue) -> String {
    if value.isText { return "a text" }
    if value.isBlob { return "a blob" }
    return value.real == nil ? "a large integer" : "a number with a fraction"
  }

  // MARK: Bytes

  @unsafe
  private mutating func appendBytes(
    _ values: UnsafePointer<StoredValue>, _ count: Int, to column: ColumnBuilder
  ) throws(Misfit) {
    views.removeAll()
    let isText = if case .text = kind { true } else { false }
    for row in 0..<count {
      let value = unsafe values[row]
      unsafe isValid.base[row] = !value.isNull
      if value.isNull { continue }
      guard isText ? value.isText : value.type >= StoredValue.firstOfBytes else {
        throw Misfit(
          row: row,
          reason: "\(ExportColumn.kind(of: value)) in a column of \(isText ? "texts" : "bytes")")
      }
      views.append(value.bytes)
    }
    do throws(ParquetError) {
      try unsafe column.append(
        views: views, isValid: UnsafeBufferPointer(start: isValid.base, count: count).span)
    } catch {
      throw Misfit(row: nil, reason: error.message)
    }
  }

  // MARK: JSON

  @unsafe
  private mutating func shred(
    _ values: UnsafePointer<StoredValue>, _ count: Int, _ shredder: JSONShredder, _ isText: Bool,
    _ rows: RowGroupBuilder
  ) throws(Misfit) {
    do throws(ParquetError) {
      for row in 0..<count {
        let value = unsafe values[row]
        if value.isNull {
          try shredder.appendNull()
          continue
        }
        json.removeAll()
        if value.isText {
          append(value.bytes, quoted: isText)
        } else if let integer = value.integer {
          append("\(integer)", quoted: false)
        } else if let real = value.real {
          append("\(real)", quoted: false)
        } else {
          throw ParquetError(.value, "a blob in a column of texts")
        }
        do throws(ParquetError) {
          try unsafe shredder.append(UnsafeBufferPointer(start: json.base, count: json.count).span)
        } catch {
          throw ParquetError(.value, at: ParquetError.Place(rowGroup: row), error.message)
        }
      }
      try shredder.flush(into: rows)
    } catch {
      throw Misfit(row: error.place.rowGroup, reason: error.message)
    }
  }

  private mutating func append(_ bytes: ByteView, quoted: Bool) {
    if !quoted {
      unsafe json.append(
        copying: bytes.base.assumingMemoryBound(to: UInt8.self), count: bytes.count)
      return
    }
    json.append(UInt8(ascii: "\""))
    for index in 0..<bytes.count {
      let byte = bytes[index]
      // No value with a text form has a control character; the shredder says so.
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        json.append(UInt8(ascii: "\\"))
      }
      json.append(byte)
    }
    json.append(UInt8(ascii: "\""))
  }

  private mutating func append(_ text: String, quoted: Bool) {
    for byte in text.utf8 { json.append(byte) }
  }
}

extension ExportColumn {
  /// The column for a top-level field of a schema.
  init(_ schema: Schema, field index: Int) {
    let field = schema.fields[index]
    guard let leaf = field.leaf, leaf.maximumRepetitionLevel == 0 else {
      self.init(
        field.name, .json(JSONShredder(schema, field: index), isText: false),
        leaf: field.leaves.lowerBound)
      return
    }
    let kind: Kind =
      switch (leaf.valueKind, leaf.physicalType) {
      case (.boolean, _): .boolean
      case (.signed, .int32): .int32
      case (.signed, .int64): .int64
      case (.float, _): .float
      case (.double, _): .double
      case (.text, .byteArray): .text
      case (.binary, .byteArray): .binary
      default: .json(JSONShredder(schema, field: index), isText: true)
      }
    self.init(field.name, kind, leaf: leaf.index)
  }
}
