/// Passing over rows: of what is not wanted as little is decoded as the encodings allow.
extension ColumnChunkReader {
  /// Passes over rows of a column with one entry a row.
  func skipFlat(_ count: Int, in page: inout Page?) throws {
    var missing = count
    while missing > 0 {
      if page?.entriesLeft ?? 0 == 0 {
        page = nil
        // Pages that are not wanted at all are not even decompressed.
        let passed = try loader.skipDataPages(entryCount: missing)
        entriesRead += Int64(passed)
        missing -= passed
        if missing == 0 { return }
      }
      guard try loadIfNeeded(&page), let left = page?.entriesLeft else {
        throw DecodingFailure.malformed("the column chunk has fewer rows than its row group")
      }
      let entries = min(missing, left)
      if entries == left {
        page = nil
      } else {
        let values = try page?.definitionLevels.skip(entries) ?? entries
        page?.entriesLeft -= entries
        try skipValues(values, in: &page)
      }
      entriesRead += Int64(entries)
      missing -= entries
    }
  }

  /// Passes over rows of a repeated column.
  func skipRepeated(_ count: Int, in page: inout Page?) throws {
    let maximum = UInt16(column.maximumDefinitionLevel)
    try eachPending(of: count, in: &page) { end, page in
      let values = unsafe countLevels(maximum, in: pendingDefinition.base, pendingStart..<end)
      entriesRead += Int64(end - pendingStart)
      pendingStart = end
      try skipValues(values, in: &page)
    }
  }

  private func skipValues(_ count: Int, in page: inout Page?) throws(DecodingFailure) {
    if count == 0 { return }
    switch page?.values {
    case nil: return
    case .direct(let decoder):
      let scratch = passedOver ?? ValueBuffer(layout: column.valueLayout)
      passedOver = scratch
      try decoder.skip(count, using: scratch)
    case .dictionary(var runs):
      try runs.skip(count)
      page?.values = .dictionary(runs)
    }
  }
}

extension ValueDecoder {
  /// What encodings do that cannot be passed over: the values are decoded, and dropped.
  func skip(_ count: Int, using scratch: ValueBuffer) throws(DecodingFailure) {
    let step = 1_024
    scratch.reserve(min(count, step), keeping: 0)
    var done = 0
    while done < count {
      let part = min(step, count - done)
      try decode(part, into: scratch, at: 0)
      scratch.releaseOwners()
      done += part
    }
  }
}
