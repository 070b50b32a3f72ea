extension ObjectStore {
  /// Reads many objects, small ones whole and large ones in pieces, several at once.
  ///
  /// Memory is bounded by what is on its way, never by the size of an object. Whole objects are held
  /// against their checksums.
  ///
  /// - Parameters:
  ///   - objects: what is read; of each the version that is named.
  ///   - pieceByteCount: the size above which an object is read in pieces.
  ///   - byteLimit: the bytes on their way at once; one piece may always be.
  ///   - receive: takes a piece of an object and where it begins, from any thread and in any order;
  ///     an empty object is one empty piece.
  /// - Throws: ``StorageError``, and what `receive` throws.
  public func readPieces(
    of objects: [ObjectSummary], pieceByteCount: Int = 8 << 20, byteLimit: Int = 64 << 20,
    receive: @escaping @Sendable (ObjectSummary, Int64, [UInt8]) throws -> Void
  ) async throws {
    let parallelCount = parallelReadCount ?? 4
    try await withThrowingTaskGroup(of: Int.self) { group in
      var activeCount = 0
      var activeByteCount = 0
      for object in objects {
        var start: Int64 = 0
        repeat {
          let end = min(object.byteCount, start + Int64(pieceByteCount))
          let range = start..<end
          while activeCount >= parallelCount
            || (activeCount > 0 && activeByteCount + range.count > byteLimit)
          {
            activeByteCount -= try await group.next() ?? 0
            activeCount -= 1
          }
          activeCount += 1
          activeByteCount += range.count
          group.addTask {
            let isWhole = range == 0..<object.byteCount
            let content = try await read(
              object.key, range: isWhole ? nil : range, ifMatch: object.tag, limit: range.count)
            try receive(object, range.lowerBound, content.bytes)
            return range.count
          }
          start = end
        } while start < object.byteCount
      }
      for try await _ in group {}
    }
  }
}
