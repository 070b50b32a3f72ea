import AWS
import CurlHTTP
import FoundationEssentials
import OpenSSLCrypto
import Synchronization

/// Snowflake's SQL API: statements over HTTPS.
///
/// <https://docs.snowflake.com/en/developer-guide/sql-api/reference>
struct SnowflakeClient: Sendable {
  /// An answer to a statement.
  struct Answer: Sendable, Decodable {
    struct Metadata: Sendable, Decodable {
      struct Column: Sendable, Decodable { let name: String }
      struct Partition: Sendable, Decodable { let rowCount: Int? }
      let rowType: [Column]?
      let partitionInfo: [Partition]?
    }
    let code: String?
    let message: String?
    let statementHandle: String?
    let resultSetMetaData: Metadata?
    let data: [[String?]]?
  }

  /// What the caller proves its identity with.
  private enum Proof: Sendable {
    case keyPair(SnowflakeToken)
    case accessToken(Secret)
  }

  private let http: HTTPClient
  private let origin: String
  private let proof: Proof
  private let access: SnowflakeAccess
  private let retries = RetryPolicy()
  private let clock = Clock()

  init(_ access: SnowflakeAccess) throws(WarehouseError) {
    self.access = access
    do throws(AWSError) {
      let host = access.account.lowercased().replacing("_", with: "-")
      let endpoint = try Endpoint(url: access.url ?? "https://\(host).snowflakecomputing.com")
      origin = endpoint.description
    } catch {
      throw WarehouseError(
        .configuration, "cannot reach Snowflake: \(error.reason)",
        hint: "an account looks like ORGANIZATION-ACCOUNT")
    }
    switch access.proof {
    case .accessToken(let token): proof = .accessToken(token)
    case .keyPair(let user, let pem, let passphrase):
      let key = RSAKey(
        pem: Array(pem.exposed.utf8), passphrase: passphrase.map { Array($0.exposed.utf8) })
      guard let key else {
        throw WarehouseError(
          .configuration,
          "cannot use the private key: it is no RSA key in PEM"
            + (passphrase == nil ? ", or it is encrypted" : ", or the passphrase is another one"),
          hint: "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE holds the passphrase of an encrypted key")
      }
      proof = .keyPair(SnowflakeToken(account: access.account, user: user, key: key))
    }
    var options = HTTPOptions()
    options.certificateFile = access.certificateFile
    options.userAgent = "receipt/1.0"
    // Some answers take a moment, such as the first part of many rows.
    options.stallTimeout = .seconds(90)
    do throws(HTTPError) {
      http = try HTTPClient(options)
    } catch {
      throw WarehouseError(.unavailable, error.message)
    }
  }

  // MARK: Requests

  private struct Submission: Encodable {
    let statement: String
    let timeout: Int64
    let database: String?
    let warehouse: String?
    let role: String?
    let parameters: [String: String]
  }

  /// Submits a statement, and does not wait for its end: its name is needed to stop it.
  ///
  /// - Parameters:
  ///   - sql: one statement.
  ///   - requestID: what makes the same submission again the same one.
  ///   - timeout: after how many seconds Snowflake itself stops it.
  /// - Returns: the answer, which names the statement, and whether that has ended already.
  /// - Throws: ``WarehouseError``.
  func submit(
    _ sql: String, requestID: String, timeout: Duration
  ) async throws(WarehouseError) -> (answer: Answer, isDone: Bool) {
    let submission = Submission(
      statement: sql, timeout: min(604_800, timeout.components.seconds),
      database: access.database, warehouse: access.warehouse, role: access.role,
      parameters: ["MULTI_STATEMENT_COUNT": "1", "QUERY_TAG": "receipt"])
    let body: [UInt8]
    do {
      body = Array(try JSONEncoder().encode(submission))
    } catch {
      throw WarehouseError(.statement, "the request cannot be written: \(error)")
    }
    return try await send {
      // Both are needed that a statement which has been carried out is not carried out again. The
      // first request says so too: libcurl sends it anew by itself where a connection that it had
      // kept dies before the answer.
      HTTPRequest(
        method: "POST",
        url: "\(origin)/api/v2/statements?requestId=\(requestID)&async=true&retry=true",
        body: body[...])
    }
  }

  /// Asks for a statement that was still running, or for a further part of its rows.
  func ask(
    _ handle: String, partition: Int = 0
  ) async throws(WarehouseError) -> (answer: Answer, isDone: Bool) {
    let name = PercentEncoding.component(handle)
    return try await send {
      HTTPRequest(
        url: "\(origin)/api/v2/statements/\(name)"
          + (partition > 0 ? "?partition=\(partition)" : ""))
    }
  }

  /// Stops a statement; one that has ended is left alone.
  func cancel(_ handle: String) async throws(WarehouseError) {
    let name = PercentEncoding.component(handle)
    _ = try await send {
      HTTPRequest(method: "POST", url: "\(origin)/api/v2/statements/\(name)/cancel", body: [])
    }
  }

  private func authorized(_ request: HTTPRequest) throws(WarehouseError) -> HTTPRequest {
    var request = request
    request.bodyLimit = 256 << 20
    request.acceptsCompression = true
    request.headers["Accept"] = "application/json"
    request.headers["Content-Type"] = "application/json"
    switch proof {
    case .accessToken(let token):
      request.headers["Authorization"] = "Bearer \(token.exposed)"
      request.headers["X-Snowflake-Authorization-Token-Type"] = "PROGRAMMATIC_ACCESS_TOKEN"
    case .keyPair(let token):
      guard let text = token.text(at: clock.now.secondsSinceEpoch) else {
        throw WarehouseError(.configuration, "the private key cannot sign")
      }
      request.headers["Authorization"] = "Bearer \(text)"
      request.headers["X-Snowflake-Authorization-Token-Type"] = "KEYPAIR_JWT"
    }
    return request
  }

  /// Sends a request until there is an answer that another try would not change.
  private func send(
    _ request: () -> HTTPRequest
  ) async throws(WarehouseError) -> (answer: Answer, isDone: Bool) {
    var attempt = 0
    var hasRenewed = false
    while true {
      attempt += 1
      // Every try has a token of its own: none is older than its request.
      let authorized = try authorized(request())
      var failure: WarehouseError
      var retryAfter: Int?
      do throws(HTTPError) {
        let response = try await http.send(authorized)
        if [200, 202].contains(response.status) {
          return (try SnowflakeClient.answer(response), response.status == 200)
        }
        if response.status == 401, !hasRenewed, renewsToken(after: response) {
          hasRenewed = true
          continue
        }
        failure = WarehouseError(refusal: response)
        retryAfter = response.headers["Retry-After"].flatMap { Int($0) }
      } catch {
        failure = WarehouseError(error)
      }
      guard failure.code == .unavailable else { throw failure }
      guard
        let delay = retries.delay(
          after: attempt, retryAfter: retryAfter, share: Double.random(in: 0...1))
      else {
        failure.message += " (after \(attempt) tries)"
        throw failure
      }
      do {
        try await Task.sleep(for: delay)
      } catch {
        throw WarehouseError(.cancelled, "the run was cancelled")
      }
    }
  }

  /// Whether another token may be taken: one by the service's clock, and not at its end.
  private func renewsToken(after response: HTTPResponse) -> Bool {
    guard case .keyPair = proof else { return false }
    if let time = response.headers["Date"].flatMap({ WallTime(httpDate: $0) }) {
      _ = clock.correct(by: time)
    }
    return true
  }

  private static func answer(_ response: HTTPResponse) throws(HTTPError) -> Answer {
    do {
      return try JSONDecoder().decode(Answer.self, from: Data(response.body))
    } catch {
      // The connection may have been cut by something that speaks HTTP.
      throw HTTPError(.malformed, "Snowflake's answer is not understood")
    }
  }
}

extension WarehouseError {
  /// An answer that is no success.
  init(refusal response: HTTPResponse) {
    let answer = try? JSONDecoder().decode(
      SnowflakeClient.Answer.self, from: Data(response.body))
    var reason = answer?.message?.prefix(1_000).description ?? "status \(response.status)"
    if let code = answer?.code { reason += " (\(code))" }
    switch response.status {
    case 401, 403:
      self.init(
        .accessDenied, reason,
        hint: "check the account, the user and its key: `DESC USER` shows RSA_PUBLIC_KEY_FP")
    case 408: self.init(.aborted, "Snowflake stopped the statement: \(reason)")
    case 422:
      // 000604: cancelled. 000625, 000630: a limit of time. 000628: a lock was not to be had.
      switch answer?.code {
      case "000604", "000625", "000630": self.init(.aborted, reason)
      case "000628": self.init(.conflict, reason)
      default: self.init(.statement, reason)
      }
    case 429, 500...: self.init(.unavailable, reason)
    default: self.init(.statement, reason)
    }
  }

  /// A failed exchange.
  init(_ error: HTTPError) {
    switch error.kind {
    case .cancelled: self.init(.cancelled, error.message)
    case .tls:
      self.init(
        .configuration, "no secure connection: \(error.message)",
        hint: "name the file of certificates to trust with --ca-bundle")
    case .url: self.init(.configuration, "the URL cannot be used: \(error.message)")
    case .tooLarge: self.init(.malformed, error.message)
    case .resolve, .connect, .timeout, .reset, .shortBody, .malformed, .other:
      self.init(.unavailable, error.message)
    }
  }
}
