import Foundation

/// A load that takes a while over its pages, so that others can do something meanwhile.
final class SlowLoad {
  private let process = Process()
  private let scratch: Scratch

  /// Begins to load `dump` into `crm.sqlite`; each opening of a file of table `a` is held up.
  ///
  /// - Parameters:
  ///   - scratch: where they are.
  ///   - delay: how long each of them is held up; there are three or four.
  ///   - flags: further flags of the load.
  /// - Throws: what the system reports.
  init(in scratch: Scratch, delay: Duration = .milliseconds(700), _ flags: String...) throws {
    self.scratch = scratch
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.currentDirectoryURL = scratch.url
    process.arguments =
      [
        "strace", "-f", "-qq", "-o", "/dev/null",
        "-P", scratch.path("dump/\(SampleDump.file("a", 0))"), "-e", "trace=openat",
        "-e", "inject=openat:delay_enter=\(delay / .microseconds(1))",
        Command.path, "load", scratch.path("dump"), "--into", "crm.sqlite",
      ] + flags
    try scratch.write("", to: "errors")
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: scratch.path("errors"))
    try process.run()
  }

  /// Waits until the load has the lease, so that it has had its first look at the database.
  func waitForLease() throws -> Bool {
    for _ in 0..<1_000 where process.isRunning {
      pause(.milliseconds(10))
      let owner = try? scratch.value(
        "SELECT owner FROM receipt_lease WHERE owner IS NOT NULL")
      if owner != nil { return true }
    }
    return false
  }

  /// Waits for its end.
  ///
  /// - Returns: the exit code and what it said.
  /// - Throws: if nothing is there that it may have said.
  func end() throws -> (status: Int32, errors: String) {
    process.waitUntilExit()
    return (process.terminationStatus, try scratch.text("errors"))
  }
}
