import ObjectStorage

/// Copies objects from one store to another, several at once and large ones in pieces.
struct MirrorCopy: Sendable {
  let source: any ObjectStore
  let target: DirectoryStore
  let log: MirrorLog
  let progress: Progress

  /// Objects beyond this are read in pieces of this size, several at once.
  private static let pieceByteCount: Int64 = 8 << 20
  /// Bytes on their way at once.
  private static let byteLimit: Int64 = 64 << 20

  /// Copies objects; the first failure ends the rest.
  func run(_ objects: [ObjectSummary]) async throws {
    let parallelCount = source.parallelReadCount ?? 4
    let isLarge = { (object: ObjectSummary) in object.byteCount > MirrorCopy.pieceByteCount }
    try await withThrowingTaskGroup(of: Int64.self) { group in
      var activeCount = 0
      var activeByteCount: Int64 = 0
      for object in objects where !isLarge(object) {
        while activeCount >= parallelCount
          || (activeCount > 0 && activeByteCount + object.byteCount > MirrorCopy.byteLimit)
        {
          activeByteCount -= try await group.next() ?? 0
          activeCount -= 1
        }
        activeCount += 1
        activeByteCount += object.byteCount
        group.addTask {
          try await copy(object)
          return object.byteCount
        }
      }
      for try await _ in group {}
    }
    for object in objects where isLarge(object) { try await copy(object) }
  }

  private func copy(_ object: ObjectSummary) async throws {
    let upload = try await target.upload(object.key, options: PutOptions())
    do {
      try await append(object, to: upload)
      _ = try await upload.finish()
    } catch {
      await upload.abort()
      throw error
    }
    try log.add(object)
    progress.add(1, bytes: object.byteCount)
  }

  /// Pieces are fetched ahead and appended in their order.
  private func append(_ object: ObjectSummary, to upload: any ObjectUpload) async throws {
    let pieces = PrefetchJob(whole: object).pieces
    let ahead = Int(MirrorCopy.byteLimit / MirrorCopy.pieceByteCount)
    try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
      var arrived: [Int: [UInt8]] = [:]
      var begun = 0
      for index in pieces.indices {
        while begun < pieces.count, begun < index + ahead {
          let number = begun
          group.addTask { (number, try await read(object, pieces[number])) }
          begun += 1
        }
        while arrived[index] == nil, let (number, bytes) = try await group.next() {
          arrived[number] = bytes
        }
        if let bytes = arrived.removeValue(forKey: index) { try await upload.append(bytes) }
      }
    }
  }

  private func read(_ object: ObjectSummary, _ range: Range<Int64>) async throws -> [UInt8] {
    let isWhole = range == 0..<object.byteCount
    return try await source.read(
      object.key, range: isWhole ? nil : range, ifMatch: object.tag, limit: range.count
    ).bytes
  }
}
