/// The decoded entries of one leaf column for the rows of a batch.
///
/// There is one entry for each pair of levels: a row has exactly one in a column that is not
/// repeated, and one or more in a repeated one. An entry whose definition level is
/// `column.maximumDefinitionLevel` has a value; at all others the value's memory is undefined.
///
/// The contents are valid until the reader that fills the vector reads on.
@safe
public final class ColumnVector {
  /// The column.
  public let column: LeafColumn
  /// The number of entries.
  public package(set) var entryCount = 0
  /// One level for each entry; empty where `column.maximumDefinitionLevel` is 0.
  package var definitionLevels = Buffer<UInt16>()
  /// One level for each entry; empty where `column.maximumRepetitionLevel` is 0.
  package var repetitionLevels = Buffer<UInt16>()
  /// One value for each entry, unless ``dictionary`` is set.
  package let values: ValueBuffer
  /// One index into the dictionary for each entry, if ``dictionary`` is set; checked.
  package var indices = Buffer<Int32>()
  /// The chunk's dictionary, where every entry of the batch comes from it.
  package internal(set) var dictionary: DictionaryValues?

  init(_ column: LeafColumn) {
    self.column = column
    values = ValueBuffer(layout: column.valueLayout)
  }

  /// Empties the vector and lets go of the page buffers.
  func removeAll(recyclingTo pool: BufferPool) {
    entryCount = 0
    definitionLevels.removeAll()
    repetitionLevels.removeAll()
    indices.removeAll()
    dictionary = nil
    values.releaseOwners(to: pool)
  }

  /// Replaces dictionary indices by the values themselves.
  package func materialize() {
    guard let dictionary else { return }
    values.reserve(entryCount, keeping: 0)
    dictionary.gather(indices, from: 0, count: entryCount, into: values, at: 0)
    indices.removeAll()
    self.dictionary = nil
  }

  /// The same as ``hasValue(at:)`` for loops over a whole batch.
  package var validLevels: ValidLevels {
    let maximum = column.maximumDefinitionLevel
    precondition(maximum == 0 || definitionLevels.count == entryCount)
    return unsafe ValidLevels(
      levels: maximum == 0 ? nil : UnsafePointer(definitionLevels.base), count: entryCount,
      maximum: UInt16(maximum))
  }

  /// Whether an entry has a value.
  public func hasValue(at entry: Int) -> Bool {
    precondition(entry >= 0 && entry < entryCount)
    return column.maximumDefinitionLevel == 0
      || Int(definitionLevels[entry]) == column.maximumDefinitionLevel
  }

}

/// A borrowed look at which entries of a vector have a value; valid for its batch.
@safe
package struct ValidLevels: BitwiseCopyable {
  fileprivate let levels: UnsafePointer<UInt16>?
  fileprivate let count: Int
  fileprivate let maximum: UInt16

  @inline(__always)
  package func hasValue(_ entry: Int) -> Bool {
    precondition(entry >= 0 && entry < count)
    guard let levels = unsafe levels else { return true }
    return unsafe levels[entry] == maximum
  }
}

/// The values of a dictionary page.
@safe
package final class DictionaryValues {
  /// The number of values.
  package let count: Int
  /// The values, in the column's layout.
  package let values: ValueBuffer

  init(count: Int, values: ValueBuffer) {
    self.count = count
    self.values = values
  }

  /// Writes the values at some indices.
  ///
  /// Indices at entries without a value may be anything below `count`, or anything at all if the
  /// dictionary is empty.
  func gather(
    _ indices: borrowing Buffer<Int32>, from first: Int, count entries: Int,
    into target: ValueBuffer, at start: Int
  ) {
    guard count > 0 else { return }
    precondition(first >= 0 && entries >= 0 && first + entries <= indices.count)
    // Every index was held against `count` when it was decoded.
    unsafe gather(indices.base + first, count: entries, into: target, at: start)
    for owner in values.owners { target.retain(owner) }
  }

  @unsafe
  private func gather(
    _ indices: UnsafePointer<Int32>, count entries: Int, into target: ValueBuffer, at start: Int
  ) {
    switch values.layout {
    case .bytes1: unsafe copy(UInt8.self, indices, entries, target, start)
    case .bytes4: unsafe copy(UInt32.self, indices, entries, target, start)
    case .bytes8: unsafe copy(UInt64.self, indices, entries, target, start)
    case .views: unsafe copy(ByteView.self, indices, entries, target, start)
    }
  }

  @unsafe
  @inline(__always)
  private func copy<T>(
    _ type: T.Type, _ indices: UnsafePointer<Int32>, _ entries: Int, _ target: ValueBuffer,
    _ start: Int
  ) {
    let source = unsafe values.pointer(T.self)
    let sink = unsafe target.pointer(T.self, from: start)
    for entry in 0..<entries { unsafe sink[entry] = source[Int(indices[entry])] }
  }
}
