internal import CReceiptPostgreSQL

/// What libpq and the server say, as errors.
extension Connection {
  /// Why there is no connection.
  func connectionError(_ url: PostgreSQLURL) -> PostgreSQLError {
    let text = unsafe String(cString: PQerrorMessage(handle))
    // With the letters each line of the server's begins with `FATAL:  28P01: `; where in its source
    // the server says so is of no interest.
    let state = text.firstMatch(of: /:[ ]{2}([0-9A-Z]{5}):[ ]/).map { String($0.1) }
    let reason = PostgreSQLError.oneLine(
      text.split(separator: "\n").filter { !$0.contains(/^[^ ]+:[ ]{2}[^ ]+, [^ ]+\.c:\d+$/) }
        .joined(separator: "\n").replacing(/:[ ]{2}[0-9A-Z]{5}:[ ]/, with: ": "))
    let wantsPassword = unsafe PQconnectionNeedsPassword(handle) == 1
    let code =
      state.map { PostgreSQLError.Code(sqlState: $0) }
      ?? (wantsPassword ? .accessDenied : .unavailable)
    return PostgreSQLError(
      code, "cannot connect to \(url): \(reason)", sqlState: state,
      hint: code == .accessDenied
        ? "a password is taken from PGPASSWORD, or from the file that PGPASSFILE names" : nil)
  }

  /// What ends the reading when the server has gone.
  func lost(_ what: String) -> PostgreSQLError {
    let reason = PostgreSQLError.oneLine(unsafe String(cString: PQerrorMessage(handle)))
    return PostgreSQLError(
      .unavailable, "\(what) \(place): \(reason.isEmpty ? "the connection is lost" : reason)",
      hint: "try again when the server is back")
  }

  /// What a server says instead of a result.
  ///
  /// Only its first sentence is taken: the others may hold values of rows.
  @unsafe
  func error(_ result: OpaquePointer?, _ what: String) -> PostgreSQLError {
    func text(_ field: UnsafePointer<CChar>?) -> String? {
      unsafe field.map { unsafe String(cString: $0) }
    }
    guard let state = unsafe text(receipt_pq_sqlstate(result)) else { return lost(what) }
    let reason = unsafe text(receipt_pq_message(result)) ?? "no reason given"
    let code = PostgreSQLError.Code(sqlState: state)
    let theirHint = unsafe text(receipt_pq_hint(result))
    return PostgreSQLError(
      code, "\(what) \(place): \(PostgreSQLError.oneLine(reason))", sqlState: state,
      hint: Connection.hint(code, state) ?? theirHint)
  }

  private static func hint(_ code: PostgreSQLError.Code, _ state: String) -> String? {
    switch (code, state) {
    case (.accessDenied, "42501"):
      "the user needs SELECT on the table, and BYPASSRLS where its rows have policies"
    case (.locked, _): "wait for whoever changes the table; --busy-timeout says how long"
    case (.unavailable, "40001"):
      "the server is a standby that had to go on; max_standby_streaming_delay says how long it waits"
    default: nil
    }
  }
}
