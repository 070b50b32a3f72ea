/// The first 100 bytes of a database file, as far as a page builder reads and writes them.
///
/// <https://www.sqlite.org/fileformat2.html#the_database_header>.
struct DatabaseHeader {
  static let byteCount = 100
  private(set) var bytes: [UInt8]

  /// Takes the header of a file that the SQLite library made.
  ///
  /// - Throws: `unsupported` if pages built here would not fit the file: in WAL mode, with
  ///   reserved bytes or pointer maps (auto_vacuum), or with free pages.
  init(_ bytes: [UInt8], pageSize: PageSize) throws(SQLiteError) {
    self.bytes = bytes
    let stored = pageSize.byteCount == 65536 ? 1 : pageSize.byteCount
    guard bytes.count == DatabaseHeader.byteCount,
      bytes.starts(with: [UInt8]("SQLite format 3\0".utf8)), number(at: 16, width: 2) == stored,
      number(at: 56, width: 4) == 1
    else {
      throw SQLiteError(
        .unsupported,
        "cannot build pages: the file does not begin like a UTF-8 SQLite database with pages of "
          + "\(pageSize.byteCount) bytes")
    }
    guard bytes[18] == 1, bytes[19] == 1, bytes[20] == 0, number(at: 36, width: 4) == 0,
      number(at: 52, width: 4) == 0
    else {
      throw SQLiteError(
        .unsupported,
        "cannot build pages in a database with WAL, reserved bytes, free pages or auto_vacuum")
    }
  }

  /// How many pages the file has.
  var pageCount: UInt32 { UInt32(number(at: 28, width: 4)) }

  /// Says that the file has this many pages now.
  ///
  /// The change counter goes on by one, so that nobody takes the page count for an outdated one:
  /// SQLite trusts it only if the counter equals the one at offset 92.
  mutating func setPageCount(_ count: UInt32) {
    let change = UInt32(number(at: 24, width: 4)) &+ 1
    store(change, at: 24)
    store(count, at: 28)
    store(change, at: 92)
  }

  private func number(at offset: Int, width: Int) -> Int {
    bytes[offset..<(offset + width)].reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func store(_ value: UInt32, at offset: Int) {
    for index in 0..<4 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))
    }
  }
}
