// HTTP/1.1, RFC 9112, https://www.rfc-editor.org/rfc/rfc9112:
//
//     request-line = method SP request-target SP HTTP-version
//     message-body = Content-Length bytes / *chunk last-chunk trailer-section CRLF
//     chunk        = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
//
// What §6.3 and §11.2 call a way to smuggle requests is refused: two lengths, a length beside a
// transfer coding, spaces before a colon, folded lines, a bare LF is taken for the end of a line.

/// Takes bytes of a connection and gives the requests in them.
///
/// Pure: it reads no socket and no clock. No more than the limits is ever kept.
struct RequestParser {
  /// Why a connection cannot go on.
  struct Fault: Error, Hashable {
    let status: Int
    let reason: String
  }

  private enum Framing {
    case length(Int)
    case chunked
  }

  private struct Head {
    var request: ServedRequest
    var framing: Framing
  }

  private let limits: ServerLimits
  private var bytes: [UInt8] = []
  private var head: Head?
  /// Where the next chunk begins, of a body in chunks.
  private var chunkStart = 0
  private var searchedCount = 0

  init(_ limits: ServerLimits) { self.limits = limits }

  /// Whether nothing of a next request has come.
  var isIdle: Bool { bytes.isEmpty && head == nil }

  /// Whether the client waits for a word before it sends the body; true once for each request.
  mutating func takesExpectation() -> Bool {
    guard head?.request.fields["expect"]?.lowercased() == "100-continue" else { return false }
    head?.request.fields["expect"] = nil
    return bytes.isEmpty
  }

  mutating func append(_ more: [UInt8]) { bytes += more }

  /// The next request; `nil` if it is not complete yet.
  mutating func next() throws(Fault) -> ServedRequest? {
    if head == nil {
      guard let count = try headCount() else { return nil }
      head = try RequestParser.head(Array(bytes[..<count]), limits)
      bytes.removeFirst(count)
      searchedCount = 0
      chunkStart = 0
    }
    guard let head else { return nil }
    switch head.framing {
    case .length(let count):
      guard bytes.count >= count else { return nil }
      return finish(head, body: Array(bytes[..<count]), taking: count)
    case .chunked:
      guard let (body, count) = try chunks() else { return nil }
      return finish(head, body: body, taking: count)
    }
  }

  private mutating func finish(_ head: Head, body: [UInt8], taking count: Int) -> ServedRequest {
    bytes.removeFirst(count)
    self.head = nil
    var request = head.request
    request.body = body
    return request
  }

  /// The bytes of the head, the empty line included.
  private mutating func headCount() throws(Fault) -> Int? {
    // Empty lines before a request are passed over (§2.2).
    while let first = bytes.first, first == 0x0d || first == 0x0a {
      bytes.removeFirst()
      searchedCount = 0
    }
    var position = max(0, searchedCount - 3)
    while position < bytes.count {
      if bytes[position] == 0x0a {
        if position + 1 < bytes.count, bytes[position + 1] == 0x0a {
          return try bounded(position + 2)
        }
        if position + 2 < bytes.count, bytes[position + 1] == 0x0d, bytes[position + 2] == 0x0a {
          return try bounded(position + 3)
        }
      }
      position += 1
    }
    searchedCount = bytes.count
    _ = try bounded(bytes.count)
    return nil
  }

  private func bounded(_ count: Int) throws(Fault) -> Int {
    guard count <= limits.headByteCount else {
      throw Fault(status: 431, reason: "the header has more than \(limits.headByteCount) bytes")
    }
    return count
  }

  private static func head(_ bytes: [UInt8], _ limits: ServerLimits) throws(Fault) -> Head {
    guard bytes.allSatisfy({ $0 == 0x0a || $0 == 0x0d || $0 == 0x09 || (0x20...0x7e).contains($0) })
    else { throw Fault(status: 400, reason: "the header has bytes that are not ASCII") }
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: true).map { line in
      String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
    }
    let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[0].wholeMatch(of: /[A-Z]{1,20}/) != nil,
      words[1].hasPrefix("/"), words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0"
    else { throw Fault(status: 400, reason: "the first line is not one of a request") }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() where !line.isEmpty {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
        line[..<colon].wholeMatch(of: /[!#$%&'*+.^_`|~0-9A-Za-z\-]+/) != nil
      else { throw Fault(status: 400, reason: "a line of the header has no name") }
      let name = line[..<colon].lowercased()
      let value = line[line.index(after: colon)...].trimmingSpace()
      if fields[name] != nil, ["content-length", "transfer-encoding", "host"].contains(name) {
        throw Fault(status: 400, reason: "the header has \(name) twice")
      }
      fields[name] = value
    }
    let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let connection = fields["connection"]?.lowercased() ?? ""
    let request = ServedRequest(
      method: String(words[0]), path: String(target[0]),
      query: target.count > 1 ? String(target[1]) : "", fields: fields, body: [],
      keepsAlive: words[2] == "HTTP/1.1" ? connection != "close" : connection == "keep-alive")
    return Head(request: request, framing: try framing(fields, limits))
  }

  private static func framing(
    _ fields: [String: String], _ limits: ServerLimits
  ) throws(Fault) -> Framing {
    if let coding = fields["transfer-encoding"] {
      guard coding.lowercased() == "chunked", fields["content-length"] == nil else {
        throw Fault(status: 400, reason: "the length of the body is not certain")
      }
      return .chunked
    }
    guard let text = fields["content-length"] else { return .length(0) }
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw Fault(status: 400, reason: "the length of the body is no number")
    }
    guard let count = Int(text), count <= limits.bodyByteCount else {
      throw Fault(
        status: 413, reason: "the body has \(text) bytes, and may have \(limits.bodyByteCount)")
    }
    return .length(count)
  }

  /// The body in chunks and where it ends; `nil` if it is not complete yet.
  ///
  /// Chunks that are whole are moved together at once, so that none is looked at twice.
  private mutating func chunks() throws(Fault) -> (body: [UInt8], count: Int)? {
    while true {
      guard let end = bytes[chunkStart...].firstIndex(of: 0x0a) else {
        guard bytes.count - chunkStart <= 1_024 else {
          throw Fault(status: 400, reason: "a chunk of the body has no size")
        }
        return nil
      }
      let line = String(decoding: bytes[chunkStart..<end], as: UTF8.self)
      let digits = line.prefix { $0.isHexDigit }
      guard !digits.isEmpty, let size = Int(digits, radix: 16) else {
        throw Fault(status: 400, reason: "a chunk of the body has no size")
      }
      guard size <= limits.bodyByteCount, chunkStart + size <= limits.bodyByteCount else {
        throw Fault(status: 413, reason: "the body has more than \(limits.bodyByteCount) bytes")
      }
      if size == 0 { return try trailer(after: end + 1) }
      guard bytes.count >= end + 1 + size + 2 else { return nil }
      guard bytes[end + 1 + size] == 0x0d, bytes[end + 2 + size] == 0x0a else {
        throw Fault(status: 400, reason: "a chunk of the body is longer than its size")
      }
      bytes.removeSubrange(end + 1 + size...end + 2 + size)
      bytes.removeSubrange(chunkStart...end)
      chunkStart += size
    }
  }

  /// Passes over the fields behind the body, to the empty line.
  private func trailer(after start: Int) throws(Fault) -> (body: [UInt8], count: Int)? {
    var position = start
    while let end = bytes[position...].firstIndex(of: 0x0a) {
      if end == position || end == position + 1 && bytes[position] == 0x0d {
        return (Array(bytes[..<chunkStart]), end + 1)
      }
      position = end + 1
    }
    guard bytes.count - start <= limits.headByteCount else {
      throw Fault(status: 431, reason: "what follows the body is too long")
    }
    return nil
  }
}

extension Substring {
  fileprivate func trimmingSpace() -> String {
    let isSpace = { (character: Character) in character == " " || character == "\t" }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
