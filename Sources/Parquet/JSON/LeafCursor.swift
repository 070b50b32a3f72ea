/// Where the assembly of rows stands in the entries of one leaf column.
///
/// The pointers are those of a ``ColumnVector`` and valid for its batch; every access is checked
/// against the number of entries.
@safe
struct LeafCursor: BitwiseCopyable {
  private let definitionLevels: UnsafePointer<UInt16>?
  private let repetitionLevels: UnsafePointer<UInt16>?
  private let entryCount: Int
  let values: Values
  private(set) var entry = 0

  init(_ vector: ColumnVector) {
    let column = vector.column
    entryCount = vector.entryCount
    values = vector.values.contents
    precondition(
      column.maximumDefinitionLevel == 0 || vector.definitionLevels.count == entryCount)
    precondition(
      column.maximumRepetitionLevel == 0 || vector.repetitionLevels.count == entryCount)
    unsafe definitionLevels =
      column.maximumDefinitionLevel == 0 ? nil : UnsafePointer(vector.definitionLevels.base)
    unsafe repetitionLevels =
      column.maximumRepetitionLevel == 0 ? nil : UnsafePointer(vector.repetitionLevels.base)
  }

  /// The definition level of the next entry; −1 where there is none left.
  var level: Int {
    guard entry < entryCount else { return -1 }
    guard let levels = unsafe definitionLevels else { return 0 }
    return unsafe Int(levels[entry])
  }

  /// The repetition level of the next entry; 0 where there is none left.
  var repetitionLevel: Int {
    guard entry < entryCount, let levels = unsafe repetitionLevels else { return 0 }
    return unsafe Int(levels[entry])
  }

  /// Whether the next entry is another one of the list with the given repetition level, above 0.
  func continues(_ level: Int) -> Bool { repetitionLevel == level }

  /// Whether the next entry belongs to another row.
  var isAtRowEnd: Bool { repetitionLevel == 0 }

  mutating func advance() { entry += 1 }
}
