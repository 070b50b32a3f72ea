/// A connection that tells whether others have changed the database since it was opened.
package final class WatchedDatabase: @unchecked Sendable {  // One thread uses it at a time.
  package let database: Database
  private let version: Int64

  /// Opens a database.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - timeout: how long to wait for its writers.
  ///   - isCancelled: asked between waits.
  /// - Throws: `library`, `locked`.
  package init(
    path: String, waiting timeout: Duration, isCancelled: () -> Bool
  ) throws(SQLiteError) {
    database = try Database(path: path, mode: .readWrite)
    try database.begin(.read, waiting: timeout, isCancelled: isCancelled)
    try database.execute("COMMIT")
    version = try database.integer("PRAGMA main.data_version")
  }

  /// Whether another connection has written to it.
  package func hasChanged() throws(SQLiteError) -> Bool {
    try database.integer("PRAGMA main.data_version") != version
  }
}
