internal import CReceiptSQLite

/// A compiled SQL statement: bind its parameters, step through its rows, and begin again.
///
/// Parameters are numbered from 1 and columns from 0, as in SQLite's C interface.
@safe
package struct Statement: ~Copyable {
  private let handle: OpaquePointer
  private let sql: String

  /// Takes over a statement of the library.
  init(_ handle: OpaquePointer, sql: String) {
    unsafe self.handle = unsafe handle
    self.sql = sql
  }

  deinit {
    unsafe sqlite3_finalize(handle)
  }

  /// The type a value is stored as, `typeof` in SQL.
  package enum StorageClass: Sendable, Hashable {
    case null
    case integer
    case real
    case text
    case blob
  }

  /// Goes on to the next row.
  ///
  /// - Returns: False after the last row; the statement is ready for another run then.
  /// - Throws: `library` with the statement's text and what SQLite said.
  package func step() throws(SQLiteError) -> Bool {
    let code = unsafe sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE {
      unsafe sqlite3_reset(handle)
      return false
    }
    let error = unsafe SQLiteLibrary.error(
      code, connection: sqlite3_db_handle(handle), doing: "cannot run SQL", sql: sql)
    unsafe sqlite3_reset(handle)
    throw error
  }

  /// Runs the statement to its end and drops its rows.
  package func run() throws(SQLiteError) {
    while try step() {}
  }

  /// Ends a run before its last row; bound values stay.
  package func reset() {
    // The code repeats the error of the last step, which has been thrown.
    unsafe sqlite3_reset(handle)
  }

  package func bind(_ value: Int64, at index: Int) throws(SQLiteError) {
    try check(unsafe sqlite3_bind_int64(handle, Int32(index), value), index)
  }

  /// Binds a double; SQLite turns NaN into NULL.
  package func bind(_ value: Double, at index: Int) throws(SQLiteError) {
    try check(unsafe sqlite3_bind_double(handle, Int32(index), value), index)
  }

  package func bind(_ text: String, at index: Int) throws(SQLiteError) {
    var text = text
    let code = text.withUTF8 { bytes in
      // An empty text must have an address, or SQLite takes it for NULL.
      unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe bindText($0, index) }
    }
    try check(code, index)
  }

  /// Binds UTF-8 bytes as text; they are copied.
  package func bind(text: Span<UInt8>, at index: Int) throws(SQLiteError) {
    let code = unsafe text.withUnsafeBytes { bytes in
      unsafe bindText(bytes.assumingMemoryBound(to: CChar.self), index)
    }
    try check(code, index)
  }

  package func bindNull(at index: Int) throws(SQLiteError) {
    try check(unsafe sqlite3_bind_null(handle, Int32(index)), index)
  }

  /// Binds a blob; the bytes are copied.
  package func bind(blob: Span<UInt8>, at index: Int) throws(SQLiteError) {
    let code = unsafe blob.withUnsafeBytes { bytes in
      guard bytes.count > 0 else { return unsafe sqlite3_bind_zeroblob(handle, Int32(index), 0) }
      return unsafe receipt_sqlite_bind_blob_copy(
        handle, Int32(index), bytes.baseAddress, UInt64(bytes.count))
    }
    try check(code, index)
  }

  package var columnCount: Int { Int(unsafe sqlite3_column_count(handle)) }

  package func columnName(_ column: Int) -> String {
    guard let name = unsafe sqlite3_column_name(handle, Int32(column)) else { return "" }
    return unsafe String(cString: name)
  }

  package func storageClass(_ column: Int) -> StorageClass {
    switch unsafe sqlite3_column_type(handle, Int32(column)) {
    case SQLITE_INTEGER: .integer
    case SQLITE_FLOAT: .real
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .blob
    default: .null
    }
  }

  /// The column as an integer; SQLite converts other types, and NULL to 0.
  package func int64(_ column: Int) -> Int64 {
    unsafe sqlite3_column_int64(handle, Int32(column))
  }

  /// The column as a double; SQLite converts other types, and NULL to 0.
  package func double(_ column: Int) -> Double {
    unsafe sqlite3_column_double(handle, Int32(column))
  }

  /// The column as text, or `nil` for NULL; bytes that are not UTF-8 become U+FFFD.
  package func text(_ column: Int) -> String? {
    guard let text = unsafe sqlite3_column_text(handle, Int32(column)) else { return nil }
    let count = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
    return unsafe String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  /// The bytes of a text or blob as they are stored; none for NULL.
  package func bytes(_ column: Int) -> [UInt8] {
    guard let base = unsafe sqlite3_column_blob(handle, Int32(column)) else { return [] }
    let count = unsafe Int(sqlite3_column_bytes(handle, Int32(column)))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Copies the current row into a batch.
  func copyRow(into batch: inout RowBatch) {
    var target = unsafe batch.nextRow()
    for column in 0..<Int32(batch.columnCount) {
      unsafe target.initialize(to: storedValue(column, in: &batch))
      unsafe target += RowBatch.capacity
    }
    batch.rowCount += 1
  }

  private func storedValue(_ column: Int32, in batch: inout RowBatch) -> StoredValue {
    let type = unsafe sqlite3_column_type(handle, column)
    switch type {
    case SQLITE_INTEGER:
      let memory = unsafe batch.allocate(8)
      unsafe memory.storeBytes(of: sqlite3_column_int64(handle, column), as: Int64.self)
      return unsafe StoredValue(type: StoredValue.integerInMemory, body: memory)
    case SQLITE_FLOAT:
      let memory = unsafe batch.allocate(8)
      unsafe memory.storeBytes(of: sqlite3_column_double(handle, column), as: Double.self)
      return unsafe StoredValue(type: StoredValue.realInMemory, body: memory)
    case SQLITE_TEXT, SQLITE_BLOB:
      let source =
        type == SQLITE_TEXT
        ? unsafe UnsafeRawPointer(sqlite3_column_text(handle, column))
        : unsafe sqlite3_column_blob(handle, column)
      let count = unsafe Int(sqlite3_column_bytes(handle, column))
      let memory = unsafe batch.allocate(count + MappedFile.padding)
      if let source = unsafe source { unsafe memory.copyMemory(from: source, byteCount: count) }
      let kind = StoredValue.firstOfBytes + UInt64(count) * 2 + (type == SQLITE_TEXT ? 1 : 0)
      return unsafe StoredValue(type: kind, body: memory)
    default:
      return unsafe StoredValue(type: SerialType.null, body: batch.allocate(8))
    }
  }

  private func bindText(_ text: UnsafeBufferPointer<CChar>, _ index: Int) -> Int32 {
    guard let base = text.baseAddress else {
      return unsafe receipt_sqlite_bind_text_copy(handle, Int32(index), "", 0)
    }
    return unsafe receipt_sqlite_bind_text_copy(handle, Int32(index), base, UInt64(text.count))
  }

  private func check(_ code: Int32, _ index: Int) throws(SQLiteError) {
    guard code != SQLITE_OK else { return }
    throw unsafe SQLiteLibrary.error(
      code, connection: sqlite3_db_handle(handle), doing: "cannot bind parameter \(index)",
      sql: sql)
  }
}
