import Synchronization

@testable import SQLiteTables

/// Pages in memory, by number.
///
/// It records how they came, refuses a page that comes twice, and can fail from some write on.
final class MemorySink: PageSink {
  struct State {
    var pages: [UInt32: [UInt8]] = [:]
    var writes: [Range<UInt32>] = []
    var writesLeft: Int?
  }

  let pageSize: Int
  private let state: Mutex<State>

  init(pageSize: Int, failsAfterWrites writes: Int? = nil) {
    self.pageSize = pageSize
    state = Mutex(State(writesLeft: writes))
  }

  var pages: [UInt32: [UInt8]] { state.withLock { $0.pages } }

  /// The page numbers of each write.
  var writes: [Range<UInt32>] { state.withLock { $0.writes } }

  func write(_ bytes: Span<UInt8>, firstPage: UInt32) throws(SQLiteError) {
    let copy = unsafe bytes.withUnsafeBufferPointer { unsafe [UInt8]($0) }
    try state.withLock { state throws(SQLiteError) in
      if let left = state.writesLeft {
        guard left > 0 else { throw fileError("cannot write to memory", 28) }
        state.writesLeft = left - 1
      }
      let count = copy.count / pageSize
      state.writes.append(firstPage..<(firstPage + UInt32(count)))
      for index in 0..<count {
        let page = firstPage + UInt32(index)
        guard state.pages[page] == nil else {
          throw SQLiteError(.file, "cannot write page \(page): it is there already")
        }
        state.pages[page] = Array(copy[(index * pageSize)..<((index + 1) * pageSize)])
      }
    }
  }
}
