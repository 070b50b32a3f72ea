import FlyingSocks
import FoundationEssentials
import Glibc
import Synchronization

/// A small HTTP/1.1 server for machines that post events and people who look at a page.
///
/// The sockets and their event loop are FlyingSocks'. Its own server on top of them sets no bound on
/// a header and no time for it to come in, so that one client could take all memory or all
/// connections; here every request is bounded in both (``ServerLimits``).
package final class HTTPServer: Sendable {
  /// Why the server cannot be started.
  package struct Failure: Error, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// Where it listens, such as `127.0.0.1:8080`.
  package let address: String
  private let limits: ServerLimits
  private let answer: @Sendable (ServedRequest) async -> ServedResponse
  private let listener: Socket
  private let pool = SocketPool<ePoll>.ePoll()
  private let connections = ConnectionTable()

  /// Takes the address, so that an error shows at once.
  ///
  /// - Parameters:
  ///   - text: the address and the port, such as `127.0.0.1:8080`; port 0 takes a free one.
  ///   - limits: what is believed of clients.
  ///   - answer: answers a request.
  /// - Throws: ``Failure``.
  package init(
    listeningOn text: String, limits: ServerLimits = ServerLimits(),
    _ answer: @escaping @Sendable (ServedRequest) async -> ServedResponse
  ) throws(Failure) {
    let colon = text.lastIndex(of: ":")
    let host = colon.map { String(text[..<$0].filter { $0 != "[" && $0 != "]" }) } ?? ""
    guard let colon, let port = UInt16(text[text.index(after: colon)...]) else {
      throw Failure(
        description: "cannot listen on \(text): an address looks like 127.0.0.1:8080 or :8080")
    }
    do {
      let socket: Socket
      if host.contains(":") {
        socket = try Socket(domain: Int32(sockaddr_in6.family))
        try socket.setValue(true, for: .localAddressReuse)
        HTTPServer.keepFromChildren(socket)
        try socket.bind(to: try sockaddr_in6.inet6(ip6: host, port: port))
      } else {
        socket = try Socket(domain: Int32(sockaddr_in.family))
        try socket.setValue(true, for: .localAddressReuse)
        HTTPServer.keepFromChildren(socket)
        try socket.bind(
          to: try sockaddr_in.inet(ip4: host.isEmpty ? "0.0.0.0" : host, port: port))
      }
      try socket.listen()
      listener = socket
      switch try socket.sockname() {
      case .ip4(let ip, let port): address = "\(ip):\(port)"
      case .ip6(let ip, let port): address = "[\(ip)]:\(port)"
      case .unix(let path): address = path
      }
    } catch {
      throw Failure(description: "cannot listen on \(text): \(error)")
    }
    self.limits = limits
    self.answer = answer
  }

  /// A program that is started must not hold the port.
  private static func keepFromChildren(_ socket: Socket) {
    _ = fcntl(socket.file.rawValue, F_SETFD, FD_CLOEXEC)
  }

  /// Serves until the task is cancelled.
  package func run() async throws {
    try await pool.prepare()
    let socket = try AsyncSocket(socket: listener, pool: pool)
    defer { try? listener.close() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [pool] in try await pool.run() }
      group.addTask { try await self.accept(on: socket) }
      group.addTask { try await self.closeLateOnes() }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func accept(on listener: AsyncSocket) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      while true {
        do {
          let socket = try await listener.accept()
          HTTPServer.keepFromChildren(socket.socket)
          guard connections.count < limits.connectionCount else {
            try? socket.close()
            continue
          }
          connections.add(
            socket.socket.file.rawValue, until: .now + limits.requestTimeout)
          group.addTask { await self.serve(socket) }
        } catch is CancellationError {
          throw CancellationError()
        } catch {
          // No descriptor is left, or the client has gone already.
          try await Task.sleep(for: .milliseconds(50))
        }
      }
    }
  }

  /// Ends connections whose time is over.
  private func closeLateOnes() async throws {
    while true {
      try await Task.sleep(for: connections.count == 0 ? .seconds(2) : .milliseconds(250))
      connections.shutDown(before: .now)
    }
  }

  private func serve(_ socket: AsyncSocket) async {
    let descriptor = socket.socket.file.rawValue
    var parser = RequestParser(limits)
    do {
      var goesOn = true
      while goesOn {
        let request: ServedRequest
        do throws(RequestParser.Fault) {
          guard let next = try parser.next() else {
            if parser.takesExpectation() {
              try? await socket.write(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            }
            let isNew = parser.isIdle
            guard let bytes = try? await socket.read(atMost: 16 << 10), !bytes.isEmpty else {
              break
            }
            if isNew { connections.extend(descriptor, until: .now + limits.requestTimeout) }
            parser.append(bytes)
            continue
          }
          request = next
        } catch {
          let response = ServedResponse(error.status, error.reason)
          try await socket.write(Data(response.serialized(keepsAlive: false, withBody: true)))
          break
        }
        // The answer has as long as its request had.
        connections.extend(descriptor, until: .now + limits.requestTimeout + limits.requestTimeout)
        let response = await answer(request)
        goesOn = request.keepsAlive && !Task.isCancelled
        try await socket.write(
          Data(response.serialized(keepsAlive: goesOn, withBody: request.method != "HEAD")))
        connections.extend(descriptor, until: .now + limits.idleTimeout)
      }
    } catch {
      // The client has gone; there is nobody to tell.
    }
    connections.remove(descriptor)
    try? socket.close()
  }
}

/// The connections that stand, each with the time when it ends.
private final class ConnectionTable: Sendable {
  private let ends = Mutex<[Int32: ContinuousClock.Instant]>([:])

  var count: Int { ends.withLock { $0.count } }

  func add(_ descriptor: Int32, until end: ContinuousClock.Instant) {
    ends.withLock { $0[descriptor] = end }
  }

  func extend(_ descriptor: Int32, until end: ContinuousClock.Instant) {
    ends.withLock { if $0[descriptor] != nil { $0[descriptor] = end } }
  }

  /// To be called before the descriptor is closed: another file may get its number.
  func remove(_ descriptor: Int32) { ends.withLock { _ = $0.removeValue(forKey: descriptor) } }

  func shutDown(before now: ContinuousClock.Instant) {
    ends.withLock { ends in
      for (descriptor, end) in ends where end < now {
        shutdown(descriptor, Int32(SHUT_RDWR))
        ends[descriptor] = nil
      }
    }
  }
}
