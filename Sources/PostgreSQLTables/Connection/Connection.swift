internal import CReceiptPostgreSQL

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A connection to a server.
///
/// Whatever waits for the server asks now and then whether the work was cancelled, and then the
/// server is told to stop.
@safe
final class Connection: @unchecked Sendable {  // One thread uses it at a time: who took it.
  let handle: OpaquePointer
  /// The database and the server, for errors.
  let place: String
  /// Whether to stop; asked while the server is waited for.
  var isCancelled: @Sendable () -> Bool

  /// Milliseconds between two questions whether the work was cancelled.
  private static let pause: Int32 = 100
  /// How long to wait for a server that does not answer, unless the URL or the environment says.
  private static let patience = Duration.seconds(30)

  /// Connects, without asking anybody for a password.
  ///
  /// - Parameters:
  ///   - url: the database.
  ///   - isCancelled: whether to stop; called on the thread that waits.
  /// - Throws: `unavailable`, `access-denied`, `server`, `interrupted`.
  init(_ url: PostgreSQLURL, isCancelled: @escaping @Sendable () -> Bool) throws(PostgreSQLError) {
    let parameters = [
      // A server that has gone without a word is noticed after a minute and a half.
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "6"),
      ("dbname", url.description), ("fallback_application_name", "receipt"),
      ("client_encoding", "UTF8"),
    ]
    let connection = unsafe Connection.start(parameters)
    guard let handle = unsafe connection else {
      throw PostgreSQLError(.unavailable, "cannot connect to \(url): there is no memory left")
    }
    unsafe self.handle = unsafe handle
    self.isCancelled = isCancelled
    unsafe receipt_pq_ignore_notices(handle)
    // Only so do errors of connecting come with the letters that tell what they are.
    unsafe PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
    place = unsafe Connection.place(handle)
    try finishConnecting(url)
    unsafe PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
  }

  deinit { unsafe PQfinish(handle) }

  private static func start(_ parameters: [(String, String)]) -> OpaquePointer? {
    unsafe withCStrings(parameters.map(\.0)) { keywords in
      unsafe withCStrings(parameters.map(\.1)) { values in
        unsafe PQconnectStartParams(keywords, values, 1)
      }
    }
  }

  private static func place(_ handle: OpaquePointer) -> String {
    func text(_ value: UnsafeMutablePointer<CChar>?) -> String {
      unsafe value.map { unsafe String(cString: $0) } ?? ""
    }
    let host = unsafe text(PQhost(handle))
    let port = unsafe text(PQport(handle))
    return "database \(unsafe text(PQdb(handle))) at \(host)\(port.isEmpty ? "" : ":" + port)"
  }

  private func finishConnecting(_ url: PostgreSQLURL) throws(PostgreSQLError) {
    let deadline = ContinuousClock.now + (connectTimeout ?? Connection.patience)
    var next = PGRES_POLLING_WRITING
    while unsafe PQstatus(handle) != CONNECTION_BAD {
      if next == PGRES_POLLING_OK { return }
      if next == PGRES_POLLING_FAILED { break }
      while try !isReady(for: next == PGRES_POLLING_READING ? POLLIN : POLLOUT) {
        guard ContinuousClock.now < deadline else {
          throw PostgreSQLError(
            .unavailable, "cannot connect to \(url): the server does not answer",
            hint: "connect_timeout in the URL says how many seconds to wait")
        }
      }
      next = unsafe PQconnectPoll(handle)
    }
    throw connectionError(url)
  }

  /// What `connect_timeout` says, in the URL, the environment or a service.
  private var connectTimeout: Duration? {
    guard let options = unsafe PQconninfo(handle) else { return nil }
    defer { unsafe PQconninfoFree(options) }
    var option = unsafe options
    while let keyword = unsafe option.pointee.keyword {
      if unsafe strcmp(keyword, "connect_timeout") == 0, let value = unsafe option.pointee.val {
        let seconds = unsafe Int(String(cString: value)) ?? 0
        return seconds > 0 ? .seconds(seconds) : nil
      }
      unsafe option += 1
    }
    return nil
  }

  /// Whether the database does not know what its texts are encoded in.
  var isWithoutEncoding: Bool {
    guard let encoding = unsafe PQparameterStatus(handle, "server_encoding") else { return false }
    return unsafe String(cString: encoding) == "SQL_ASCII"
  }

  // MARK: Waiting

  /// Waits a moment for the server; whether there is something to do.
  ///
  /// - Throws: `interrupted`.
  private func isReady(for events: Int32) throws(PostgreSQLError) -> Bool {
    if isCancelled() { throw interrupted }
    let socket = unsafe PQsocket(handle)
    // A connection that is lost has none: libpq will say so.
    if socket < 0 { return true }
    var descriptor = pollfd(fd: socket, events: Int16(events), revents: 0)
    return unsafe poll(&descriptor, 1, Connection.pause) > 0
  }

  /// Waits until the server has sent something.
  ///
  /// - Throws: `interrupted`; `unavailable` if it has gone.
  func waitForInput() throws(PostgreSQLError) {
    while try !isReady(for: POLLIN) {}
    guard unsafe PQconsumeInput(handle) == 1 else { throw lost("cannot read") }
  }

  /// Waits until the result of a statement is there.
  ///
  /// - Throws: `interrupted`, after the server was told to stop; `unavailable` if it has gone.
  func waitForResult() throws(PostgreSQLError) {
    do throws(PostgreSQLError) {
      while unsafe PQisBusy(handle) == 1 { try waitForInput() }
    } catch {
      if error.code == .interrupted { cancel() }
      throw error
    }
  }

  /// Asks the server to stop what it does for this connection.
  func cancel() {
    guard let request = unsafe PQgetCancel(handle) else { return }
    defer { unsafe PQfreeCancel(request) }
    var reason = [CChar](repeating: 0, count: 256)
    // A server that cannot be asked finds out when it sends the next row.
    unsafe _ = PQcancel(request, &reason, Int32(reason.count))
  }

  var interrupted: PostgreSQLError {
    PostgreSQLError(.interrupted, "cannot read \(place): interrupted")
  }
}
