/// The part of a text file that is in memory: whole rows are taken from its front, and what the file
/// has next comes in behind.
package final class TextBlock {
  private let buffer: ByteBuffer
  private var start = 0
  private var end = 0
  private var takenByteCount = 0
  /// Whether nothing more will come.
  package private(set) var isComplete = false
  /// The line at which the unread part begins, from 1.
  package private(set) var line = 1

  /// An empty block.
  ///
  /// - Parameter capacity: bytes that are in memory at once, unless a row is longer.
  package init(capacity: Int = 256 << 10) { buffer = ByteBuffer(count: max(capacity, 16)) }

  /// What has come in and was not taken.
  var unread: ByteView { buffer.view.slice(start, end - start) }

  /// Whether all has come in and was taken.
  package var isAtEnd: Bool { isComplete && start == end }

  /// Lets more bytes in; views of the block are invalid afterwards.
  ///
  /// - Parameters:
  ///   - limit: how many bytes at the most.
  ///   - read: fills the memory from its front; returns how many bytes, 0 at the end.
  /// - Throws: ``RowFailure`` if a row is longer than any may be, and what `read` throws.
  package func fill(upTo limit: Int = .max, _ read: (inout MutableRawSpan) throws -> Int) throws {
    if start > 0 {
      unsafe buffer.bytes.baseAddress?.copyMemory(from: unread.base, byteCount: end - start)
      end -= start
      start = 0
    }
    if end == buffer.count {
      guard end < Limits.textRowByteCount else {
        throw RowFailure(
          "the row has more than \(grouped(end)) bytes but may have "
            + grouped(Limits.textRowByteCount), line: line)
      }
      buffer.resize(to: min(2 * end, Limits.textRowByteCount))
    }
    let roomEnd = end + min(limit, buffer.count - end)
    var room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[end..<roomEnd])
      .mutableBytes
    let count = try read(&room)
    precondition(count >= 0 && count <= roomEnd - end)
    end += count
    isComplete = count == 0
    if takenByteCount == 0 { skipByteOrderMark() }
  }

  /// Takes bytes from the front.
  func take(_ count: Int, lines: Int) {
    precondition(count >= 0 && count <= end - start)
    start += count
    takenByteCount += count
    line += lines
  }

  private func skipByteOrderMark() {
    let mark: StaticString = "\u{feff}"
    if unread.count >= mark.view.count, unread.slice(0, mark.view.count).isEqual(mark.view) {
      take(mark.view.count, lines: 0)
    }
  }
}

/// Why a row of a text file cannot be taken, and where it is.
package struct RowFailure: Error {
  /// What is wrong.
  package let message: String
  /// The line of the file at which the row begins, from 1.
  package let line: Int
  /// The name of the column, or the dotted path of the member.
  package let column: String?

  @inline(never)
  package init(_ message: String, line: Int, column: String? = nil) {
    self.message = message
    self.line = line
    self.column = column
  }
}
