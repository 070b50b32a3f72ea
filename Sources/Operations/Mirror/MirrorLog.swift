import Dump
import FoundationEssentials
import Glibc
import ObjectStorage
import Synchronization

/// Which versions of which objects a mirror holds: what makes it possible to go on where it ended.
///
/// A file in the mirror, one JSON document a line. A line is added once a file is complete and on
/// the disk; one that was cut off by a crash is passed over, and its file copied again.
final class MirrorLog: Sendable {
  static let name = ".receipt-mirror"

  private struct Entry: Codable, Hashable {
    let key: String
    let bytes: Int64
    let version: String
  }

  private let path: String
  private let descriptor: Int32
  private let entries: Mutex<[String: Entry]>

  /// Opens the log of a directory; there is none before the first copy.
  ///
  /// - Throws: ``OperationError`` if it cannot be written.
  init(in directory: String) throws(OperationError) {
    path = directory + "/" + MirrorLog.name
    let contents = FileManager.default.contents(atPath: path) ?? Data()
    var entries: [String: Entry] = [:]
    for line in contents.split(separator: 0x0a) {
      guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(line)) else { continue }
      entries[entry.key] = entry
    }
    self.entries = Mutex(entries)
    descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else {
      throw OperationError(
        errno == EACCES ? .accessDenied : .failed,
        "cannot write \(path): \(unsafe String(cString: strerror(errno)))")
    }
    // What a crash has cut off must not swallow the line that comes behind it.
    if let last = contents.last, last != 0x0a { unsafe _ = write(descriptor, "\n", 1) }
  }

  deinit { close(descriptor) }

  /// Whether this version was copied.
  func has(_ object: ObjectSummary) -> Bool {
    guard let tag = object.tag else { return false }
    return entries.withLock { $0[object.key] }
      == Entry(key: object.key, bytes: object.byteCount, version: tag.rawValue)
  }

  /// Notes that an object was copied.
  ///
  /// - Throws: ``OperationError`` if the line cannot be written.
  func add(_ object: ObjectSummary) throws {
    guard let tag = object.tag else { return }
    let entry = Entry(key: object.key, bytes: object.byteCount, version: tag.rawValue)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = Array(try encoder.encode(entry)) + [0x0a]
    // One call for the whole line: others append too.
    guard unsafe write(descriptor, line, line.count) == line.count else {
      throw OperationError(
        .failed, "cannot write \(path): \(unsafe String(cString: strerror(errno)))",
        hint: "free some space")
    }
    entries.withLock { $0[entry.key] = entry }
  }
}
