extension DatabaseSnapshot {
  /// The parts of a table that threads read side by side, as ranges for ``collectKeys``.
  ///
  /// - Parameter table: one of ``tables``.
  /// - Returns: one part for what only the library can read.
  package func keyParts(of table: SourceTable) -> [Range<Int>] {
    guard let leaves = table.leaves, pages != nil else { return [0..<1] }
    // Many more parts than threads, so that none of these waits long for the last one.
    return stride(from: 0, to: leaves.leaves.count, by: 256).map {
      $0..<min($0 + 256, leaves.leaves.count)
    }
  }

  /// Collects the keys of a part of a table, each with its rowid.
  ///
  /// - Parameters:
  ///   - table: one of ``tables``; a view has no rowids.
  ///   - columns: the positions of the columns, in the key's order.
  ///   - part: one of ``keyParts(of:)``.
  ///   - collector: where they go.
  ///   - checkCancelled: throws when the work is to end early; asked now and then.
  /// - Throws: `library`, what the collector and `checkCancelled` throw.
  package func collectKeys(
    of table: SourceTable, columns: [Int], part: Range<Int>, into collector: some RowKeyCollector,
    checkCancelled: () throws -> Void
  ) throws {
    let isReal = columns.map { table.columns[$0].affinity == .real }
    guard let (file, image) = pages, let leaves = table.leaves else {
      return try collectKeysBySelecting(table, columns, isReal, collector, checkCancelled)
    }
    var scan = KeyScan(image, columns: columns, isReal: isReal)
    for (number, leaf) in leaves.leaves[part].enumerated() {
      try collector.read(leaf: leaf.page, with: &scan)
      file.look(at: 1)
      if number % 256 == 0 { try checkCancelled() }
    }
  }

  private func collectKeysBySelecting(
    _ table: SourceTable, _ columns: [Int], _ isReal: [Bool], _ collector: some RowKeyCollector,
    _ checkCancelled: () throws -> Void
  ) throws {
    let names = columns.map { quotedIdentifier(table.columns[$0].name) }
    let statement = try connection.database.prepare(
      "SELECT \((["rowid"] + names).joined(separator: ", ")) FROM main."
        + quotedIdentifier(table.name))
    var batch = RowBatch(columnCount: columns.count + 1)
    var isAtEnd = false
    while !isAtEnd {
      batch.removeAll()
      while batch.rowCount < RowBatch.capacity {
        guard try statement.step() else {
          isAtEnd = true
          break
        }
        statement.copyRow(into: &batch)
      }
      try collector.append(batch, isReal: isReal)
      try checkCancelled()
    }
  }
}
