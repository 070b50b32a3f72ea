internal import Parquet
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Bytes of a COPY on their way from one thread to another.
final class CopyChunk: @unchecked Sendable {  // One thread has it at a time: it is handed over.
  var bytes = Buffer<UInt8>(capacity: CopyStream.chunkByteCount)

  /// How many chunks' room it takes: one with a long row takes that of several.
  var size: Int {
    min(CopyStream.chunkCount, max(1, bytes.count / CopyStream.chunkByteCount))
  }
}

/// Lets the rows of a COPY in on a thread of their own, some way ahead of who reads them.
///
/// While a row group is encoded and compressed nobody would take rows otherwise, and the server would
/// stop as soon as the network's buffers are full.
final class CopyStream: Sendable {
  /// Bytes of a chunk, unless a row has more.
  static let chunkByteCount = 256 << 10
  /// Chunks that wait at the most.
  static let chunkCount = 64

  private struct State {
    var waiting: [CopyChunk] = []
    var free: [CopyChunk] = []
    var failure: PostgreSQLError?
    var isEnded = false
    var isAbandoned = false
  }

  private let connection: Connection
  private let table: String
  private let isCancelled: @Sendable () -> Bool
  private let state = Mutex(State())
  /// Counts chunks that wait, and the end.
  private let filled = Semaphore(0)
  /// Counts the room for further ones.
  private let room = Semaphore(CopyStream.chunkCount)
  private let done = Semaphore(0)

  /// Begins to read ahead.
  ///
  /// - Parameters:
  ///   - connection: a connection whose COPY has begun; nobody else uses it until ``stop()``.
  ///   - table: what is read, for errors.
  /// - Throws: `unavailable` if there is no thread to be had.
  init(_ connection: Connection, table: String) throws(PostgreSQLError) {
    self.connection = connection
    self.table = table
    isCancelled = connection.isCancelled
    connection.isCancelled = { [weak self, isCancelled] in
      isCancelled() || self?.state.withLock { $0.isAbandoned } ?? true
    }
    guard startThread({ self.run() }) else {
      throw PostgreSQLError(
        .unavailable, "cannot read table \(table) of \(connection.place): no thread is to be had")
    }
  }

  // MARK: The thread

  private func run() {
    var isLast = false
    while !isLast {
      room.wait()
      guard let chunk = takeFree() else { break }
      var failure: PostgreSQLError?
      do throws(PostgreSQLError) {
        isLast = !(try fill(chunk))
      } catch {
        failure = error
        isLast = true
      }
      state.withLock { state in
        if chunk.bytes.count > 0 { state.waiting.append(chunk) }
        state.failure = failure
        state.isEnded = isLast
      }
      let size = chunk.size
      if chunk.bytes.count > 0 { filled.post() }
      for _ in 1..<size { room.wait() }
    }
    filled.post()
    done.post()
  }

  /// An empty chunk; `nil` if nobody wants it any more.
  private func takeFree() -> CopyChunk? {
    state.withLock { state in
      if state.isAbandoned { return nil }
      return state.free.popLast() ?? CopyChunk()
    }
  }

  /// Fills a chunk, or less where somebody waits for it; whether there is more to come.
  private func fill(_ chunk: CopyChunk) throws(PostgreSQLError) -> Bool {
    try connection.takeMessages(
      into: &chunk.bytes, upTo: CopyStream.chunkByteCount, of: table,
      isAwaited: { state.withLock { $0.waiting.isEmpty } })
  }

  // MARK: The reader

  /// Takes the next bytes.
  ///
  /// - Parameter rows: where they go.
  /// - Returns: whether there were any; none come after the last ones.
  /// - Throws: why there are no more.
  func take(into rows: inout CopyRows) throws(PostgreSQLError) -> Bool {
    filled.wait()
    let (chunk, failure) = state.withLock { state in
      (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.failure)
    }
    guard let chunk else {
      // The end stays where it is found again.
      filled.post()
      if let failure { throw failure }
      return false
    }
    do throws(CopyFailure) {
      try rows.append(chunk.bytes)
    } catch {
      throw PostgreSQLError(
        .malformed, "cannot read table \(table) of \(connection.place): \(error.reason)")
    }
    let size = chunk.size
    chunk.bytes.removeAll()
    // Memory that was made for one long row is not kept.
    if chunk.bytes.capacity <= 4 * CopyStream.chunkByteCount {
      state.withLock { $0.free.append(chunk) }
    }
    for _ in 0..<size { room.post() }
    return true
  }

  /// Ends the thread, and lets the connection go.
  ///
  /// - Returns: whether all of the COPY has come.
  func stop() -> Bool {
    state.withLock { $0.isAbandoned = true }
    for _ in 0..<CopyStream.chunkCount { room.post() }
    done.wait()
    connection.isCancelled = isCancelled
    return state.withLock { $0.isEnded && $0.failure == nil }
  }
}
