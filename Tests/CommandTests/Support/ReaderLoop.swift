import Foundation
import Testing

/// A process that reads all tables of a database again and again and makes sure that they are of one
/// dump: `Fixtures/read-in-a-loop.py`.
struct ReaderLoop {
  /// What it has seen.
  struct Report: Decodable {
    /// How often it looked.
    let looks: Int
    /// The row counts of the tables.
    let seen: [Int]
    /// What was not of one dump.
    let wrong: [String]
  }

  private let process: Process
  private let output = Pipe()
  private let stop: URL

  /// Whether there is a Python with SQLite.
  static let works = Tool.works("python3", "-c", "import sqlite3")

  init(_ database: String, in scratch: Scratch) throws {
    stop = scratch.url.deletingLastPathComponent().appending(path: "stop-\(UUID())")
    process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/read-in-a-loop.py")
    process.arguments = ["python3", script.path, database, stop.path]
    process.currentDirectoryURL = scratch.url
    process.standardOutput = output
    try process.run()
  }

  /// Ends the loop.
  func end() throws -> Report {
    try Data().write(to: stop)
    defer { try? FileManager.default.removeItem(at: stop) }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(Report.self, from: text)
  }
}
