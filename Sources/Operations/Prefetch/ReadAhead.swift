import ObjectStorage
import Synchronization

/// An object that is read in several places at once, from each of them forwards: the column chunks
/// of a row group that is too large to be held.
///
/// What is asked for comes in blocks, and while the second half of a block is read the next is
/// fetched. Memory is two blocks for each place: of more, the one that was not used for longest goes.
final class ReadAhead: ObjectReader {
  private struct Block {
    let end: Int64
    var content: Content
    var lastUse = 0

    enum Content {
      case fetching(Task<[UInt8], any Error>)
      case ready([UInt8])
    }
  }

  private struct State {
    /// The blocks by where they begin.
    var blocks: [Int64: Block] = [:]
    var useCount = 0
  }

  private let store: any ObjectStore
  private let object: ObjectSummary
  private let blockByteCount: Int64
  private let blockLimit: Int
  private let state = Mutex(State())

  /// Blocks that are fetched, whatever was asked for: less costs more requests than it saves bytes.
  private static let leastBlockByteCount: Int64 = 256 << 10
  private static let mostBlockByteCount: Int64 = 4 << 20

  /// An object of a store.
  ///
  /// - Parameters:
  ///   - store: where the object is.
  ///   - object: the object.
  ///   - byteLimit: the memory that it may take.
  ///   - placeCount: the places in which it will be read at once.
  init(_ store: any ObjectStore, _ object: ObjectSummary, byteLimit: Int64, placeCount: Int) {
    self.store = store
    self.object = object
    blockLimit = 2 * max(1, placeCount)
    blockByteCount = max(
      ReadAhead.leastBlockByteCount,
      min(ReadAhead.mostBlockByteCount, byteLimit / Int64(blockLimit)))
  }

  deinit {
    state.withLock { state in
      for block in state.blocks.values {
        if case .fetching(let task) = block.content { task.cancel() }
      }
    }
  }

  var byteCount: Int64 { object.byteCount }

  func read(at offset: Int64, into destination: inout MutableRawSpan) throws {
    let end = offset + Int64(destination.byteCount)
    var next = offset
    while next < end {
      let (start, blockEnd) = block(at: next)
      let bytes = try bytes(of: start)
      let part = bytes[Int(next - start)..<Int(min(end, blockEnd) - start)]
      destination.fill(from: part, at: Int(next - offset))
      next += Int64(part.count)
      fetchAhead(of: start, readTo: next)
    }
  }

  /// The block that an offset is in, begun there if there is none.
  private func block(at offset: Int64) -> (start: Int64, end: Int64) {
    state.withLock { state in
      state.useCount += 1
      for (start, block) in state.blocks where start <= offset && offset < block.end {
        state.blocks[start]?.lastUse = state.useCount
        return (start, block.end)
      }
      return (offset, fetch(from: offset, &state))
    }
  }

  /// Begins to fetch a block.
  ///
  /// - Returns: its end.
  private func fetch(from offset: Int64, _ state: inout State) -> Int64 {
    let end = min(offset + blockByteCount, object.byteCount)
    while state.blocks.count >= blockLimit,
      let oldest = state.blocks.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      if case .fetching(let task) = oldest.value.content { task.cancel() }
      state.blocks[oldest.key] = nil
    }
    let task = Task { [store, object] in
      try await store.read(
        object.key, range: offset..<end, ifMatch: object.tag, limit: Int(end - offset)
      ).bytes
    }
    state.blocks[offset] = Block(end: end, content: .fetching(task), lastUse: state.useCount)
    return end
  }

  private func bytes(of start: Int64) throws -> [UInt8] {
    guard let block = state.withLock({ $0.blocks[start] }) else { throw CancellationError() }
    switch block.content {
    case .ready(let bytes): return bytes
    case .fetching(let task):
      let bytes = try blocking {
        try await withTaskCancellationHandler {
          try await task.value
        } onCancel: {
          task.cancel()
        }
      }
      state.withLock { $0.blocks[start]?.content = .ready(bytes) }
      return bytes
    }
  }

  /// Begins to fetch what comes behind a block whose second half is being read.
  private func fetchAhead(of start: Int64, readTo end: Int64) {
    state.withLock { state in
      guard let blockEnd = state.blocks[start]?.end, blockEnd < object.byteCount,
        end > start + (blockEnd - start) / 2,
        !state.blocks.contains(where: { $0.key <= blockEnd && blockEnd < $0.value.end })
      else { return }
      _ = fetch(from: blockEnd, &state)
    }
  }
}
