import CurlHTTP
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AWS

/// What is tried again, how long after, and what is not.
struct RetryTests {
  private static let fixed = FixedCredentials(
    Credentials(accessKeyID: "AKID", secretAccessKey: Secret("s3cr3t")))

  /// A client that waits shortly.
  private func client(
    _ credentials: any CredentialProvider = fixed, attemptLimit: Int = 4
  ) throws -> ServiceClient {
    var policy = RetryPolicy()
    policy.attemptLimit = attemptLimit
    policy.base = .milliseconds(1)
    var options = HTTPOptions()
    options.stallTimeout = .seconds(1)
    return ServiceClient(
      service: "s3", credentials: credentials,
      connections: ServiceConnections(try HTTPClient(options), retries: policy))
  }

  private func send(_ client: ServiceClient, to server: ScriptedServer) async throws -> Int {
    var request = ServiceRequest(method: "POST", path: "/k", body: Array("x".utf8)[...])
    request.mayFailWithSuccess = true
    return try await client.send(
      request, to: try Endpoint(url: server.url), region: "us-east-1"
    ).attempts
  }

  private static func error(_ code: String, _ message: String = "words") -> String {
    "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>\(message)</Message></Error>"
  }

  @Test func `delays grow, are random and have a limit`() {
    let policy = RetryPolicy()
    #expect(policy.delay(after: 1, share: 1) == .milliseconds(100))
    #expect(policy.delay(after: 3, share: 1) == .milliseconds(400))
    #expect(policy.delay(after: 3, share: 0.5) == .milliseconds(200))
    #expect(policy.delay(after: 3, share: 0) == .zero)
    #expect(policy.delay(after: 8, share: 1) == nil)
    var patient = policy
    patient.attemptLimit = 100
    #expect(patient.delay(after: 70, share: 1) == .seconds(20))
    #expect(policy.delay(after: 1, retryAfter: 3, share: 0.5) == .seconds(3))
    #expect(policy.delay(after: 1, retryAfter: 86_400, share: 0.5) == .seconds(20))
  }

  @Test func `a budget is spent and slowly refilled`() {
    let budget = RetryBudget(capacity: 10)
    #expect(budget.spend() && budget.spend())
    #expect(!budget.spend())
    for _ in 0..<5 { budget.refill() }
    #expect(budget.spend())
    #expect(!budget.spend())
  }

  @Test(arguments: [
    ScriptedServer.Answer.response(503, [:], error("SlowDown")),
    .response(500, [:], error("InternalError")),
    .response(502), .response(504, [:], "gateway"), .response(429),
    .response(400, [:], error("RequestTimeout")),
    .response(409, [:], error("OperationAborted")), .response(200, [:], error("InternalError")),
    .reset, .short("<a", declared: 100), .raw("\u{0}\u{16}garbage\r\n\r\n"),
  ])
  func `what may pass is tried again`(_ fault: ScriptedServer.Answer) async throws {
    let count = Mutex(0)
    let server = try ScriptedServer { _ in
      count.withLock { count in
        count += 1
        return count <= 2 ? fault : .response(200, [:], "<Ok/>")
      }
    }
    defer { server.stop() }
    let client = try client()
    // libcurl itself sends once more when a kept-alive connection turns out to be dead.
    #expect(try await send(client, to: server) >= 2)
    #expect(client.connections.retryCount >= 1)
    #expect(server.requests.allSatisfy { $0.bodyText == "x" })
  }

  @Test(arguments: [
    (403, "AccessDenied", AWSError.Code.accessDenied), (404, "NoSuchKey", .notFound),
    (412, "PreconditionFailed", .preconditionFailed), (400, "InvalidArgument", .other),
    (403, "SignatureDoesNotMatch", .accessDenied), (301, "PermanentRedirect", .wrongRegion),
  ])
  func `what does not pass is said at once`(
    _ status: Int, _ word: String, _ code: AWSError.Code
  ) async throws {
    let server = try ScriptedServer { _ in .response(status, [:], Self.error(word, "Because.")) }
    defer { server.stop() }
    do {
      _ = try await send(try client(), to: server)
      Issue.record("nothing was thrown")
    } catch let error as AWSError {
      #expect(error.code == code)
      #expect(error.reason == "Because (\(word))")
      #expect(!error.reason.contains("s3cr3t"))
    }
    #expect(server.requests.count == 1)
  }

  @Test func `tries end, and the error says how many there were`() async throws {
    let server = try ScriptedServer { _ in .response(503, [:], Self.error("SlowDown", "Slow.")) }
    defer { server.stop() }
    await expectError(.unavailable, "Slow (SlowDown) (after 4 tries)") {
      _ = try await send(try client(), to: server)
    }
    #expect(server.requests.count == 4)
  }

  @Test func `a pause that the service asks for is kept`() async throws {
    let count = Mutex(0)
    let server = try ScriptedServer { _ in
      count.withLock { count in
        count += 1
        return count == 1 ? .response(503, ["Retry-After": "1"]) : .response(200)
      }
    }
    defer { server.stop() }
    let start = ContinuousClock.now
    _ = try await send(try client(), to: server)
    #expect(ContinuousClock.now - start >= .seconds(1))
  }

  @Test func `a wrong clock is corrected once`() async throws {
    let server = try ScriptedServer { request in
      // The service lives in 2030.
      request.headers["x-amz-date"]?.hasPrefix("20300101T1200") == true
        ? .response(200)
        : .response(
          403, ["Date": "Tue, 01 Jan 2030 12:00:00 GMT"], Self.error("RequestTimeTooSkewed"))
    }
    defer { server.stop() }
    let client = try client()
    #expect(try await send(client, to: server) == 2)
    // What was learned holds for the requests that come.
    #expect(try await send(client, to: server) == 1)
  }

  @Test func `a clock that cannot be corrected is an error`() async throws {
    let server = try ScriptedServer { _ in
      .response(403, ["Date": "Tue, 01 Jan 2030 12:00:00 GMT"], Self.error("RequestTimeTooSkewed"))
    }
    defer { server.stop() }
    await expectError(.accessDenied, "RequestTimeTooSkewed") {
      _ = try await send(try client(), to: server)
    }
    #expect(server.requests.count == 2)
  }

  @Test func `a cancelled pause ends without another try`() async throws {
    let server = try ScriptedServer { _ in .response(503, ["Retry-After": "20"]) }
    defer { server.stop() }
    let client = try client()
    let task = Task { try await send(client, to: server) }
    while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    task.cancel()
    await expectError(.cancelled, "cancelled") { _ = try await task.value }
    #expect(server.requests.count == 1)
  }

  // MARK: Renewal

  /// A source whose credentials live for some seconds of a clock that the test turns.
  private final class ShortLived: CredentialSource {
    let made = Mutex(0)
    let time = Mutex<Int64>(1_000_000)
    let life: Int64
    let isBroken = Mutex(false)

    init(life: Int64) { self.life = life }

    var now: WallTime { WallTime(secondsSinceEpoch: time.withLock { $0 }) }

    func find() async throws(AWSError) -> Credentials? {
      if isBroken.withLock({ $0 }) { throw AWSError(.credentials, "the source is broken") }
      do { try await Task.sleep(for: .milliseconds(20)) } catch {}
      let number = made.withLock { made in
        made += 1
        return made
      }
      return Credentials(
        accessKeyID: "K\(number)", secretAccessKey: Secret("s"),
        expiration: now.adding(seconds: life))
    }
  }

  @Test func `credentials that live 20 seconds are renewed before they end, once for all`()
    async throws
  {
    let source = ShortLived(life: 20)
    let renewing = RenewingCredentials(source) { source.now }
    func askedByMany() async throws -> Set<String> {
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<50 { group.addTask { try await renewing.current().accessKeyID } }
        var ids: Set<String> = []
        for try await id in group { ids.insert(id) }
        return ids
      }
    }
    #expect(try await askedByMany() == ["K1"])
    source.time.withLock { $0 += 14 }
    #expect(try await askedByMany() == ["K1"])
    source.time.withLock { $0 += 2 }
    #expect(try await askedByMany() == ["K2"])
    #expect(source.made.withLock { $0 } == 2)
  }

  @Test func `what is still good outlives a source that fails`() async throws {
    let source = ShortLived(life: 20)
    let renewing = RenewingCredentials(source) { source.now }
    #expect(try await renewing.current().accessKeyID == "K1")
    source.isBroken.withLock { $0 = true }
    source.time.withLock { $0 += 16 }
    #expect(try await renewing.current().accessKeyID == "K1")
    source.time.withLock { $0 += 5 }
    await expectError(.credentials, "broken") { _ = try await renewing.current() }
    // A failure does not stick.
    source.isBroken.withLock { $0 = false }
    #expect(try await renewing.current().accessKeyID == "K2")
  }

  @Test func `credentials that the service calls expired are renewed once`() async throws {
    let source = ShortLived(life: 3_600)
    let server = try ScriptedServer { request in
      request.headers["authorization"]?.contains("Credential=K2/") == true
        ? .response(200) : .response(400, [:], Self.error("ExpiredToken"))
    }
    defer { server.stop() }
    let client = try client(RenewingCredentials(source) { source.now })
    #expect(try await send(client, to: server) == 2)
    let stubborn = try ScriptedServer { _ in .response(400, [:], Self.error("ExpiredToken")) }
    defer { stubborn.stop() }
    await expectError(.accessDenied, "ExpiredToken") {
      _ = try await send(client, to: stubborn)
    }
    #expect(stubborn.requests.count == 2)
  }
}
