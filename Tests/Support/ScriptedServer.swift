import Foundation
import Synchronization

/// An HTTP server on the loopback that answers by a closure, also with what no server should do.
package final class ScriptedServer: Sendable {
  package struct Request: Sendable {
    package var method = ""
    package var target = ""
    package var headers: [String: String] = [:]
    package var body: [UInt8] = []
    package var bodyText: String { String(decoding: body, as: UTF8.self) }
  }

  package enum Answer: Sendable {
    case response(Int, [String: String] = [:], String = "")
    /// The same with any bytes.
    case bytes(Int, [String: String], [UInt8])
    /// The connection is reset without an answer.
    case reset
    /// The answer says that it is so long but ends early.
    case short(String, declared: Int)
    /// Nothing for so many seconds, then the end.
    case silence(Double)
    /// Bytes as they are.
    case raw(String)
  }

  private let descriptor: Int32
  package let port: Int
  private let handler: @Sendable (Request) -> Answer
  private let seen = Mutex<[Request]>([])
  private let connections = Mutex(0)

  package var url: String { "http://127.0.0.1:\(port)" }
  package var requests: [Request] { seen.withLock { $0 } }
  package var connectionCount: Int { connections.withLock { $0 } }

  package init(_ handler: @escaping @Sendable (Request) -> Answer) throws {
    self.handler = handler
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    descriptor = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isReady = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(listener, address, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard isReady else { throw CocoaError(.fileReadUnknown) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread { self.run() }.start()
  }

  private func run() {
    while true {
      let connection = accept(descriptor, nil, nil)
      guard connection >= 0 else { return }
      connections.withLock { $0 += 1 }
      Thread { self.serve(connection) }.start()
    }
  }

  /// Ends the server; what it has seen stays.
  package func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    var pending: [UInt8] = []
    while let request = receive(connection, &pending) {
      seen.withLock { $0.append(request) }
      switch handler(request) {
      case .response(let status, let headers, let body):
        let length = request.method == "HEAD" ? headers["Content-Length"] : String(body.utf8.count)
        var head = "HTTP/1.1 \(status) X\r\n"
        for (name, value) in headers where name != "Content-Length" {
          head += "\(name): \(value)\r\n"
        }
        head += "Content-Length: \(length ?? "0")\r\n\r\n"
        send(connection, head + (request.method == "HEAD" ? "" : body))
      case .bytes(let status, let headers, let body):
        var head = "HTTP/1.1 \(status) X\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        send(connection, Array((head + "\r\n").utf8) + body)
      case .reset:
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe _ = setsockopt(
          connection, SOL_SOCKET, SO_LINGER, &linger,
          socklen_t(MemoryLayout.size(ofValue: linger)))
        return
      case .short(let body, let declared):
        send(connection, "HTTP/1.1 200 OK\r\nContent-Length: \(declared)\r\n\r\n" + body)
        return
      case .silence(let seconds):
        Thread.sleep(forTimeInterval: seconds)
        return
      case .raw(let text):
        send(connection, text)
        return
      }
    }
  }

  private func receive(_ connection: Int32, _ pending: inout [UInt8]) -> Request? {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = pending.firstRange(of: end) {
        var request = Request()
        let lines = String(decoding: pending[..<range.lowerBound], as: UTF8.self)
          .components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        request.method = String(words[0])
        request.target = String(words[1])
        for line in lines.dropFirst() {
          guard let colon = line.firstIndex(of: ":") else { continue }
          request.headers[line[..<colon].lowercased()] =
            line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let length = Int(request.headers["content-length"] ?? "0") ?? 0
        pending.removeSubrange(..<range.upperBound)
        while pending.count < length { guard fill(connection, &pending) else { return nil } }
        request.body = Array(pending.prefix(length))
        pending.removeFirst(length)
        return request
      }
      guard fill(connection, &pending) else { return nil }
    }
  }

  private func fill(_ connection: Int32, _ pending: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe recv(connection, &buffer, buffer.count, 0)
    if count <= 0 { return false }
    pending += buffer[..<count]
    return true
  }

  private func send(_ connection: Int32, _ text: String) { send(connection, Array(text.utf8)) }

  private func send(_ connection: Int32, _ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.send(
          connection, buffer.baseAddress.map { unsafe $0 + done }, bytes.count - done,
          Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      done += count
    }
  }
}
