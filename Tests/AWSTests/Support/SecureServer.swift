import Foundation
import TestSupport

/// A server over TLS with a certificate of its own: `openssl s_server`.
final class SecureServer {
  private let process = Process()
  let url: String
  let certificateFile: String

  static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

  init(in directory: URL) throws {
    certificateFile = directory.appending(path: "cert.pem").path
    let key = directory.appending(path: "key.pem").path
    let making = Process()
    making.executableURL = URL(filePath: "/usr/bin/openssl")
    making.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
      "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificateFile,
    ]
    making.standardError = FileHandle.nullDevice
    try making.run()
    making.waitUntilExit()
    // A port that was just free.
    let probe = try ScriptedServer { _ in .response(200) }
    let port = probe.port
    probe.stop()
    url = "https://localhost:\(port)/"
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = [
      "s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificateFile, "-key", key, "-www",
      "-quiet",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: 0.5)
  }

  func stop() {
    // Threads of tests have all signals blocked, and so has what they start.
    kill(process.processIdentifier, SIGKILL)
  }
}
