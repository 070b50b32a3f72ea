/// The size of a database's pages, and what follows from it alone.
///
/// The usable size U of the file format equals the page size here: files are built without
/// reserved bytes. Rules: <https://www.sqlite.org/fileformat2.html#b_tree_pages>.
package struct PageSize: Sendable, Hashable {
  /// 512, 1024, … 65536.
  package let byteCount: Int

  /// The size to use when nothing speaks for another one: 16 KiB loads fastest.
  package static let standard = PageSize(unchecked: 16384)

  private init(unchecked byteCount: Int) {
    self.byteCount = byteCount
  }

  /// Accepts the sizes of the file format only.
  ///
  /// - Throws: `unsupported` for anything but a power of two from 512 to 65536.
  package init(_ byteCount: Int) throws(SQLiteError) {
    guard (512...65536).contains(byteCount), byteCount & (byteCount - 1) == 0 else {
      throw SQLiteError(
        .unsupported,
        "cannot use pages of \(byteCount) bytes: SQLite has powers of two from 512 to 65536")
    }
    self.byteCount = byteCount
  }

  /// The page that holds byte 1 GiB of the file.
  ///
  /// SQLite locks bytes of this page and never stores anything on it.
  package var lockBytePage: UInt32 { UInt32(0x4000_0000 / byteCount + 1) }

  /// X of the file format: the longest payload of a table leaf cell that has no overflow pages.
  var maxLocalPayload: Int { byteCount - 35 }

  /// M of the file format: what stays on the leaf of a longer payload, at least.
  var minLocalPayload: Int { (byteCount - 12) * 32 / 255 - 23 }

  /// Payload bytes on an overflow page; the other four are the number of the next one.
  var overflowCapacity: Int { byteCount - 4 }

  /// X of the file format for the cells of an index: four of them fit a page, whatever they hold.
  var maxLocalKey: Int { (byteCount - 12) * 64 / 255 - 23 }

  /// How many bytes of an index cell's payload are stored on its page; see
  /// ``localByteCount(ofPayload:)``.
  func localByteCount(ofKey payload: Int) -> Int {
    if payload <= maxLocalKey { return payload }
    let local = minLocalPayload + (payload - minLocalPayload) % overflowCapacity
    return local <= maxLocalKey ? local : minLocalPayload
  }

  /// How many bytes of a payload are stored on the leaf; all others go to overflow pages.
  ///
  /// With K = M + (P - M) mod (U - 4), a payload of P > X bytes keeps K bytes if K ≤ X, else M.
  func localByteCount(ofPayload payload: Int) -> Int {
    if payload <= maxLocalPayload { return payload }
    let local = minLocalPayload + (payload - minLocalPayload) % overflowCapacity
    return local <= maxLocalPayload ? local : minLocalPayload
  }

  /// How many overflow pages a payload needs; 0 when it fits the leaf.
  func overflowPageCount(ofPayload payload: Int) -> Int {
    let beyond = payload - localByteCount(ofPayload: payload)
    return (beyond + overflowCapacity - 1) / overflowCapacity
  }
}
