/// How a reader fills a vector: values are decoded side by side, then moved to the entries that
/// have one.
extension ColumnVector {
  /// The number of entries from `start` on that have a value.
  func countValues(from start: Int) -> Int {
    let maximum = UInt16(column.maximumDefinitionLevel)
    if maximum == 0 { return entryCount - start }
    precondition(definitionLevels.count == entryCount)
    return unsafe countLevels(maximum, in: definitionLevels.base, start..<entryCount)
  }

  /// Replaces the indices of the first entries by values, where the batch began with a dictionary
  /// and goes on without one.
  func materialize(upTo end: Int) {
    guard let dictionary else { return }
    values.reserve(entryCount, keeping: 0)
    dictionary.gather(indices, from: 0, count: end, into: values, at: 0)
    indices.removeAll()
    self.dictionary = nil
  }

  /// Decodes dictionary indices for the entries from `start` on.
  func appendIndices(
    _ runs: inout RunLengthDecoder, count: Int, from start: Int, dictionary: DictionaryValues?
  ) throws(DecodingFailure) {
    // Entries before `start` have values already: these become values too.
    let joinsValues = start > 0 && self.dictionary == nil
    let entries = entryCount - start
    unsafe try indices.append(entries) { indices throws(DecodingFailure) in
      unsafe try runs.decode(count, to: indices)
      try unsafe ColumnVector.check(indices, count: count, in: dictionary)
      unsafe spread(indices, count: count, entriesFrom: start)
    }
    if joinsValues {
      values.reserve(entryCount, keeping: start)
      dictionary?.gather(indices, from: 0, count: entries, into: values, at: start)
      indices.removeAll()
    } else {
      self.dictionary = dictionary ?? self.dictionary
      if self.dictionary == nil {
        // Only nulls so far, in a chunk without a dictionary.
        values.reserve(entryCount, keeping: 0)
        indices.removeAll()
      }
    }
  }

  private static func check(
    _ indices: UnsafePointer<Int32>, count: Int, in dictionary: DictionaryValues?
  ) throws(DecodingFailure) {
    guard count > 0, let dictionary else { return }
    if dictionary.count == 0 {
      throw .malformed("a page has dictionary indices but the dictionary is empty")
    }
    var highest: UInt32 = 0
    for index in 0..<count { highest = unsafe max(highest, UInt32(bitPattern: indices[index])) }
    if Int(highest) >= dictionary.count {
      throw .outOfRange(
        "a dictionary index", value: Int64(highest), limit: Int64(dictionary.count - 1))
    }
  }

  /// Moves `count` values that lie side by side from `start` on to the entries that have one.
  @unsafe
  func spreadValues(_ count: Int, from start: Int) {
    switch values.layout {
    case .bytes1:
      unsafe spread(values.pointer(UInt8.self, from: start), count: count, entriesFrom: start)
    case .bytes4:
      unsafe spread(values.pointer(UInt32.self, from: start), count: count, entriesFrom: start)
    case .bytes8:
      unsafe spread(values.pointer(UInt64.self, from: start), count: count, entriesFrom: start)
    case .views:
      unsafe spread(values.pointer(ByteView.self, from: start), count: count, entriesFrom: start)
    }
  }

  /// Works from the end, so that no value is overwritten before it has moved: the target of the
  /// k-th value never lies before its source.
  ///
  /// Entries without a value get a copy of a neighbour, or zeros where there is none, so that every
  /// index stays a valid one.
  @unsafe
  @inline(__always)
  private func spread<T: BitwiseCopyable>(
    _ target: UnsafeMutablePointer<T>, count: Int, entriesFrom start: Int
  ) {
    let entries = entryCount - start
    if count == entries { return }
    let maximum = UInt16(column.maximumDefinitionLevel)
    let levels = unsafe definitionLevels.base + start
    var source = count
    var entry = entries
    while source > 0 {
      entry -= 1
      unsafe target[entry] = target[source - 1]
      source -= unsafe levels[entry] == maximum ? 1 : 0
    }
    // No entry before has a value.
    unsafe UnsafeMutableRawPointer(target).initializeMemory(
      as: UInt8.self, repeating: 0, count: entry * MemoryLayout<T>.stride)
  }
}
