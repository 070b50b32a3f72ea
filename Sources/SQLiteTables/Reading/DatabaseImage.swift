internal import Parquet

/// The bytes of a database file that nobody changes while it is looked at.
///
/// The file may be anything, so every number in it is held against what is there.
///
/// <https://www.sqlite.org/fileformat2.html>
struct DatabaseImage: Sendable {
  private let bytes: ByteView
  /// Bytes of a page.
  let pageByteCount: Int
  /// Bytes of a page that are not reserved for extensions.
  let usableByteCount: Int
  /// Pages of the file.
  let pageCount: Int

  /// Takes the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: the file; whoever holds them keeps them alive.
  ///   - name: the file's name, for errors.
  /// - Throws: `not-a-database`, `unsupported`.
  init(_ bytes: ByteView, name: String) throws(SQLiteError) {
    guard bytes.count >= 512, bytes.slice(0, 16).array.elementsEqual("SQLite format 3\0".utf8)
    else {
      throw SQLiteError(.notADatabase, "cannot read \(name): it is not a SQLite database")
    }
    let stored = Int(UInt16(bigEndian: bytes.bigEndian(at: 16)))
    let size = try PageSize(stored == 1 ? 65_536 : stored)
    pageByteCount = size.byteCount
    usableByteCount = pageByteCount - Int(bytes[20])
    pageCount = bytes.count / pageByteCount
    self.bytes = bytes
    guard usableByteCount >= 480 else {
      throw DatabaseImage.corrupt(page: 1, "\(bytes[20]) bytes of each page are reserved")
    }
  }

  /// A page by its number, from 1.
  ///
  /// - Throws: `library` if there is no such page.
  func page(_ number: UInt32) throws(SQLiteError) -> ByteView {
    guard number >= 1, Int(number) <= pageCount else {
      throw DatabaseImage.corrupt(
        page: number, "a page of that number is pointed to, but there are \(pageCount)")
    }
    return bytes.slice((Int(number) - 1) * pageByteCount, usableByteCount)
  }

  /// Where the b-tree header of a page begins: the first page has the file's header before it.
  static func headerOffset(ofPage number: UInt32) -> Int {
    number == 1 ? DatabaseHeader.byteCount : 0
  }

  static func corrupt(page: UInt32, _ what: String) -> SQLiteError {
    SQLiteError(
      .library, "cannot read page \(page) of the database: \(what)",
      hint: "Check the file with: sqlite3 FILE 'PRAGMA integrity_check'")
  }
}

extension ByteView {
  /// The bytes at an offset as they lie, for `bigEndian:` initialisers.
  @inline(__always)
  func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> T {
    T(littleEndian: load(T.self, at: offset))
  }
}
