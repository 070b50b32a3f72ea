import Parquet

/// The cells of a dictionary's values, made once for all rows that use them.
@safe
struct DictionaryCells: ~Copyable {
  private var dictionary: DictionaryValues?
  /// One cell for each value, and a NULL behind them.
  private var cells = Buffer<Cell>()
  private var indices = Buffer<Int32>()

  /// Whether the cells are those of a dictionary.
  func holds(_ dictionary: DictionaryValues) -> Bool { self.dictionary === dictionary }

  /// The column of a batch whose entries are all in one dictionary.
  ///
  /// - Parameters:
  ///   - vector: the column's batch.
  ///   - dictionary: the dictionary that its indices point into.
  ///   - cell: makes the cell of a value by its index; called when the dictionary is a new one.
  /// - Returns: the cells.
  mutating func column(
    of vector: ColumnVector, _ dictionary: DictionaryValues, cell: (Int) throws -> Cell
  ) rethrows -> CellColumn {
    if self.dictionary !== dictionary {
      self.dictionary = nil
      cells.reserve(dictionary.count + 1)
      for index in 0..<dictionary.count { unsafe cells.base[index] = try cell(index) }
      unsafe cells.base[dictionary.count] = .null
      self.dictionary = dictionary
    }
    let entries = unsafe UnsafePointer(cells.base)
    let maximum = UInt16(vector.column.maximumDefinitionLevel)
    if maximum == 0 {
      return unsafe .dictionary(indices: UnsafePointer(vector.indices.base), entries: entries)
    }
    // A row without a value points at the NULL.
    precondition(
      vector.indices.count == vector.entryCount
        && vector.definitionLevels.count == vector.entryCount)
    indices.reserve(vector.entryCount)
    let null = Int32(dictionary.count)
    let source = unsafe vector.indices.base
    let levels = unsafe vector.definitionLevels.base
    let target = unsafe indices.base
    for row in 0..<vector.entryCount {
      unsafe target[row] = levels[row] == maximum ? source[row] : null
    }
    return unsafe .dictionary(indices: UnsafePointer(target), entries: entries)
  }
}
