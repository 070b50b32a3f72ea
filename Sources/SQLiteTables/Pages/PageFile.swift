/// The database file that several tables grow in: page numbers and a place to write pages.
package struct PageFile: Sendable {
  package let allocator: PageAllocator
  private let sink: any PageSink

  package var pageSize: PageSize { allocator.pageSize }

  /// A file that goes on after `pageCount` pages.
  package init(pageSize: PageSize, pageCount: UInt32, sink: any PageSink) {
    self.allocator = PageAllocator(pageSize: pageSize, pageCount: pageCount)
    self.sink = sink
  }

  /// Writes one page whose number is known from elsewhere: a root page.
  func write(page: Span<UInt8>, number: UInt32) throws(SQLiteError) {
    try sink.write(page, firstPage: number)
  }

  /// Writes pages of a claim, beginning with the claim's page at `index`.
  ///
  /// The lock-byte page never lies inside of one write: there are two writes then.
  func write(_ pages: Span<UInt8>, of claim: PageClaim, at index: Int = 0) throws(SQLiteError) {
    let count = pages.count / pageSize.byteCount
    guard count > 0 else { return }
    let first = claim.adjacentCount(from: index, length: count)
    let split = first * pageSize.byteCount
    try sink.write(pages.extracting(0..<split), firstPage: claim.pageNumber(at: index))
    if first < count {
      try sink.write(
        pages.extracting(split..<pages.count), firstPage: claim.pageNumber(at: index + first))
    }
  }
}
