/// What is remembered of a row to tell whether another one is the same: hashes of its key and of its
/// content, and its number.
///
/// The hashes are keyed with numbers that each comparison chooses by chance, so that nobody can make
/// rows that meet. The key has 128 bits: among a thousand million rows, two keys are taken for one
/// with a probability below 10⁻²⁰. The content is only held against that of the same key.
struct RowMark: BitwiseCopyable {
  let high: UInt64
  let low: UInt64
  let content: UInt64
  let row: Int64
}

/// Marks in memory, all of them of one part of a ``MarkSet``.
@safe
final class MarkBlock: @unchecked Sendable {  // Written once, before anybody else sees it.
  let base: UnsafeMutablePointer<RowMark>
  var count = 0

  init(capacity: Int) { unsafe base = .allocate(capacity: capacity) }

  /// Takes memory over.
  init(_ base: UnsafeMutablePointer<RowMark>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  deinit { unsafe base.deallocate() }

  @inline(__always)
  subscript(index: Int) -> RowMark {
    precondition(index >= 0 && index < count)
    return unsafe base[index]
  }
}
