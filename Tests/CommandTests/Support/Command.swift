import Foundation

/// The command as it was built, run the way a user runs it.
enum Command {
  /// What a run has left behind.
  struct Result: Sendable {
    /// The exit code; `nil` if a signal ended it.
    let status: Int32?
    let output: String
    let errors: String

    /// The lines of standard error.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  }

  /// `RECEIPT_BINARY`, or the product beside the test bundle.
  static let path: String = {
    if let path = ProcessInfo.processInfo.environment["RECEIPT_BINARY"], !path.isEmpty {
      return URL(filePath: path).path
    }
    return URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "receipt").path
  }()

  /// Runs `receipt` with some arguments in a directory.
  static func run(_ arguments: String..., in scratch: Scratch) throws -> Result {
    try run(arguments, in: scratch)
  }

  /// Runs `receipt` with some arguments in a directory.
  static func run(_ arguments: [String], in scratch: Scratch) throws -> Result {
    try Tool.run(path, arguments, in: scratch)
  }

  /// Runs `receipt` below another program, such as `strace`.
  static func run(
    under tool: [String], _ arguments: String..., in scratch: Scratch
  ) throws -> Result {
    try run(under: tool, arguments, in: scratch)
  }

  /// Runs `receipt` below another program, such as `strace`.
  static func run(
    under tool: [String], _ arguments: [String], in scratch: Scratch
  ) throws -> Result {
    try Tool.run("/usr/bin/env", tool + [path] + arguments, in: scratch)
  }

  /// Runs a line of shell in which `receipt` is the command.
  static func shell(_ line: String, in scratch: Scratch) throws -> Result {
    try Tool.run("/bin/bash", ["-c", "receipt() { \"\(path)\" \"$@\"; }; \(line)"], in: scratch)
  }

  /// Begins a run that the caller ends.
  static func start(_ arguments: String..., in scratch: Scratch) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = scratch.url
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }
}

/// Waits, and keeps its thread: tests that watch the clock must not queue up behind others.
func pause(_ duration: Duration) { usleep(useconds_t(duration / .microseconds(1))) }

/// Programs of the system that some tests need.
enum Tool {
  /// Whether a program can be run and ends with 0.
  static func works(_ arguments: String...) -> Bool {
    guard let scratch = try? Scratch() else { return false }
    return (try? run("/usr/bin/env", arguments, in: scratch))?.status == 0
  }

  /// Whether system calls can be made to fail.
  static let injectsFaults = works("strace", "-f", "-qq", "-o", "/dev/null", "true")
  /// Whether a small file system can be mounted where nobody else sees it.
  static let mounts = works(
    "unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt")
  /// Whether commands can be run as somebody who may nothing.
  static let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
  static let runsAsNobody = works(
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Command.path, "--version")
  /// Whether programs can be made to believe that they write to a terminal.
  static let hasTerminals = works("script", "-qec", "true", "/dev/null")

  /// Runs a program to its end; output goes through files, so that none can block.
  static func run(
    _ path: String, _ arguments: [String], in scratch: Scratch
  ) throws -> Command.Result {
    let output = try CapturedOutput()
    let errors = try CapturedOutput()
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = scratch.url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output.handle
    process.standardError = errors.handle
    try process.run()
    process.waitUntilExit()
    return Command.Result(
      status: process.terminationReason == .exit ? process.terminationStatus : nil,
      output: try output.text(), errors: try errors.text())
  }
}

/// A file that takes what a program writes, and is gone afterwards.
private final class CapturedOutput {
  private let url = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID())")
  let handle: FileHandle

  init() throws {
    try Data().write(to: url)
    handle = try FileHandle(forUpdating: url)
  }

  deinit {
    try? handle.close()
    try? FileManager.default.removeItem(at: url)
  }

  func text() throws -> String { String(decoding: try Data(contentsOf: url), as: UTF8.self) }
}
