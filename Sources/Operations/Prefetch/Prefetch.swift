import ObjectStorage
import Synchronization

/// Fetches what threads are about to read, many requests at once and within a bound of memory.
///
/// Jobs are begun in their order, as far ahead as connections and memory allow, so that a thread
/// that takes the next one mostly finds it there. Objects of which too much is wanted to be held
/// are read ahead block by block; stores that need none of this are read as they are.
final class Prefetch: Sendable {
  private enum Job {
    case waiting
    case fetching([FetchedObject.Piece], missing: Int)
    case done(Result<[FetchedObject.Piece], any Error>)
    case taken
  }

  private typealias Taker = CheckedContinuation<Result<[FetchedObject.Piece], any Error>, Never>

  private struct State {
    var jobs: [Job]
    var takers: [Int: Taker] = [:]
    /// Bytes that are being fetched or held.
    var byteCount: Int64 = 0
    /// The run, while it waits for room.
    var run: (job: Int, continuation: CheckedContinuation<Void, Never>)?
    var isOver = false
  }

  private let store: any ObjectStore
  private let jobs: [PrefetchJob]
  private let byteLimit: Int64
  private let state: Mutex<State>

  /// What is fetched ahead at the most, whatever may be used.
  private static let byteLimit: Int64 = 96 << 20

  /// What is fetched ahead where so much memory may be used: decoding takes the larger part.
  static func byteLimit(of maxMemoryByteCount: Int64) -> Int64 {
    min(byteLimit, maxMemoryByteCount * 3 / 8)
  }

  /// Prepares; nothing is fetched yet.
  ///
  /// - Parameters:
  ///   - store: where the objects are.
  ///   - jobs: what will be taken, in this order or nearly so.
  ///   - maxMemoryByteCount: the memory that may be used; a part of it is.
  ///   - kept: objects that are in memory already, by key.
  init(
    _ store: any ObjectStore, jobs: [PrefetchJob], maxMemoryByteCount: Int64,
    kept: [String: [UInt8]] = [:]
  ) {
    self.store = store
    self.jobs = jobs
    byteLimit = Prefetch.byteLimit(of: maxMemoryByteCount)
    var state = State(jobs: Array(repeating: .waiting, count: jobs.count))
    if !kept.isEmpty {
      for (index, job) in jobs.enumerated() {
        guard let bytes = kept[job.object.key] else { continue }
        state.jobs[index] = .done(.success([FetchedObject.Piece(offset: 0, bytes: bytes)]))
        state.byteCount += job.byteCount
      }
    }
    self.state = Mutex(state)
  }

  /// Whether a job is fetched at all: a larger one is read as its reader goes.
  private func isFetched(_ index: Int) -> Bool {
    let byteCount = jobs[index].byteCount
    return store.parallelReadCount != nil && byteCount > 0 && byteCount <= byteLimit / 2
  }

  /// Runs work that takes from here, with the fetching beside it.
  func during<Output: Sendable>(
    _ body: @escaping @Sendable () async throws -> Output
  ) async throws -> Output {
    guard store.parallelReadCount != nil else { return try await body() }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.run() }
      defer { group.cancelAll() }
      return try await body()
    }
  }

  // MARK: Taking

  /// The object of a job, for reading; blocks the thread until its parts are there.
  ///
  /// - Throws: what fetching has thrown; `CancellationError`.
  func take(_ index: Int) throws -> any ObjectReader {
    let job = jobs[index]
    let object = try store.open(job.object)
    guard isFetched(index) else {
      // A quarter for each of two threads, and as much for what they are handing back.
      return store.parallelReadCount == nil
        ? object
        : ReadAhead(
          store, job.object, byteLimit: byteLimit / 4, placeCount: job.placeCount)
    }
    let pieces = try taken(index)?.get() ?? blocking { try await self.pieces(of: index) }
    return FetchedObject(object, pieces: pieces) { [self] in release(index) }
  }

  /// The outcome of a job that is done; `nil` for one that must be waited for.
  private func taken(_ index: Int) -> Result<[FetchedObject.Piece], any Error>? {
    state.withLock { state in
      guard case .done(let result) = state.jobs[index] else { return nil }
      state.jobs[index] = .taken
      return result
    }
  }

  private func pieces(of index: Int) async throws -> [FetchedObject.Piece] {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (taker: Taker) in
        let result = state.withLock { state -> Result<[FetchedObject.Piece], any Error>? in
          if case .done(let result) = state.jobs[index] {
            state.jobs[index] = .taken
            return result
          }
          if state.isOver || Task.isCancelled { return .failure(CancellationError()) }
          state.takers[index] = taker
          return nil
        }
        if let result { taker.resume(returning: result) } else { wakeRun() }
      }
    } onCancel: {
      let taker = state.withLock { $0.takers.removeValue(forKey: index) }
      taker?.resume(returning: .failure(CancellationError()))
    }
    return try result.get()
  }

  private func release(_ index: Int) {
    state.withLock { $0.byteCount -= jobs[index].byteCount }
    wakeRun()
  }

  // MARK: Fetching

  private func run() async {
    let parallelCount = store.parallelReadCount ?? 1
    await withTaskGroup(of: Void.self) { group in
      var activeCount = 0
      for index in jobs.indices where isFetched(index) {
        guard case .waiting = state.withLock({ $0.jobs[index] }) else { continue }
        await room(for: index)
        if Task.isCancelled { break }
        let pieces = jobs[index].pieces
        state.withLock { state in
          state.byteCount += jobs[index].byteCount
          state.jobs[index] = .fetching([], missing: pieces.count)
        }
        for piece in pieces {
          if activeCount >= parallelCount {
            await group.next()
            activeCount -= 1
          }
          activeCount += 1
          group.addTask { await self.fetch(piece, of: index) }
        }
      }
    }
    let takers = state.withLock { state in
      state.isOver = true
      defer { state.takers = [:] }
      return state.takers.values
    }
    for taker in takers { taker.resume(returning: .failure(CancellationError())) }
  }

  /// Waits until a job fits, or a thread wants it: then it must be begun, for what that thread
  /// still holds is given back only afterwards.
  private func room(for index: Int) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        let isWaiting = state.withLock { state in
          if hasRoom(for: index, state) || Task.isCancelled { return false }
          state.run = (index, continuation)
          return true
        }
        if !isWaiting { continuation.resume() }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        defer { state.run = nil }
        return state.run?.continuation
      }
      waiting?.resume()
    }
  }

  private func hasRoom(for index: Int, _ state: State) -> Bool {
    state.byteCount + jobs[index].byteCount <= byteLimit || state.takers[index] != nil
  }

  private func wakeRun() {
    let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let run = state.run, hasRoom(for: run.job, state) else { return nil }
      state.run = nil
      return run.continuation
    }
    waiting?.resume()
  }

  private func fetch(_ range: Range<Int64>, of index: Int) async {
    let object = jobs[index].object
    let isWhole = range == 0..<object.byteCount
    do {
      let content = try await store.read(
        object.key, range: isWhole ? nil : range, ifMatch: object.tag, limit: range.count)
      finish(.success(FetchedObject.Piece(offset: range.lowerBound, bytes: content.bytes)), index)
    } catch {
      finish(.failure(error), index)
    }
  }

  private func finish(_ result: Result<FetchedObject.Piece, any Error>, _ index: Int) {
    let taker = state.withLock { state -> (Taker, Result<[FetchedObject.Piece], any Error>)? in
      // The first failure of a piece is the job's; what else arrives of it is dropped.
      guard case .fetching(var pieces, var missing) = state.jobs[index] else { return nil }
      let outcome: Result<[FetchedObject.Piece], any Error>
      switch result {
      case .success(let piece):
        pieces.append(piece)
        missing -= 1
        state.jobs[index] = .fetching(pieces, missing: missing)
        if missing > 0 { return nil }
        outcome = .success(pieces.sorted { $0.offset < $1.offset })
      case .failure(let error):
        outcome = .failure(error)
        state.byteCount -= jobs[index].byteCount
      }
      guard let taker = state.takers.removeValue(forKey: index) else {
        state.jobs[index] = .done(outcome)
        return nil
      }
      state.jobs[index] = .taken
      return (taker, outcome)
    }
    if let (taker, outcome) = taker { taker.resume(returning: outcome) }
  }
}
