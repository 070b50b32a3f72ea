import Foundation
import Testing

/// Other implementations of Parquet, run by the Python interpreter that `RECEIPT_PYTHON` names.
enum Oracle {
  static let python = ProcessInfo.processInfo.environment["RECEIPT_PYTHON"]
  static let isThere = python != nil

  /// Whether the interpreter has a module.
  static func has(_ module: String) -> Bool {
    guard let python else { return false }
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = ["-c", "import \(module)"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Runs one of the scripts beside the fixtures; its output, once it has ended with 0.
  @discardableResult
  static func run(
    _ script: String, _ arguments: String..., input: String = ""
  ) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: try #require(python))
    process.arguments = [fixtureFolder.appending(path: script).path] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    let inputPipe = Pipe()
    process.standardInput = inputPipe
    try process.run()
    inputPipe.fileHandleForWriting.write(Data(input.utf8))
    try inputPipe.fileHandleForWriting.close()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: output, as: UTF8.self)
    #expect(process.terminationStatus == 0, "\(script): \(text)")
    return text
  }
}

/// A folder that goes with the last reference, unless `RECEIPT_KEEP_FILES` is set.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "parquet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    if ProcessInfo.processInfo.environment["RECEIPT_KEEP_FILES"] == nil {
      try? FileManager.default.removeItem(at: url)
    }
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: url.appending(path: name))
  }
}
