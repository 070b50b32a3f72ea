/// The tail of one long payload, spread over overflow pages.
///
/// An overflow page is four bytes with the number of the next one, 0 on the last, and payload
/// (<https://www.sqlite.org/fileformat2.html#cell_overflow_pages>).
///
/// A chain lives in one of two places:
/// - In the run of its leaf, if it fits: pointers hold indices of the run until it is written.
/// - Otherwise in memory of its own, with page numbers claimed beforehand. It is written out each
///   time that memory is full, so that a payload of any length needs no more than a run's bytes.
@safe
struct OverflowChain {
  /// Pages of the chain.
  let pageCount: Int
  let pageSize: PageSize
  /// Where the chain's pages are made: `capacity` of them.
  private let memory: UnsafeMutableRawPointer
  private let capacity: Int
  /// What the pages' numbers will be.
  private let numbers: Numbers
  /// The next page of the chain.
  private var next = 0
  /// The current page's place in `memory`.
  private var slot = -1
  /// Bytes written to the current segment, whose first is at `target`.
  private var target: UnsafeMutableRawPointer
  /// Bytes left of the current segment: the leaf's local part first, then each page.
  private var room: Int

  /// Where page numbers come from.
  enum Numbers {
    /// The chain's pages are those of the run from this index on.
    case inRun(index: Int)
    /// The chain has numbers already, and is written here.
    case claimed(PageClaim, PageFile)
  }

  /// Begins a chain whose payload starts on the leaf, at `local`.
  ///
  /// There are `localByteCount` bytes for the payload, and four behind them for the pointer to the
  /// first page. `memory` has `capacity` pages of any bytes: all pages of the chain if they are
  /// part of a run.
  init(
    local: UnsafeMutableRawPointer, localByteCount: Int, pageCount: Int, pageSize: PageSize,
    numbers: Numbers, memory: UnsafeMutableRawPointer, capacity: Int
  ) {
    self.pageCount = pageCount
    self.pageSize = pageSize
    self.numbers = numbers
    unsafe self.memory = unsafe memory
    self.capacity = capacity
    unsafe self.target = unsafe local
    self.room = localByteCount
    unsafe storePointer(toPage: 0, at: local + localByteCount)
  }

  /// Appends bytes of the payload, which together are as many as the chain was made for.
  mutating func append(_ source: UnsafeRawPointer, count: Int) throws(SQLiteError) {
    var source = unsafe source
    var left = count
    while left > 0 {
      if room == 0 { try startPage() }
      let part = min(left, room)
      unsafe target.copyMemory(from: source, byteCount: part)
      unsafe target += part
      unsafe source += part
      room -= part
      left -= part
    }
  }

  /// Ends the chain; the last page's unused bytes become zeros.
  mutating func finish() throws(SQLiteError) {
    unsafe target.initializeMemory(as: UInt8.self, repeating: 0, count: room)
    try writeOut(slot + 1)
  }

  private mutating func startPage() throws(SQLiteError) {
    precondition(next < pageCount)
    slot += 1
    if slot == capacity {
      try writeOut(capacity)
      slot = 0
    }
    next += 1
    let page = unsafe memory + slot * pageSize.byteCount
    unsafe storePointer(toPage: next, at: page)
    unsafe target = unsafe page + 4
    room = pageSize.overflowCapacity
  }

  /// Stores the number or the run's index of a page of the chain; 0 behind the last one.
  private func storePointer(toPage page: Int, at pointer: UnsafeMutableRawPointer) {
    var number: UInt32 = 0
    if page < pageCount {
      switch numbers {
      case .inRun(let index): number = UInt32(index + page)
      case .claimed(let claim, _): number = claim.pageNumber(at: page)
      }
    }
    unsafe pointer.storeBytes(of: number.bigEndian, as: UInt32.self)
  }

  /// Writes the first `count` pages in `memory`, the latest of the chain, unless they belong to a
  /// run.
  private func writeOut(_ count: Int) throws(SQLiteError) {
    guard case .claimed(let claim, let file) = numbers else { return }
    let bytes = unsafe UnsafeBufferPointer(
      start: memory.assumingMemoryBound(to: UInt8.self), count: count * pageSize.byteCount)
    try unsafe file.write(bytes.span, of: claim, at: next - count)
  }
}
