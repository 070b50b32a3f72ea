import CReceiptCurl
import Synchronization

/// One exchange on its way.
///
/// Made by the caller and then owned by the loop's thread, which alone touches the state: callbacks
/// of libcurl run on it. The flag is the exception.
final class Transfer: @unchecked Sendable {  // Sendable: one thread touches its state.
  let request: HTTPRequest
  /// Set by whoever cancels; read before the exchange begins and when the loop is woken.
  let isCancelled = Atomic<Bool>(false)
  private let resume: @Sendable (Result<HTTPResponse, HTTPError>) -> Void

  /// The answer so far.
  private(set) var response = HTTPResponse(status: 0)
  private var headerByteCount = 0
  private var sentByteCount = 0
  /// Why a callback has ended the exchange.
  private(set) var refusal: HTTPError?

  init(
    _ request: HTTPRequest, resume: @escaping @Sendable (Result<HTTPResponse, HTTPError>) -> Void
  ) {
    self.request = request
    self.resume = resume
  }

  /// Hands the outcome to the caller; called once.
  func finish(_ result: Result<HTTPResponse, HTTPError>) { resume(result) }

  // MARK: Callbacks

  /// Takes a line of the header; `false` ends the exchange.
  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    headerByteCount += line.count
    guard headerByteCount <= HTTPRequest.headerLimit else {
      refusal = HTTPError(
        .tooLarge, "the header of the answer is longer than \(HTTPRequest.headerLimit) bytes")
      return false
    }
    let text = unsafe String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      // A further status line: what came before was 100 Continue or a proxy's.
      let words = text.split(separator: " ", maxSplits: 2)
      response = HTTPResponse(status: words.count > 1 ? Int(words[1].prefix(3)) ?? 0 : 0)
      return true
    }
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return true }
    let value = text[text.index(after: colon)...]
    response.headers.append(
      String(text[..<colon]), String(value.trimmingPrefix(while: \.isWhitespace).trimmedEnd))
    return true
  }

  /// Takes bytes of the body; `false` ends the exchange.
  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    // An explanation may be longer than the object that was asked for.
    let limit = response.isSuccess ? request.bodyLimit : HTTPRequest.errorBodyLimit
    guard bytes.count <= limit - response.body.count else {
      // Of an explanation the beginning is enough.
      if !response.isSuccess { return true }
      refusal = HTTPError(.tooLarge, "the answer has more than the \(limit) bytes expected")
      return false
    }
    if response.body.isEmpty, let length = response.headers["Content-Length"].flatMap({ Int($0) }) {
      response.body.reserveCapacity(min(length, limit))
    }
    unsafe response.body.append(contentsOf: bytes)
    return true
  }

  /// Gives the next bytes of the request's body; the number of bytes given.
  func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let body = request.body else { return 0 }
    let count = min(buffer.count, body.count - sentByteCount)
    if count > 0 {
      let start = body.startIndex + sentByteCount
      unsafe body[start..<start + count].withUnsafeBytes { unsafe buffer.copyMemory(from: $0) }
      sentByteCount += count
    }
    return count
  }

  /// Goes to a position of the request's body, to send it again.
  func seek(to offset: Int) -> Bool {
    guard let body = request.body, (0...body.count).contains(offset) else { return false }
    sentByteCount = offset
    return true
  }
}

extension Substring {
  fileprivate var trimmedEnd: Substring {
    var text = self
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
