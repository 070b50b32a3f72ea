// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

import CurlHTTP
import Dump
import FoundationEssentials

/// The interface between Lambda and a program that runs its functions.
struct LambdaRuntime: Sendable {
  /// One call of the function.
  struct Invocation: Sendable {
    let id: String
    let body: [UInt8]
    /// When its time is over.
    let deadline: ContinuousClock.Instant
  }

  private let base: String
  private let http: HTTPClient

  /// An event of SQS or SNS has less; a function may be called with 6 MB.
  private static let bodyLimit = 7 << 20

  /// The runtime that the environment names.
  ///
  /// - Throws: ``OperationError`` if it names none.
  init(environment: [String: String]) throws {
    guard let host = environment["AWS_LAMBDA_RUNTIME_API"], !host.isEmpty else {
      throw OperationError(
        .usage, "cannot run as a Lambda function: AWS_LAMBDA_RUNTIME_API is not set",
        hint: "Lambda sets it; elsewhere `receipt watch` does the same")
    }
    base = "http://\(host)/2018-06-01/runtime/"
    var options = HTTPOptions()
    options.connectionCount = 2
    // The next event may come after days, while the process is frozen.
    options.stallTimeout = .seconds(365 * 86_400)
    do throws(HTTPError) {
      http = try HTTPClient(options)
    } catch {
      throw OperationError(.failed, "cannot run as a Lambda function: \(error.message)")
    }
  }

  /// Waits for the next call.
  ///
  /// - Throws: ``OperationError`` if the runtime is gone.
  func next() async throws -> Invocation {
    var request = HTTPRequest(url: base + "invocation/next", bodyLimit: LambdaRuntime.bodyLimit)
    request.avoidsProxies = true
    let response = try await send(request)
    guard response.status == 200, let id = response.headers["Lambda-Runtime-Aws-Request-Id"] else {
      throw LambdaRuntime.gone("it answers with \(response.status)")
    }
    let end = response.headers["Lambda-Runtime-Deadline-Ms"].flatMap { Int64($0) }
    let now = Timestamp.now
    let nowMilliseconds = now.secondsSinceEpoch * 1_000 + Int64(now.nanoseconds) / 1_000_000
    return Invocation(
      id: id, body: response.body,
      deadline: .now + (end.map { .milliseconds($0 - nowMilliseconds) } ?? .seconds(900)))
  }

  /// Answers a call.
  func respond(to invocation: Invocation, _ body: String) async throws {
    try await post("invocation/\(invocation.id)/response", body)
  }

  /// Says that a call has failed, so that it is made again.
  func fail(_ invocation: Invocation, _ error: OperationError) async throws {
    try await post("invocation/\(invocation.id)/error", LambdaRuntime.document(error), error)
  }

  /// Says that the function cannot begin.
  func failToStart(_ error: OperationError) async throws {
    try await post("init/error", LambdaRuntime.document(error), error)
  }

  private func post(_ path: String, _ body: String, _ error: OperationError? = nil) async throws {
    var request = HTTPRequest(
      method: "POST", url: base + path, headers: ["Content-Type": "application/json"],
      body: Array(body.utf8)[...], timeout: .seconds(30))
    request.avoidsProxies = true
    if let error {
      request.headers["Lambda-Runtime-Function-Error-Type"] = "Receipt.\(error.outcome)"
    }
    let response = try await send(request)
    // An answer that comes too late is refused; the next call is waited for all the same.
    guard response.status < 500 else { throw LambdaRuntime.gone("it answers \(response.status)") }
  }

  private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    do throws(HTTPError) {
      return try await http.send(request)
    } catch {
      if error.kind == .cancelled { throw CancellationError() }
      throw LambdaRuntime.gone(error.message)
    }
  }

  private static func gone(_ reason: String) -> OperationError {
    OperationError(.failed, "cannot talk to Lambda's runtime: \(reason)")
  }

  private static func document(_ error: OperationError) -> String {
    struct Document: Encodable {
      let errorMessage: String
      let errorType: String
      let stackTrace: [String] = []
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      errorMessage: error.message + (error.hint.map { "; hint: \($0)" } ?? ""),
      errorType: "Receipt.\(error.outcome)")
    guard let bytes = try? encoder.encode(document) else { return "{}" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
