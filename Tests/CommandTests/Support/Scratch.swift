import Foundation

/// A directory of one test's own, removed with everything in it at the end.
///
/// Paths are relative to it; commands run in it.
final class Scratch: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "receipt-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path(name))) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// Writes a file; folders on the way to it are made.
  func write(_ bytes: Data, to name: String) throws {
    let file = URL(filePath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
  }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  func copy(_ name: String, to other: String) throws {
    try write(try bytes(name), to: other)
  }

  /// Changes one bit of a file.
  func flip(_ name: String, at offset: Int) throws {
    var bytes = try bytes(name)
    bytes[offset] ^= 1
    try write(bytes, to: name)
  }

  /// Takes bytes from a file's end.
  func cut(_ name: String, by count: Int) throws {
    try write(try bytes(name).dropLast(count), to: name)
  }

  /// Every file below with its bytes: what must not have changed.
  func snapshot() throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: url.path) {
      let kind =
        try FileManager.default.attributesOfItem(atPath: path(name))[.type] as? FileAttributeType
      switch kind {
      case .typeRegular: files[name] = try bytes(name)
      case .typeDirectory: files[name + "/"] = Data()
      default: files[name + "?"] = Data()
      }
    }
    return files
  }

  /// The names directly in the directory, hidden ones too.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
  }
}
