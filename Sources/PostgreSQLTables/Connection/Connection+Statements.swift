internal import CReceiptPostgreSQL
internal import Parquet

/// Statements, and the rows of a COPY.
extension Connection {
  /// Runs statements that have no rows.
  ///
  /// - Throws: what the server says.
  func run(_ sql: String) throws(PostgreSQLError) {
    guard unsafe PQsendQuery(handle, sql) == 1 else { throw lost("cannot use") }
    try unsafe drain("cannot use")
  }

  /// Runs a query.
  ///
  /// - Parameters:
  ///   - sql: the query.
  ///   - parameters: texts for `$1` and so on.
  /// - Returns: the rows, in text form.
  /// - Throws: what the server says.
  func rows(_ sql: String, _ parameters: [String] = []) throws(PostgreSQLError) -> [[String?]] {
    try send(sql, parameters)
    var rows: [[String?]] = []
    try unsafe drain("cannot read") { result in
      let columnCount = unsafe PQnfields(result)
      for row in 0..<(unsafe PQntuples(result)) {
        rows.append(
          (0..<columnCount).map { column in
            if unsafe PQgetisnull(result, row, column) == 1 { return nil }
            return unsafe String(cString: PQgetvalue(result, row, column))
          })
      }
    }
    return rows
  }

  private func send(_ sql: String, _ parameters: [String]) throws(PostgreSQLError) {
    let isSent = unsafe withCStrings(parameters) { values in
      unsafe PQsendQueryParams(handle, sql, Int32(parameters.count), nil, values, nil, nil, 0)
    }
    guard isSent == 1 else { throw lost("cannot use") }
  }

  /// Takes all results of what was sent; the first error is the one that counts.
  private func drain(
    _ what: String, _ body: (OpaquePointer) -> Void = { _ in }
  ) throws(PostgreSQLError) {
    var failure: PostgreSQLError?
    while true {
      try waitForResult()
      guard let result = unsafe PQgetResult(handle) else { break }
      defer { unsafe PQclear(result) }
      switch unsafe PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
      case PGRES_TUPLES_OK: unsafe body(result)
      default: failure = unsafe failure ?? error(result, what)
      }
      if unsafe PQstatus(handle) == CONNECTION_BAD { break }
    }
    if let failure { throw failure }
  }

  // MARK: COPY

  /// Begins a COPY to the client.
  ///
  /// - Parameters:
  ///   - sql: the statement.
  ///   - table: what is read, for errors.
  /// - Throws: what the server says.
  func beginCopy(_ sql: String, of table: String) throws(PostgreSQLError) {
    guard unsafe PQsendQuery(handle, sql) == 1 else { throw lost("cannot read") }
    try waitForResult()
    let result = unsafe PQgetResult(handle)
    defer { unsafe PQclear(result) }
    guard unsafe PQresultStatus(result) == PGRES_COPY_OUT else {
      throw unsafe error(result, "cannot read table \(table) of")
    }
  }

  /// Takes the next messages of a COPY.
  ///
  /// - Parameters:
  ///   - bytes: where they go.
  ///   - limit: bytes after which no further message is taken.
  ///   - table: what is read, for errors.
  ///   - isAwaited: whether somebody waits for what has come so far; asked when no more has.
  /// - Returns: whether there is more to come; otherwise all of the COPY is done.
  /// - Throws: what the server says.
  func takeMessages(
    into bytes: inout Buffer<UInt8>, upTo limit: Int, of table: String, isAwaited: () -> Bool
  ) throws(PostgreSQLError) -> Bool {
    while bytes.count < limit {
      var message: UnsafeMutablePointer<CChar>?
      let count = unsafe PQgetCopyData(handle, &message, 1)
      if count == 0 {
        if bytes.count > 0, isAwaited() { return true }
        do throws(PostgreSQLError) {
          try waitForInput()
        } catch {
          throw error.code == .unavailable ? lost("cannot read table \(table) of") : error
        }
        continue
      }
      guard count > 0, let source = unsafe message else {
        try endCopy(of: table)
        return false
      }
      defer { unsafe PQfreemem(source) }
      unsafe source.withMemoryRebound(to: UInt8.self, capacity: Int(count)) { source in
        unsafe bytes.append(copying: source, count: Int(count))
      }
    }
    return true
  }

  private func endCopy(of table: String) throws(PostgreSQLError) {
    try unsafe drain("cannot read table \(table) of")
    guard unsafe PQstatus(handle) == CONNECTION_OK else {
      throw lost("cannot read table \(table) of")
    }
  }

  /// Ends a COPY before its end, and throws away what is still on the way.
  ///
  /// - Throws: `unavailable`, `interrupted`.
  func abandonCopy() throws(PostgreSQLError) {
    guard unsafe PQstatus(handle) == CONNECTION_OK else { throw lost("cannot read") }
    cancel()
    while true {
      var message: UnsafeMutablePointer<CChar>?
      let count = unsafe PQgetCopyData(handle, &message, 1)
      unsafe PQfreemem(message)
      if count < 0 { break }
      if count == 0 { try waitForInput() }
    }
    // That it was cancelled is what was wanted.
    try? unsafe drain("cannot read")
    guard unsafe PQstatus(handle) == CONNECTION_OK else { throw lost("cannot read") }
  }
}
