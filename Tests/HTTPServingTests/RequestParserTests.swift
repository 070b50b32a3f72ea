import TestSupport
import Testing

@testable import HTTPServing

@Suite struct RequestParserTests {
  private static let post =
    "POST /sns?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-Token:  t \r\n\r\nhello"

  private func parse(_ text: String, by count: Int = 7) throws -> [ServedRequest] {
    var parser = RequestParser(ServerLimits())
    var requests: [ServedRequest] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      parser.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
      while let request = try parser.next() { requests.append(request) }
    }
    return requests
  }

  @Test(arguments: [1, 2, 3, 64, 1_000])
  func `a request is the same however it is cut`(count: Int) throws {
    let requests = try parse(RequestParserTests.post + RequestParserTests.post, by: count)
    #expect(requests.count == 2)
    #expect(requests[0] == requests[1])
    #expect(requests[0].path == "/sns")
    #expect(requests[0].query == "x=1")
    #expect(requests[0]["X-TOKEN"] == "t")
    #expect(requests[0].body == Array("hello".utf8))
    #expect(requests[0].keepsAlive)
  }

  @Test(arguments: [1, 5, 1_000])
  func `a body in chunks is put together`(count: Int) throws {
    let text =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nA: b\r\n\r\n"
    let requests = try parse(text + text, by: count)
    #expect(requests.map(\.body) == [Array("hello!".utf8), Array("hello!".utf8)])
  }

  @Test(arguments: [
    ("GET / HTTP/2\r\n\r\n", 400), ("GET  / HTTP/1.1\r\n\r\n", 400), ("\u{1}\r\n\r\n", 400),
    ("GET http://x/ HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nA : b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n folded\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc", 400),
    ("GET /" + String(repeating: "a", count: 20_000), 431),
  ])
  func `what is no request is refused`(text: String, status: Int) {
    let fault = #expect(throws: RequestParser.Fault.self) { try parse(text) }
    #expect(fault?.status == status)
  }

  @Test func `bytes changed at random are a request or a fault`() {
    var random = SeededGenerator()
    let source = Array((RequestParserTests.post + RequestParserTests.post).utf8)
    for _ in 0..<20_000 {
      var bytes = source
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] =
          [0x0a, 0x0d, 0x20, 0x3a, 0x30, 0x39, 0xff, 0].randomElement(using: &random) ?? 0
      }
      var parser = RequestParser(ServerLimits())
      var taken = 0
      parser.append(bytes)
      while let request = try? parser.next() {
        taken += request.body.count + 16
        #expect(taken <= bytes.count + 32, "seed \(random.seed)")
      }
    }
  }
}
