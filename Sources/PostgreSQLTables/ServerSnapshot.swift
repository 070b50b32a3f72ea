internal import Synchronization

/// A database as it is at one moment: all that is read from it comes from one snapshot.
///
/// The tables are locked before the snapshot is taken, so that nobody empties or changes them in
/// between: TRUNCATE and some forms of ALTER TABLE take rows away from older snapshots too. The lock
/// hinders neither readers nor writers. Further connections are made as threads ask for them, and
/// read the same snapshot.
///
/// <https://www.postgresql.org/docs/current/explicit-locking.html>,
/// <https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION>
package final class ServerSnapshot: Sendable {
  /// How a snapshot is taken.
  package struct Options: Sendable {
    /// The tables.
    package var choice = TableChoice()
    /// How long to wait for those who change a table.
    package var lockTimeout = Duration.seconds(60)
    /// Whether several threads read at once.
    package var isShared = true
    /// Makes what says whether to stop; called on the thread that asks for something.
    package var cancellation: @Sendable () -> @Sendable () -> Bool = { { false } }

    package init() {}
  }

  /// The tables, by name.
  package let tables: [ServerTable]
  private let url: PostgreSQLURL
  private let options: Options
  /// The name under which others may read it; `nil` where nobody else is to.
  private let id: String?
  /// Connections that nobody uses now; the first one keeps the locks.
  private let idle: Mutex<[Connection]>
  private let first: Connection

  /// Takes a snapshot.
  ///
  /// - Throws: `usage`, `access-denied`, `unavailable`, `locked`, `server`, `interrupted`.
  package init(_ url: PostgreSQLURL, _ options: Options) throws(PostgreSQLError) {
    self.url = url
    self.options = options
    let connection = try Connection(url, isCancelled: options.cancellation())
    let catalog = Catalog(connection)
    let chosen = try options.choice.tables(of: try catalog.entries(), connection.place)
    try connection.run(ServerSnapshot.begin(options, connection))
    let lockable = chosen.filter(\.kind.isLockable)
    if !lockable.isEmpty {
      let names = lockable.map(\.identifier).joined(separator: ", ")
      try connection.run("LOCK TABLE \(names) IN ACCESS SHARE MODE")
    }
    // The first SELECT takes the snapshot.
    for table in chosen where !table.kind.isLockable {
      _ = try connection.rows("SELECT FROM \(table.identifier) LIMIT 0")
    }
    id =
      options.isShared && chosen.count > 1
      ? try connection.rows("SELECT pg_catalog.pg_export_snapshot()").first?.first ?? nil : nil
    var tables: [ServerTable] = []
    for (table, columns) in zip(chosen, try catalog.columns(of: chosen)) {
      var table = table
      table.columns = columns
      tables.append(table)
    }
    self.tables = tables
    first = connection
    idle = Mutex([connection])
  }

  /// The statements with which a transaction begins, before it has a snapshot.
  private static func begin(_ options: Options, _ connection: Connection) -> String {
    let milliseconds = Int64(options.lockTimeout / .milliseconds(1))
    // Texts of values do not depend on who reads; rows come in the table's order; and rows that a
    // policy hides are an error instead of missing.
    var settings = [
      "DateStyle = 'ISO, YMD'", "IntervalStyle = 'postgres'", "TimeZone = 'UTC'",
      "extra_float_digits = 3", "bytea_output = 'hex'", "synchronize_seqscans = off",
      "row_security = off", "statement_timeout = 0", "idle_in_transaction_session_timeout = 0",
      "lock_timeout = \(min(max(milliseconds, 1), Int64(Int32.max)))",
    ]
    // Bytes of no encoding cannot be converted; as they are, it can be said in which row they are.
    if connection.isWithoutEncoding { settings.append("client_encoding = 'SQL_ASCII'") }
    return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
      + settings.map { "SET LOCAL \($0)" }.joined(separator: "; ")
  }

  /// The rows of a table, counted.
  ///
  /// - Throws: what the server says.
  package func rowCount(of table: ServerTable) throws(PostgreSQLError) -> Int64 {
    let connection = try take()
    // What fails leaves a transaction that is good for nothing.
    let count = try Catalog(connection).rowCount(of: table)
    give(connection)
    return count
  }

  // MARK: Rows

  /// Begins to read a table.
  ///
  /// - Parameter reading: the table, and what becomes of its columns.
  /// - Returns: the rows, for one thread.
  /// - Throws: what the server says.
  package func rows(_ reading: TableReading) throws(PostgreSQLError) -> CopiedRows {
    let connection = try take()
    try connection.run("SAVEPOINT receipt")
    try connection.beginCopy(reading.statement, of: reading.table.qualifiedName)
    return try CopiedRows(reading, connection) { [weak self] in self?.give($0) }
  }

  /// A connection that reads the snapshot.
  private func take() throws(PostgreSQLError) -> Connection {
    if let connection = idle.withLock({ $0.popLast() }) {
      connection.isCancelled = options.cancellation()
      return connection
    }
    let connection = try Connection(url, isCancelled: options.cancellation())
    try connection.run(ServerSnapshot.begin(options, connection))
    if let id { try connection.run("SET TRANSACTION SNAPSHOT '\(id)'") }
    return connection
  }

  /// Takes a connection back whose transaction is as it was.
  private func give(_ connection: Connection) { idle.withLock { $0.append(connection) } }
}
