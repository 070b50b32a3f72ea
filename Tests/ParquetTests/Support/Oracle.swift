import Foundation
import Testing

/// Other implementations of Parquet, run by the Python interpreter that `RECEIPT_PYTHON` names.
enum Oracle {
  static let python = ProcessInfo.processInfo.environment["RECEIPT_PYTHON"]
  static let isThere = python != nil

  /// Runs one of the scripts beside the fixtures; its output, once it has ended with 0.
  @discardableResult
  static func run(_ script: String, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: try #require(python))
    process.arguments = [fixtureFolder.appending(path: script).path] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: output, as: UTF8.self)
    #expect(process.terminationStatus == 0, "\(script): \(text)")
    return text
  }
}

/// A folder that goes with the last reference.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "parquet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: url.appending(path: name))
  }
}
