import Synchronization

/// Gives out the page numbers of one file, each once, to any number of threads.
///
/// It counts *ordinals*: pages without the lock-byte page. A claim is therefore dense even when it
/// crosses byte 1 GiB of the file, and no page stays unused.
package final class PageAllocator: Sendable {
  package let pageSize: PageSize
  private let claimed: Atomic<Int>

  /// SQLite's own limit, `SQLITE_MAX_PAGE_COUNT` of the releases in use today.
  static let maxPageCount = 1_073_741_823

  /// An allocator that goes on after the pages a file already has.
  package init(pageSize: PageSize, pageCount: UInt32) {
    self.pageSize = pageSize
    let isBehindLockByte = pageCount >= pageSize.lockBytePage
    self.claimed = Atomic(isBehindLockByte ? Int(pageCount) - 1 : Int(pageCount))
  }

  /// How many pages the file has with all claims so far, the lock-byte page included.
  package var pageCount: UInt32 {
    PageClaim.pageNumber(ordinal: claimed.load(ordering: .acquiring), pageSize: pageSize)
  }

  /// Claims page numbers for the caller alone.
  ///
  /// - Throws: `tooManyPages` when the file would grow beyond what SQLite opens.
  func claim(_ count: Int) throws(SQLiteError) -> PageClaim {
    let (before, after) = claimed.wrappingAdd(count, ordering: .acquiringAndReleasing)
    guard after < PageAllocator.maxPageCount else {
      throw SQLiteError(
        .tooManyPages,
        "cannot add \(count) pages to the \(before) of the database: SQLite allows "
          + "\(PageAllocator.maxPageCount)",
        hint: "Use a larger page size; it is \(pageSize.byteCount) bytes now.")
    }
    return PageClaim(firstOrdinal: before + 1, count: count, pageSize: pageSize)
  }
}

/// Some page numbers of a file, ascending and adjacent but for the lock-byte page.
struct PageClaim: Sendable {
  let firstOrdinal: Int
  let count: Int
  let pageSize: PageSize

  /// The number of the claim's page at `index`, which may be `count` only to look one beyond.
  func pageNumber(at index: Int) -> UInt32 {
    PageClaim.pageNumber(ordinal: firstOrdinal + index, pageSize: pageSize)
  }

  /// How many of the `length` pages from `index` on lie before the lock-byte page, if it parts
  /// them; otherwise `length`.
  func adjacentCount(from index: Int, length: Int) -> Int {
    let beforeLockByte = Int(pageSize.lockBytePage) - (firstOrdinal + index)
    return beforeLockByte > 0 ? min(length, beforeLockByte) : length
  }

  static func pageNumber(ordinal: Int, pageSize: PageSize) -> UInt32 {
    // In range: claims end below `PageAllocator.maxPageCount`.
    UInt32(truncatingIfNeeded: ordinal >= Int(pageSize.lockBytePage) ? ordinal + 1 : ordinal)
  }
}
