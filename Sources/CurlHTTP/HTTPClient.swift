import Synchronization

/// Makes HTTP exchanges, many at once, over connections that are used again.
///
/// HTTP/2 where a server offers it, else HTTP/1.1 with kept-alive connections. Proxies are taken
/// from `http_proxy`, `https_proxy` and `no_proxy`. Redirects are answers, not followed.
package final class HTTPClient: Sendable {
  private let loop: TransferLoop
  private let counts = Mutex(Counts())

  /// What went over the wire so far, bodies only.
  package struct Counts: Sendable, Hashable {
    /// Requests that were made.
    package var requests: Int64 = 0
    /// Bytes of bodies received.
    package var bytesReceived: Int64 = 0
    /// Bytes of bodies sent.
    package var bytesSent: Int64 = 0

    package init() {}
  }

  /// A client with its own thread and connections.
  ///
  /// - Throws: ``HTTPError`` if the system gives no thread.
  package init(_ options: HTTPOptions = HTTPOptions()) throws(HTTPError) {
    loop = try TransferLoop.start(options)
  }

  deinit { loop.submit(.stop) }

  /// What went over the wire so far.
  package var traffic: Counts { counts.withLock { $0 } }

  /// Makes one exchange.
  ///
  /// - Returns: the answer, whatever its status.
  /// - Throws: ``HTTPError`` if there is none; with kind `cancelled` soon after the task was
  ///   cancelled.
  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let box = Mutex<Transfer?>(nil)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let transfer = Transfer(request) { continuation.resume(returning: $0) }
        box.withLock { $0 = transfer }
        if Task.isCancelled { transfer.isCancelled.store(true, ordering: .relaxed) }
        loop.submit(.start(transfer))
      }
    } onCancel: {
      guard let transfer = box.withLock({ $0 }) else { return }
      transfer.isCancelled.store(true, ordering: .relaxed)
      loop.submit(.cancel(transfer))
    }
    counts.withLock { counts in
      counts.requests += 1
      counts.bytesSent += Int64(request.body?.count ?? 0)
      if case .success(let response) = result { counts.bytesReceived += Int64(response.body.count) }
    }
    return try result.get()
  }
}
