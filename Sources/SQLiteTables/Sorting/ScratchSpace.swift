/// Where bytes go that memory has no room for, and come back from.
protocol ScratchSpace: Sendable {
  /// Keeps bytes.
  ///
  /// - Returns: where they are.
  /// - Throws: `disk-full`, `file`.
  func append(_ bytes: UnsafeRawBufferPointer) throws(SQLiteError) -> Int

  /// Brings bytes back.
  ///
  /// - Throws: `file`.
  func read(at offset: Int, into memory: UnsafeMutableRawBufferPointer) throws(SQLiteError)
}
