import ObjectStorage
import Synchronization
import TestSupport
import Testing

@testable import Operations

/// Fetching ahead, held against what is in the store and against its bounds.
struct PrefetchTests {
  /// A store that takes its time and counts.
  private final class SlowStore: ObjectStore {
    struct Counts {
      var reads = 0
      var active = 0
      var mostActive = 0
      var bytes = 0
    }

    let memory = MemoryStore()
    let counts = Mutex(Counts())
    let brokenKeys: Set<String>
    let delay: Duration
    var description: String { "slow" }
    var locationPath: String { "" }
    var parallelReadCount: Int? { 4 }

    init(brokenKeys: Set<String> = [], delay: Duration = .milliseconds(1)) {
      self.brokenKeys = brokenKeys
      self.delay = delay
    }

    func list(prefix: String) async throws -> [ObjectSummary] {
      try await memory.list(prefix: prefix)
    }

    func head(_ key: String) async throws -> ObjectSummary { try await memory.head(key) }

    func read(
      _ key: String, range: Range<Int64>?, ifMatch tag: EntityTag?, limit: Int
    ) async throws -> ObjectContent {
      counts.withLock { counts in
        counts.reads += 1
        counts.active += 1
        counts.mostActive = max(counts.mostActive, counts.active)
      }
      defer { counts.withLock { $0.active -= 1 } }
      try await Task.sleep(for: delay)
      if brokenKeys.contains(key) {
        throw StorageError(.unavailable, key, "cannot read \(key): it is broken")
      }
      let content = try await memory.read(key, range: range, ifMatch: tag, limit: limit)
      counts.withLock { $0.bytes += content.bytes.count }
      return content
    }

    func open(_ object: ObjectSummary) throws -> any ObjectReader { try memory.open(object) }

    func put(_ key: String, _ bytes: [UInt8], options: PutOptions) async throws -> EntityTag {
      try await memory.put(key, bytes, options: options)
    }

    func upload(_ key: String, options: PutOptions) async throws -> any ObjectUpload {
      try await memory.upload(key, options: options)
    }

    func delete(_ keys: [String]) async throws -> [DeletionFailure] { [] }
  }

  private func objects(
    in store: SlowStore, sizes: [Int]
  ) async throws -> [(summary: ObjectSummary, bytes: [UInt8])] {
    var objects: [(ObjectSummary, [UInt8])] = []
    for (index, size) in sizes.enumerated() {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ index) }
      let tag = try await store.put("\(index)", bytes)
      objects.append((ObjectSummary(key: "\(index)", byteCount: Int64(size), tag: tag), bytes))
    }
    return objects
  }

  private static func bytes(_ reader: any ObjectReader, _ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var span = bytes.mutableSpan
    var destination = unsafe span.mutableBytes
    try reader.read(at: Int64(range.lowerBound), into: &destination)
    return bytes
  }

  @Test func `threads get what they take, within the connections`() async throws {
    var random = SeededGenerator()
    let store = SlowStore()
    let sizes = (0..<60).map { _ in Int.random(in: 0...20_000, using: &random) }
    let objects = try await objects(in: store, sizes: sizes)
    let prefetch = Prefetch(
      store, jobs: objects.map { PrefetchJob(whole: $0.summary) }, maxMemoryByteCount: 160_000)
    let seed = random.seed
    try await prefetch.during {
      try await onThreads(Array(objects.indices), threadCount: 3) { queue in
        while let index = queue.next() {
          let reader = try prefetch.take(index)
          #expect(reader.byteCount == Int64(sizes[index]))
          let bytes = try Self.bytes(reader, 0..<sizes[index])
          #expect(bytes == objects[index].bytes, "seed \(seed), object \(index)")
        }
      }
    }
    #expect(store.counts.withLock { $0.mostActive } <= 4)
    #expect(store.counts.withLock { $0.mostActive } > 1)
  }

  @Test func `parts are fetched once, and what lies outside of them is read from the store`()
    async throws
  {
    let store = SlowStore()
    let objects = try await objects(in: store, sizes: [1_000_000])
    let job = PrefetchJob(objects[0].summary, ranges: [400_000..<500_000, 900_000..<1_000_000])
    #expect(job.byteCount == 200_000)
    let prefetch = Prefetch(store, jobs: [job], maxMemoryByteCount: 100 << 20)
    try await prefetch.during {
      try await onThreads([0], threadCount: 1) { _ in
        let reader = try prefetch.take(0)
        for range in [400_000..<500_000, 950_000..<1_000_000, 450_000..<460_000, 100..<900] {
          let part = try Self.bytes(reader, range)
          #expect(part == Array(objects[0].bytes[range]))
        }
      }
    }
    #expect(store.counts.withLock { $0.bytes } == 200_000)
  }

  @Test func `neighbouring and overlapping parts become one, from the beginning if near`() {
    let object = ObjectSummary(key: "k", byteCount: 10_000_000)
    #expect(
      PrefetchJob(object, ranges: [5_000_000..<6_000_000, 5_500_000..<7_000_000]).ranges
        == [5_000_000..<7_000_000])
    #expect(
      PrefetchJob(object, ranges: [4..<9_900_000, 9_950_000..<20_000_000]).ranges == [
        0..<10_000_000
      ])
    #expect(PrefetchJob(object, ranges: [5..<5, -10..<0]).ranges == [])
    #expect(PrefetchJob(whole: object).pieces == [0..<8 << 20, 8 << 20..<10_000_000])
  }

  @Test func `a job that fails does so alone`() async throws {
    let store = SlowStore(brokenKeys: ["1"])
    let objects = try await objects(in: store, sizes: [1_000, 1_000, 1_000])
    let prefetch = Prefetch(
      store, jobs: objects.map { PrefetchJob(whole: $0.summary) }, maxMemoryByteCount: 1 << 20)
    try await prefetch.during {
      try await onThreads([0], threadCount: 1) { _ in
        let first = try Self.bytes(try prefetch.take(0), 0..<1_000)
        #expect(first == objects[0].bytes)
        #expect(throws: StorageError.self) { _ = try prefetch.take(1) }
        let last = try Self.bytes(try prefetch.take(2), 0..<1_000)
        #expect(last == objects[2].bytes)
      }
    }
  }

  @Test func `a cancelled run ends the waits of its threads`() async throws {
    let store = SlowStore(delay: .seconds(60))
    let objects = try await objects(in: store, sizes: [1_000, 1_000])
    let prefetch = Prefetch(
      store, jobs: objects.map { PrefetchJob(whole: $0.summary) }, maxMemoryByteCount: 1 << 20)
    let run = Task {
      try await prefetch.during {
        try await onThreads([0, 1], threadCount: 2) { queue in
          while let index = queue.next() { _ = try prefetch.take(index) }
        }
      }
    }
    try await Task.sleep(for: .milliseconds(50))
    run.cancel()
    await #expect(throws: CancellationError.self) { try await run.value }
  }

  @Test func `reading forwards in several places takes few requests`() async throws {
    var random = SeededGenerator()
    let store = SlowStore()
    let objects = try await objects(in: store, sizes: [8_000_000])
    let (summary, bytes) = objects[0]
    let placeCount = 5
    let reader = ReadAhead(
      store, summary, byteLimit: Int64(2 * placeCount * 300_000), placeCount: placeCount)
    // Each place is a fifth of the object; windows begin at or before the end of the one before.
    let size = bytes.count / placeCount
    var positions = (0..<placeCount).map { $0 * size }
    let reads = Mutex((0, 0))
    let seed = random.seed
    var steps: [Range<Int>] = []
    while let place = positions.indices.filter({ positions[$0] < ($0 + 1) * size })
      .randomElement(using: &random)
    {
      let end = min(
        (place + 1) * size, positions[place] + Int.random(in: 1...100_000, using: &random))
      steps.append(positions[place]..<end)
      positions[place] =
        end == (place + 1) * size
        ? end : max(positions[place] + 1, end - Int.random(in: 0...5_000, using: &random))
    }
    try await onThreads([0], threadCount: 1) { [steps] _ in
      for range in steps {
        let part = try Self.bytes(reader, range)
        #expect(part == Array(bytes[range]), "seed \(seed), \(range)")
        reads.withLock { $0.0 += 1 }
      }
    }
    // 8 MB in blocks of 300 kB are 27; some are cut at a place's end and some are fetched in vain.
    let count = store.counts.withLock { $0.reads }
    #expect(count <= 60, "seed \(seed): \(count) requests for \(steps.count) reads")
  }

  @Test func `a jump back is read again`() async throws {
    let store = SlowStore()
    let objects = try await objects(in: store, sizes: [2_000_000])
    let reader = ReadAhead(store, objects[0].summary, byteLimit: 600_000, placeCount: 1)
    try await onThreads([0], threadCount: 1) { _ in
      for range in [0..<700_000, 1_900_000..<2_000_000, 0..<10, 1_000_000..<1_000_000] {
        let part = try Self.bytes(reader, range)
        #expect(part == Array(objects[0].bytes[range]))
      }
    }
  }
}
