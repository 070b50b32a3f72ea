import CurlHTTP
import Dump
import FoundationEssentials
import Logging

/// Something that somebody should know.
struct Alert: Sendable, Encodable {
  var application = "receipt"
  var version = ""
  var time = Timestamp.now
  var severity: Finding.Severity
  var code: String
  var location: String
  var target: String
  var dump: Timestamp?
  var message: String
  var hint: String?
  var findings: [Finding]

  init(
    severity: Finding.Severity, code: String, location: String, target: String, dump: Timestamp?,
    message: String, hint: String?, findings: [Finding]
  ) {
    self.severity = severity
    self.code = code
    self.location = location
    self.target = target
    self.dump = dump
    self.message = message
    self.hint = hint
    self.findings = Array(findings.prefix(20))
  }
}

/// Where alerts and signs of life go.
struct AlertOptions: Sendable, Hashable {
  /// A URL that alerts are posted to, as JSON.
  var webhook: String?
  /// A command line that is run for each, with the alert in its environment.
  var command: String?
  /// A URL that is asked for after each success, so that its silence is noticed.
  var heartbeat: String?

  var isEmpty: Bool { webhook == nil && command == nil && heartbeat == nil }
}

/// Sends alerts; a failure to do so is logged and stops nothing.
actor Alerts {
  private let options: AlertOptions
  private let http: HTTPClient
  private let version: String
  private let environment: [String: String]
  private let logger: Logger
  private var sending: Set<Task<Void, Never>> = []

  init(
    _ options: AlertOptions, version: String, environment: [String: String], logger: Logger
  ) throws {
    self.options = options
    self.version = version
    self.environment = environment
    self.logger = logger
    do throws(HTTPError) {
      var settings = HTTPOptions()
      settings.connectionCount = 4
      http = try HTTPClient(settings)
    } catch {
      throw OperationError(.failed, "cannot send alerts: \(error.message)")
    }
  }

  /// Sends an alert by all ways that are set up, without waiting for them.
  func send(_ alert: Alert) {
    var alert = alert
    alert.version = version
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let document = try? encoder.encode(alert) else { return }
    if let webhook = options.webhook {
      begin {
        await self.request(
          HTTPRequest(
            method: "POST", url: webhook, headers: ["Content-Type": "application/json"],
            body: Array(document)[...], timeout: .seconds(10)), "post an alert")
      }
    }
    if let command = options.command {
      begin { [alert] in await self.run(command, alert, String(decoding: document, as: UTF8.self)) }
    }
  }

  /// Gives the sign of life.
  func succeeded() {
    guard let url = options.heartbeat else { return }
    begin {
      await self.request(HTTPRequest(url: url, timeout: .seconds(10)), "give the sign of life")
    }
  }

  /// Waits until everything is sent, or that long.
  func flush(within limit: Duration) async {
    let tasks = sending
    if tasks.isEmpty { return }
    await withTaskGroup { group in
      group.addTask { for task in tasks { await task.value } }
      group.addTask { try? await Task.sleep(for: limit) }
      await group.next()
      for task in tasks { task.cancel() }
      group.cancelAll()
    }
  }

  private func begin(_ work: @escaping @Sendable () async -> Void) {
    let task = Task { await work() }
    sending.insert(task)
    Task {
      await task.value
      self.sending.remove(task)
    }
  }

  private func request(_ request: HTTPRequest, _ what: String) async {
    var reason = ""
    for attempt in 1...3 {
      do throws(HTTPError) {
        let response = try await http.send(request)
        if response.isSuccess { return }
        reason = "the answer is \(response.status)"
        if response.status < 500, response.status != 429 { break }
      } catch {
        reason = error.message
        if error.kind == .cancelled { return }
      }
      guard attempt < 3, (try? await Task.sleep(for: .seconds(attempt))) != nil else { break }
    }
    // The URL may hold a secret.
    logger.warning("cannot \(what): \(reason)")
  }

  private func run(_ command: String, _ alert: Alert, _ document: String) async {
    var variables = environment
    variables["RECEIPT_ALERT_SEVERITY"] = alert.severity.rawValue
    variables["RECEIPT_ALERT_CODE"] = alert.code
    variables["RECEIPT_ALERT_MESSAGE"] = alert.message
    variables["RECEIPT_ALERT_DUMP"] = alert.dump?.description ?? ""
    variables["RECEIPT_ALERT_LOCATION"] = alert.location
    variables["RECEIPT_ALERT_JSON"] = document
    let child = ChildProcess(command: command, environment: variables, patience: .seconds(5))
    guard let ending = try? await child.run(), ending == .exit(0) else {
      logger.warning("the alert command did not end with 0")
      return
    }
  }
}
