import Synchronization

/// Objects in memory: for tests, and for what never needs a disk.
public final class MemoryStore: ObjectStore {
  private struct Entry {
    var bytes: [UInt8]
    var tag: EntityTag
  }

  private struct State {
    var objects: [String: Entry] = [:]
    var version = 0
  }

  /// The name under which people see it.
  public let description: String
  /// The prefix that receipts may spell.
  public let locationPath: String
  private let state = Mutex(State())

  /// An empty store.
  public init(description: String = "memory", locationPath: String = "") {
    self.description = description
    self.locationPath = locationPath
  }

  /// All objects whose key begins with a prefix, in the order of their keys' bytes.
  public func list(prefix: String) async throws -> [ObjectSummary] {
    state.withLock { state in
      state.objects.filter { $0.key.utf8.starts(with: prefix.utf8) }
        .map {
          ObjectSummary(key: $0.key, byteCount: Int64($0.value.bytes.count), tag: $0.value.tag)
        }
    }.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  /// What is known of an object without reading it.
  public func head(_ key: String) async throws -> ObjectSummary {
    let entry = try entry(key)
    return ObjectSummary(key: key, byteCount: Int64(entry.bytes.count), tag: entry.tag)
  }

  /// An object, or a range of it.
  public func read(
    _ key: String, range: Range<Int64>?, ifMatch tag: EntityTag?, limit: Int
  ) async throws -> ObjectContent {
    let entry = try entry(key)
    try StorageError.check(entry.tag, is: tag, place(key))
    let range = try StorageError.check(
      range, of: Int64(entry.bytes.count), limit: limit, place(key))
    return ObjectContent(
      bytes: Array(entry.bytes[Int(range.lowerBound)..<Int(range.upperBound)]), tag: entry.tag)
  }

  /// Opens an object.
  public func open(_ object: ObjectSummary) throws -> any ObjectReader {
    let entry = try entry(object.key)
    try StorageError.check(entry.tag, is: object.tag, place(object.key))
    return MemoryObject(entry.bytes)
  }

  /// Writes an object.
  @discardableResult
  public func put(_ key: String, _ bytes: [UInt8], options: PutOptions) async throws -> EntityTag {
    try state.withLock { state throws(StorageError) in
      let there = state.objects[key]?.tag
      guard options.condition.holds(for: there) else {
        throw StorageError.conflict(place(key), options.condition, there: there)
      }
      state.version += 1
      let tag = EntityTag(rawValue: "\"\(state.version)\"")
      state.objects[key] = Entry(bytes: bytes, tag: tag)
      return tag
    }
  }

  /// Begins to write an object piece by piece.
  public func upload(_ key: String, options: PutOptions) async throws -> any ObjectUpload {
    MemoryUpload(store: self, key: key, options: options)
  }

  /// Deletes objects.
  public func delete(_ keys: [String]) async throws -> [DeletionFailure] {
    state.withLock { state in
      for key in keys { state.objects[key] = nil }
    }
    return []
  }

  private func place(_ key: String) -> String { "\(description)/\(key)" }

  private func entry(_ key: String) throws(StorageError) -> Entry {
    guard let entry = state.withLock({ $0.objects[key] }) else {
      throw StorageError(
        .notFound, place(key), "cannot read \(place(key)): there is no such object")
    }
    return entry
  }
}

/// An object of a ``MemoryStore``, open for reading.
private final class MemoryObject: ObjectReader {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var byteCount: Int64 { Int64(bytes.count) }

  func read(at offset: Int64, into destination: inout MutableRawSpan) throws {
    destination.fill(from: bytes[Int(offset)...])
  }
}

/// An object of a ``MemoryStore`` that is being written.
private actor MemoryUpload: ObjectUpload {
  private let store: MemoryStore
  private let key: String
  private let options: PutOptions
  private var bytes: [UInt8] = []

  init(store: MemoryStore, key: String, options: PutOptions) {
    self.store = store
    self.key = key
    self.options = options
  }

  func append(_ bytes: [UInt8]) async throws { self.bytes += bytes }

  func finish() async throws -> EntityTag { try await store.put(key, bytes, options: options) }

  func abort() async { bytes = [] }
}
