/// Which byte ranges a row group's columns need, in order.
///
/// Neighbouring column chunks are joined to one fetch as long as it stays small. A chunk that is
/// too large for that is read in windows, so that memory is bounded by the pages in flight and not
/// by the size of the row group.
public struct ReadPlan: Sendable {
  /// A fetch of whole column chunks.
  public struct Fetch: Sendable {
    /// The bytes of the file.
    public var range: Range<Int64>
    /// The positions of the chunks among the plan's columns.
    public var columns: [Int]
  }

  /// What one fetch may have at the most.
  public static let fetchByteCount: Int64 = 8 << 20

  /// Bytes between two chunks that are fetched along with them rather than skipped.
  public static let gapByteCount: Int64 = 64 << 10

  /// The range of each column's chunk, in the order of the columns.
  public let chunks: [Range<Int64>]
  /// The fetches of whole chunks, in file order.
  ///
  /// Chunks that occur in none are read in windows.
  public let fetches: [Fetch]

  /// Plans the reading of some columns of a row group.
  ///
  /// - Parameters:
  ///   - chunks: where each column's chunk stands.
  ///   - wholeByteCount: if all the columns' chunks together have more bytes, each is read in
  ///     windows.
  init(chunks: [Range<Int64>], wholeByteCount: Int64 = 2 * fetchByteCount) {
    self.chunks = chunks
    var fetches: [Fetch] = []
    if chunks.reduce(0, { $0 + $1.upperBound - $1.lowerBound }) <= wholeByteCount {
      for index in chunks.indices.sorted(by: { chunks[$0].lowerBound < chunks[$1].lowerBound }) {
        let chunk = chunks[index]
        if let last = fetches.last,
          chunk.lowerBound - last.range.upperBound <= ReadPlan.gapByteCount,
          max(chunk.upperBound, last.range.upperBound) - last.range.lowerBound
            <= ReadPlan.fetchByteCount
        {
          fetches[fetches.count - 1].range =
            last.range.lowerBound..<max(last.range.upperBound, chunk.upperBound)
          fetches[fetches.count - 1].columns.append(index)
        } else {
          fetches.append(Fetch(range: chunk, columns: [index]))
        }
      }
    }
    self.fetches = fetches
  }
}
