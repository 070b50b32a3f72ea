import ObjectStorage
import Synchronization

/// Small files that were read as a whole for their footers and are not asked for again.
///
/// Over a network a request costs more than the bytes of a small file, so that it is fetched once
/// and held until its values are wanted, within a bound of memory.
final class KeptObjects: Sendable {
  private let contents = Mutex<[String: [UInt8]]>([:])
  /// The bytes that may be held.
  private let byteLimit: Int64

  /// Larger files have their footers fetched alone: they would take the room of several others.
  private static let objectByteLimit: Int64 = 1 << 20

  /// Nothing yet.
  ///
  /// - Parameter maxMemoryByteCount: the memory that may be used; a part of it is.
  init(maxMemoryByteCount: Int64) {
    byteLimit = Prefetch.byteLimit(of: maxMemoryByteCount) / 2
  }

  /// Chooses what is kept: as many of the objects as there is room for.
  ///
  /// - Returns: their keys.
  func choice(of objects: [ObjectSummary]) -> Set<String> {
    var room = byteLimit
    var keys: Set<String> = []
    for object in objects.sorted(by: { $0.byteCount < $1.byteCount }) {
      room -= object.byteCount
      if room < 0 || object.byteCount > KeptObjects.objectByteLimit { break }
      keys.insert(object.key)
    }
    return keys
  }

  /// Holds an object.
  func keep(_ key: String, _ bytes: [UInt8]) { contents.withLock { $0[key] = bytes } }

  /// What is held, by key.
  var all: [String: [UInt8]] { contents.withLock { $0 } }

  /// What is held, by key, and is not held here any more.
  func takeAll() -> [String: [UInt8]] {
    contents.withLock { contents in
      defer { contents = [:] }
      return contents
    }
  }
}
