internal import Parquet

/// Texts and bytes, and what is made of JSON text.
extension CopyColumn {
  // MARK: Checks

  func checkLengths(_ length: Int) throws(CopyFailure) {
    for index in 0..<entries.valueCount where Int(entries.fields[index].byteCount) != length {
      throw wrongLength(index, wanted: length)
    }
  }

  /// What jsonb begins with.
  func checkVersions(_ bytes: WireBytes) throws(CopyFailure) {
    for index in 0..<entries.valueCount {
      let field = entries.fields[index]
      guard field.byteCount >= 1, bytes.load(UInt8.self, at: Int(field.offset)) == 1 else {
        throw CopyFailure("the jsonb has a version that is not known", row: index)
      }
    }
  }

  private func checkUTF8(_ bytes: WireBytes, skipping count: Int) throws(CopyFailure) {
    for index in 0..<entries.valueCount
    where !view(of: entries.fields[index], in: bytes, skipping: count).isUTF8 {
      throw CopyFailure("a text is not UTF-8", row: index)
    }
  }

  // MARK: Byte arrays

  /// Hands the values on.
  ///
  /// - Parameters:
  ///   - bytes: the batch.
  ///   - count: bytes before each value that do not belong to it.
  ///   - column: where they go.
  /// - Throws: ``CopyFailure`` with the value's index as its row.
  func appendBytes(
    _ bytes: WireBytes, skipping count: Int, to column: ColumnBuilder
  ) throws(CopyFailure) {
    guard entries.levels.emptyList == nil else {
      if column.column.valueKind == .text { try checkUTF8(bytes, skipping: count) }
      return try appendCopies(bytes, skipping: count, to: column)
    }
    collectViews(bytes, skipping: count)
    if entries.levels.maximum == 0 {
      for entry in 0..<entries.entryCount { isValid[entry] = true }
    } else {
      for entry in 0..<entries.entryCount {
        isValid[entry] = entries.definitionLevels[entry] == entries.levels.maximum
      }
    }
    let isValid = isValid
    do throws(ParquetError) {
      try column.append(views: views, isValid: isValid.span.extracting(..<entries.entryCount))
    } catch {
      if column.column.valueKind == .text { try checkUTF8(bytes, skipping: count) }
      throw CopyFailure(error.message)
    }
  }

  private func collectViews(_ bytes: WireBytes, skipping count: Int) {
    views.removeAll()
    for index in 0..<entries.valueCount {
      views.append(view(of: entries.fields[index], in: bytes, skipping: count))
    }
  }

  @inline(__always)
  private func view(of field: CopyField, in bytes: WireBytes, skipping count: Int) -> ByteView {
    bytes.view(Int(field.offset) + count, Int(field.byteCount) - count)
  }

  /// Hands on copies of the values, side by side.
  func appendCopies(
    _ bytes: WireBytes, skipping count: Int, to column: ColumnBuilder
  ) throws(CopyFailure) {
    self.bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    for index in 0..<entries.valueCount {
      let field = entries.fields[index]
      bytes.append(Int(field.offset) + count, Int(field.byteCount) - count, to: &self.bytes)
      ends.append(self.bytes.count)
    }
    try handBytes(to: column)
  }

  func handBytes(to column: ColumnBuilder) throws(CopyFailure) {
    let (definitionCount, repetitionCount) = levelCounts
    let (definition, repetition) = (entries.definitionLevels, entries.repetitionLevels)
    let (bytes, ends) = (bytes, ends)
    do throws(ParquetError) {
      try column.append(
        bytes: bytes.span, ends: ends.span,
        definitionLevels: definition.span.extracting(..<definitionCount),
        repetitionLevels: repetition.span.extracting(..<repetitionCount))
    } catch {
      throw CopyFailure(error.message)
    }
  }

  // MARK: JSON

  /// Takes the values to the leaf columns of a field as JSON text.
  func shred(_ batch: borrowing CopyRows, into rows: RowGroupBuilder) throws(CopyFailure) {
    guard let shredder, case .json(_, let isQuoted) = reading.target else { return }
    let version = reading.value == .jsonb ? 1 : 0
    if version == 1 {
      do throws(CopyFailure) {
        try checkVersions(batch.bytes)
      } catch {
        throw error.at(row: error.row.map { entries.row(ofValue: $0) })
      }
    }
    var value = 0
    for row in 0..<entries.entryCount {
      do throws(ParquetError) {
        if entries.definitionLevels[row] == 0 {
          try shredder.appendNull()
          continue
        }
        let field = entries.fields[value]
        value += 1
        bytes.removeAll(keepingCapacity: true)
        if isQuoted {
          appendQuoted(batch.bytes, Int(field.offset), Int(field.byteCount))
        } else {
          batch.bytes.append(
            Int(field.offset) + version, Int(field.byteCount) - version, to: &bytes)
        }
        let text = bytes
        try shredder.append(text.span)
      } catch {
        throw CopyFailure(error.message, row: row, .value)
      }
    }
    do throws(ParquetError) {
      try shredder.flush(into: rows)
    } catch {
      throw CopyFailure(error.message)
    }
  }

  private func appendQuoted(_ bytes: WireBytes, _ offset: Int, _ count: Int) {
    self.bytes.append(UInt8(ascii: "\""))
    for index in 0..<count {
      let byte = bytes.load(UInt8.self, at: offset + index)
      // No value with a text form has a control character; the shredder says so.
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        self.bytes.append(UInt8(ascii: "\\"))
      }
      self.bytes.append(byte)
    }
    self.bytes.append(UInt8(ascii: "\""))
  }
}
