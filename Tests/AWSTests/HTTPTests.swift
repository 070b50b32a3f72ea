import CurlHTTP
import Synchronization
import TestSupport
import Testing

/// Exchanges with a server that does what it should, and one that does not.
struct HTTPTests {
  @Test func `a request goes out as it is written and its answer comes back`() async throws {
    let server = try ScriptedServer { request in
      .response(201, ["X-Mark": " yes ", "ETag": "\"a\""], request.bodyText.uppercased())
    }
    defer { server.stop() }
    let response = try await HTTPClient().send(
      HTTPRequest(
        method: "PUT", url: server.url + "/a/../b%20c//d?q=%3A",
        headers: ["X-One": "1", "Content-Type": "text/plain"], body: Array("hello".utf8)[...]))
    #expect(response.status == 201)
    #expect(response.headers["x-mark"] == "yes")
    #expect(String(decoding: response.body, as: UTF8.self) == "HELLO")
    let request = try #require(server.requests.first)
    #expect(request.target == "/a/../b%20c//d?q=%3A")
    #expect(request.headers["x-one"] == "1")
    #expect(request.headers["content-type"] == "text/plain")
    #expect(request.headers["expect"] == nil)
    #expect(request.headers["content-length"] == "5")
  }

  @Test func `an empty body has a length and no body has none`() async throws {
    let server = try ScriptedServer { _ in .response(200, ["Content-Length": "77"]) }
    defer { server.stop() }
    let client = try HTTPClient()
    _ = try await client.send(HTTPRequest(method: "POST", url: server.url, body: []))
    let head = try await client.send(HTTPRequest(method: "HEAD", url: server.url))
    _ = try await client.send(HTTPRequest(method: "DELETE", url: server.url))
    #expect(head.headers["Content-Length"] == "77")
    #expect(head.body.isEmpty)
    #expect(server.requests.map { $0.headers["content-length"] } == ["0", nil, nil])
    #expect(server.requests.map(\.method) == ["POST", "HEAD", "DELETE"])
  }

  @Test func `connections are used again, and no more are made than allowed`() async throws {
    let server = try ScriptedServer { _ in
      .response(200, [:], String(repeating: "x", count: 10_000))
    }
    defer { server.stop() }
    var options = HTTPOptions()
    options.connectionCount = 4
    let client = try HTTPClient(options)
    let count = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<200 {
        group.addTask { try await client.send(HTTPRequest(url: server.url)).body.count }
      }
      var sum = 0
      for try await count in group { sum += count }
      return sum
    }
    #expect(count == 2_000_000)
    #expect(server.connectionCount <= 4)
    #expect(client.traffic.requests == 200)
    #expect(client.traffic.bytesReceived == 2_000_000)
  }

  @Test func `failures have their kinds`() async throws {
    let server = try ScriptedServer { request in
      switch request.target {
      case "/reset": .reset
      case "/short": .short("abc", declared: 10)
      case "/garbage": .raw("\u{0}\u{16}garbage\r\n\r\n")
      case "/long": .response(200, [:], String(repeating: "x", count: 1_001))
      case "/headers":
        .response(
          200,
          ["X": String(repeating: "x", count: 90_000), "Y": String(repeating: "y", count: 60_000)])
      default: .silence(10)
      }
    }
    defer { server.stop() }
    var options = HTTPOptions()
    options.stallTimeout = .seconds(1)
    let client = try HTTPClient(options)
    let expected: [(String, HTTPError.Kind)] = [
      ("/reset", .reset), ("/short", .shortBody), ("/garbage", .malformed), ("/long", .tooLarge),
      ("/headers", .tooLarge), ("/silence", .timeout),
    ]
    for (path, kind) in expected {
      await expectHTTPError(kind, path) {
        try await client.send(HTTPRequest(url: server.url + path, bodyLimit: 1_000))
      }
    }
    await expectHTTPError(.resolve) {
      try await client.send(HTTPRequest(url: "http://nobody.invalid/"))
    }
    await expectHTTPError(.connect) {
      try await client.send(HTTPRequest(url: "http://127.0.0.1:1/"))
    }
    await expectHTTPError(.malformed) {
      try await client.send(HTTPRequest(url: "file:///etc/passwd"))
    }
    await expectHTTPError(.url) { try await client.send(HTTPRequest(url: "http://[::1")) }
  }

  @Test func `of a long explanation the beginning is kept`() async throws {
    let server = try ScriptedServer { _ in
      .response(503, [:], String(repeating: "x", count: 400_000))
    }
    defer { server.stop() }
    let response = try await HTTPClient().send(HTTPRequest(url: server.url, bodyLimit: 10))
    #expect(response.status == 503)
    #expect((1...256 << 10).contains(response.body.count))
  }

  @Test func `a time limit for the whole exchange is kept`() async throws {
    // Without the limit the end of the connection would be the failure.
    let server = try ScriptedServer { _ in .silence(3_600) }
    defer { server.stop() }
    await expectHTTPError(.timeout) {
      try await HTTPClient().send(HTTPRequest(url: server.url, timeout: .milliseconds(200)))
    }
  }

  @Test func `a cancelled exchange ends at once and the others go on`() async throws {
    let server = try ScriptedServer {
      $0.target == "/hang" ? .silence(3_600) : .response(200, [:], "ok")
    }
    defer { server.stop() }
    let client = try HTTPClient()
    let hanging = Task { try await client.send(HTTPRequest(url: server.url + "/hang")) }
    try await Task.sleep(for: .milliseconds(100))
    hanging.cancel()
    await expectHTTPError(.cancelled) { try await hanging.value }
    #expect(try await client.send(HTTPRequest(url: server.url)).status == 200)
    // Cancelled before it begins.
    let never = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return try await client.send(HTTPRequest(url: server.url + "/hang"))
    }
    await expectHTTPError(.cancelled) { try await never.value }
  }

  @Test(.enabled(if: SecureServer.isAvailable))
  func `secure connections want a certificate that is trusted`() async throws {
    try await withDirectory { directory in
      let server = try SecureServer(in: directory)
      defer { server.stop() }
      await expectHTTPError(.tls) { try await HTTPClient().send(HTTPRequest(url: server.url)) }
      var options = HTTPOptions()
      options.certificateFile = server.certificateFile
      let response = try await HTTPClient(options).send(HTTPRequest(url: server.url))
      #expect(response.status == 200)
      options.certificateFile = "/nonexistent.pem"
      let unreadable = try HTTPClient(options)
      await expectHTTPError(.tls) { try await unreadable.send(HTTPRequest(url: server.url)) }
    }
  }
}

/// Expects a failed exchange of a kind.
func expectHTTPError(
  _ kind: HTTPError.Kind, _ name: String = "", _ body: () async throws -> HTTPResponse,
  sourceLocation: SourceLocation = #_sourceLocation
) async {
  do {
    let response = try await body()
    Issue.record("\(name): status \(response.status)", sourceLocation: sourceLocation)
  } catch {
    #expect(
      (error as? HTTPError)?.kind == kind, "\(name): \(error)", sourceLocation: sourceLocation)
  }
}
