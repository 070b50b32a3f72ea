import Foundation
import Synchronization

/// An HTTP proxy that knows `CONNECT` and leads every tunnel to the loopback, whatever the name.
package final class TunnelProxy: Sendable {
  private let descriptor: Int32
  package let port: Int
  private let seen = Mutex<[String]>([])

  package var url: String { "http://127.0.0.1:\(port)" }
  /// The hosts and ports that tunnels were asked for.
  package var tunnels: [String] { seen.withLock { $0 } }

  package init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    descriptor = listener
    var address = TunnelProxy.loopback(port: 0)
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

  private static func loopback(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = in_port_t(port).bigEndian
    return address
  }

  package func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private func run() {
    while true {
      let connection = accept(descriptor, nil, nil)
      guard connection >= 0 else { return }
      Thread { self.serve(connection) }.start()
    }
  }

  private func serve(_ client: Int32) {
    defer { close(client) }
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.ends(with: Array("\r\n\r\n".utf8)), head.count < 10_000 {
      guard unsafe recv(client, &byte, 1, 0) == 1 else { return }
      head.append(byte)
    }
    let words = String(decoding: head, as: UTF8.self).split(separator: " ")
    guard words.count > 1, words[0] == "CONNECT",
      let target = words[1].split(separator: ":").last.flatMap({ Int($0) })
    else { return }
    seen.withLock { $0.append(String(words[1])) }
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(server) }
    var address = TunnelProxy.loopback(port: target)
    let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    let answer = Array("HTTP/1.1 \(isConnected ? 200 : 502) X\r\n\r\n".utf8)
    unsafe _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
    guard isConnected else { return }
    let done = DispatchSemaphore(value: 0)
    Thread {
      TunnelProxy.pump(server, client)
      done.signal()
    }.start()
    TunnelProxy.pump(client, server)
    done.wait()
  }

  /// Carries bytes until there are no more.
  private static func pump(_ from: Int32, _ to: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe recv(from, &buffer, buffer.count, 0)
      if count <= 0 { break }
      guard unsafe send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
    }
    shutdown(from, Int32(SHUT_RDWR))
    shutdown(to, Int32(SHUT_RDWR))
  }
}

extension [UInt8] {
  fileprivate func ends(with tail: [UInt8]) -> Bool { suffix(tail.count).elementsEqual(tail) }
}
