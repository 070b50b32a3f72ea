package import Foundation

/// nginx with TLS and HTTP/2 before another server; tests that need it are skipped without it.
package final class SecureGateway {
  private let process = Process()
  private let directory: URL
  package let url: String
  package let port: Int
  package let certificateFile: String

  package static let isAvailable = ["/usr/sbin/nginx", "/usr/bin/openssl"]
    .allSatisfy(FileManager.default.isExecutableFile)

  /// Starts it.
  ///
  /// - Parameters:
  ///   - upstream: the URL of the server behind it.
  ///   - directory: an empty directory for its files.
  /// - Throws: what the file system and the programs report.
  package init(before upstream: String, in directory: URL) throws {
    self.directory = directory
    certificateFile = directory.appending(path: "cert.pem").path
    let key = directory.appending(path: "key.pem").path
    let making = Process()
    making.executableURL = URL(filePath: "/usr/bin/openssl")
    making.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
      "-addext", "subjectAltName=DNS:localhost,DNS:s3.gateway.test", "-keyout", key, "-out",
      certificateFile,
    ]
    making.standardError = FileHandle.nullDevice
    try making.run()
    making.waitUntilExit()
    // A port that was just free.
    let probe = try ScriptedServer { _ in .response(200) }
    port = probe.port
    probe.stop()
    url = "https://localhost:\(port)"
    let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "\($0)_temp_path \(directory.path)/\($0);" }.joined(separator: "\n")
    let configuration = """
      daemon off; master_process off; pid \(directory.path)/pid;
      error_log \(directory.path)/error.log;
      events { worker_connections 512; }
      http {
        \(folders)
        log_format protocol '$server_protocol $request_method $status';
        access_log \(directory.path)/access.log protocol;
        client_max_body_size 0;
        server {
          listen 127.0.0.1:\(port) ssl http2;
          ssl_certificate \(certificateFile);
          ssl_certificate_key \(key);
          location / {
            proxy_pass \(upstream);
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_request_buffering off;
          }
        }
      }
      """
    let file = directory.appending(path: "nginx.conf")
    try Data(configuration.utf8).write(to: file)
    process.executableURL = URL(filePath: "/usr/sbin/nginx")
    process.arguments = ["-p", directory.path, "-c", file.path]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: 0.5)
  }

  /// One line for each request: the protocol, the method, the status.
  package func log() throws -> [String] {
    try String(contentsOfFile: directory.appending(path: "access.log").path, encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  package func stop() {
    // Threads of tests have all signals blocked, and so has what they start.
    kill(process.processIdentifier, SIGKILL)
  }
}
