/// Where finished pages go: a file, or memory in tests.
///
/// Several threads may write at once; the pages of two calls never overlap.
package protocol PageSink: Sendable {
  /// Writes adjacent pages.
  ///
  /// - Parameters:
  ///   - pages: The bytes of one page or more, borrowed for the call.
  ///   - firstPage: The number of the first of them; pages are numbered from 1.
  /// - Throws: When the pages could not be written. The file is then of no use.
  func write(_ pages: Span<UInt8>, firstPage: UInt32) throws(SQLiteError)
}
