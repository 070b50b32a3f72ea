import Foundation
import Testing

/// A `receipt watch` that runs beside a test; ended with it.
final class Daemon {
  private let process = Process()
  private let log: URL
  /// The number of the process.
  var pid: pid_t { process.processIdentifier }

  /// Starts a watch in a directory.
  ///
  /// - Parameters:
  ///   - arguments: those behind `receipt`.
  ///   - tool: a command and its arguments that run it.
  ///   - environment: variables beside those of the test.
  ///   - scratch: where it runs.
  /// - Throws: what the system reports.
  init(
    _ arguments: [String], under tool: [String] = [], environment: [String: String] = [:],
    in scratch: Scratch
  ) throws {
    log = scratch.url.appending(path: "log-\(UUID())")
    try Data().write(to: log)
    process.executableURL = URL(filePath: tool.isEmpty ? Command.path : "/usr/bin/env")
    process.arguments = (tool.isEmpty ? [] : tool + [Command.path]) + arguments
    process.currentDirectoryURL = scratch.url
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// All lines so far.
  var lines: [String] {
    let text = (try? Data(contentsOf: log)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  /// The first line with a text, once there are so many of them.
  func line(
    with text: String, count: Int = 1, within seconds: Double = 20
  ) throws -> String {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      let found = lines.filter { $0.contains(text) }
      if found.count >= count { return found[count - 1] }
      if !process.isRunning { break }
      pause(.milliseconds(10))
    }
    try #require(
      lines.contains { $0.contains(text) },
      "no \(text) in:\n\(lines.joined(separator: "\n"))\n\(ending)")
    return ""
  }

  private var ending: String {
    process.isRunning
      ? "it is still running"
      : "it ended with \(process.terminationStatus) (\(process.terminationReason.rawValue))"
  }

  /// The address that it listens on.
  func address() throws -> String {
    let line = try line(with: "listening")
    return "http://" + (line.firstMatch(of: /address=([0-9.:]+)/).map { String($0.1) } ?? "")
  }

  /// Ends it, and waits.
  ///
  /// - Returns: the exit code; `nil` if a signal ended it.
  func end(_ signal: Int32 = SIGTERM) -> Int32? {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : nil
  }

  /// Waits until it has ended by itself.
  func wait() -> Int32? {
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : nil
  }
}

/// A server for tests that is a Python script of `Tests/Peers`, on a port of its own.
final class PeerScript {
  private let process = Process()
  let port: Int
  var url: String { "http://127.0.0.1:\(port)" }

  static let works = Tool.works("python3", "-c", "import http.server")

  init(_ name: String, in scratch: Scratch, _ arguments: String...) throws {
    port = try PeerScript.freePort()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let script = SampleDump.package.appending(path: "Tests/Peers/\(name)").path
    process.arguments = ["python3", script, "--listen", "127.0.0.1:\(port)"] + arguments
    process.currentDirectoryURL = scratch.url
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<500 {
      if (try? HTTP.get(url + "/_control/health"))?.status == 200 { return }
      pause(.milliseconds(20))
    }
    Issue.record("\(name) does not start")
  }

  deinit {
    // The threads of tests have other signals blocked, and so has what they start.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private static func freePort() throws -> Int {
    let result = try Tool.run(
      "/usr/bin/env",
      [
        "python3", "-c",
        "import socket; s=socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])",
      ], in: Scratch())
    return Int(result.output.filter(\.isNumber)) ?? 0
  }
}

/// Requests as `curl` makes them.
enum HTTP {
  struct Answer {
    let status: Int
    let body: String
  }

  static func get(_ url: String) throws -> Answer { try request(["-X", "GET", url]) }

  static func post(
    _ url: String, _ body: String, headers: [String] = []
  ) throws -> Answer {
    let scratch = try Scratch()
    try scratch.write(body, to: "body")
    return try request(
      headers.flatMap { ["-H", $0] } + ["--data-binary", "@" + scratch.path("body"), url])
  }

  static func request(_ arguments: [String]) throws -> Answer {
    let result = try Tool.run(
      "/usr/bin/env", ["curl", "-s", "-m", "20", "-w", "\n%{http_code}"] + arguments, in: Scratch())
    let cut = result.output.lastIndex(of: "\n") ?? result.output.startIndex
    return Answer(
      status: Int(result.output[cut...].filter(\.isNumber)) ?? 0,
      body: String(result.output[..<cut]))
  }
}
