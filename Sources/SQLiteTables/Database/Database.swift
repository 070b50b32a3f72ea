internal import CReceiptSQLite

/// A connection to a SQLite database file.
///
/// One thread uses it at a time. It closes when it goes out of scope and the last of its statements
/// has.
@safe
package struct Database: ~Copyable {
  private let handle: OpaquePointer
  /// The path it was opened with.
  package let path: String
  private let cancellation = CancellationSlot()

  /// What a connection may do with the file.
  package enum Mode: Sendable, Hashable {
    case readOnly
    /// The file must be there.
    case readWrite
    /// The file is made if it is not there.
    case create
  }

  /// Opens a database file; in the mode `create` the path `:memory:` makes one in memory.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - mode: what may be done with it.
  ///   - isShared: whether several threads may use the connection and its statements at once; SQLite
  ///     lets one of them work at a time then.
  /// - Throws: `library` with the path and what SQLite said.
  package init(path: String, mode: Mode, isShared: Bool = false) throws(SQLiteError) {
    SQLiteLibrary.configureOnce()
    // Files are attached by URI, which can say what SQLite may take for granted of them.
    var flags = SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI
    flags |= isShared ? SQLITE_OPEN_FULLMUTEX : SQLITE_OPEN_NOMUTEX
    switch mode {
    case .readOnly: flags |= SQLITE_OPEN_READONLY
    case .readWrite: flags |= SQLITE_OPEN_READWRITE
    case .create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    }
    var handle: OpaquePointer?
    // SQLite takes names with this prefix for URIs; a path is a path here, also one of a file that
    // is there and has the name of a database in memory.
    let isFile = path.hasPrefix("file:") || path == ":memory:" && mode != .create
    let name = isFile ? "./" + path : path
    let code = unsafe sqlite3_open_v2(name, &handle, flags, nil)
    guard code == SQLITE_OK, let open = unsafe handle else {
      let error = unsafe SQLiteLibrary.error(
        code, connection: handle, doing: "cannot open database \(path)")
      unsafe sqlite3_close_v2(handle)
      throw error
    }
    unsafe self.handle = unsafe open
    self.path = path
  }

  deinit {
    unsafe sqlite3_progress_handler(handle, 0, nil, nil)
    // Statements may outlive their connection; SQLite then closes it with the last of them.
    unsafe sqlite3_close_v2(handle)
  }

  /// Runs SQL text of any number of statements; rows they return are dropped.
  ///
  /// - Throws: `library` with the text and what SQLite said.
  package func execute(_ sql: String) throws(SQLiteError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    try unsafe SQLiteLibrary.check(code, handle, "cannot run SQL in \(path)", sql: sql)
  }

  /// Compiles one statement.
  ///
  /// - Throws: `library` with the text and what SQLite said; `unsupported` for a text without a
  ///   statement in it.
  package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    var statement: OpaquePointer?
    let code = unsafe sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    try unsafe SQLiteLibrary.check(code, handle, "cannot prepare SQL in \(path)", sql: sql)
    guard let statement = unsafe statement else {
      throw SQLiteError(.unsupported, "cannot prepare SQL in \(path): it is empty", sql: sql)
    }
    return unsafe Statement(statement, sql: sql)
  }

  /// Runs `body` in a transaction that is rolled back if it throws.
  ///
  /// The transaction takes the write lock at its beginning, so that it cannot lose it half-way.
  package func transaction<Result>(
    _ body: (borrowing Database) throws -> Result
  ) throws -> Result {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body(self)
      try execute("COMMIT")
      return result
    } catch {
      // SQLite may have rolled back already; then there is nothing more to undo.
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// The first column of the first row as text; `nil` if it is NULL or there is no row.
  ///
  /// - Throws: `library` with the text and what SQLite said.
  package func text(_ sql: String) throws(SQLiteError) -> String? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.text(0) : nil
  }

  /// The first column of the first row as an integer; 0 if it is NULL or there is no row.
  ///
  /// - Throws: `library` with the text and what SQLite said.
  package func integer(_ sql: String) throws(SQLiteError) -> Int64 {
    let statement = try prepare(sql)
    return try statement.step() ? statement.int64(0) : 0
  }

  /// Asks a closure now and then, while statements run, whether they are to end early.
  ///
  /// - Parameter isCancelled: called about every few milliseconds; true ends the statement with
  ///   `interrupted`. It is kept as long as the connection.
  package func interrupt(when isCancelled: @escaping @Sendable () -> Bool) {
    let check = CancellationCheck(isCancelled)
    cancellation.check = check
    unsafe sqlite3_progress_handler(
      handle, CancellationCheck.instructionCount,
      { check in
        guard let check = unsafe check else { return 0 }
        return unsafe Unmanaged<CancellationCheck>.fromOpaque(check).takeUnretainedValue()
          .isCancelled() ? 1 : 0
      }, Unmanaged.passUnretained(check).toOpaque())
  }

  /// How many rows the last INSERT, UPDATE or DELETE changed.
  package var changeCount: Int { Int(unsafe sqlite3_changes64(handle)) }

  /// Waits so long for locks of other connections before it gives up.
  package func setBusyTimeout(milliseconds: Int32) throws(SQLiteError) {
    let code = unsafe sqlite3_busy_timeout(handle, milliseconds)
    try unsafe SQLiteLibrary.check(code, handle, "cannot set the lock timeout of \(path)")
  }

  /// The database as the bytes of a file.
  ///
  /// - Throws: `library` if there is no memory for them.
  package func serialized() throws(SQLiteError) -> [UInt8] {
    var byteCount: sqlite3_int64 = 0
    guard let bytes = unsafe sqlite3_serialize(handle, "main", &byteCount, 0) else {
      throw unsafe SQLiteLibrary.error(
        SQLITE_NOMEM, connection: handle, doing: "cannot serialize database \(path)")
    }
    defer { unsafe sqlite3_free(bytes) }
    return unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: Int(byteCount)))
  }
}

/// What a connection asks while its statements run.
private final class CancellationCheck: Sendable {
  /// Instructions of SQLite's virtual machine between two questions.
  static let instructionCount: Int32 = 20_000

  let isCancelled: @Sendable () -> Bool

  init(_ isCancelled: @escaping @Sendable () -> Bool) { self.isCancelled = isCancelled }
}

/// Keeps the check alive as long as the connection, which only knows its address.
private final class CancellationSlot {
  var check: CancellationCheck?
}
