import ObjectStorage

/// The parts of one object that some work will read.
struct PrefetchJob: Sendable, Hashable {
  /// The object.
  let object: ObjectSummary
  /// The parts, in the order of the object, apart from each other.
  let ranges: [Range<Int64>]
  /// In how many places the parts are read at once, each forwards.
  let placeCount: Int

  /// What one request asks for at the most: large enough to be quick, small enough for several at
  /// once.
  static let pieceByteCount: Int64 = 8 << 20
  /// Parts with no more than this between them are fetched as one.
  static let gapByteCount: Int64 = 128 << 10

  /// Parts of an object; they may overlap and come in any order.
  init(_ object: ObjectSummary, ranges: [Range<Int64>], placeCount: Int = 1) {
    self.object = object
    self.placeCount = placeCount
    var merged: [Range<Int64>] = []
    let bounded = ranges.map { max(0, $0.lowerBound)..<min(object.byteCount, $0.upperBound) }
    for range in bounded.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = merged.last, range.lowerBound - last.upperBound <= PrefetchJob.gapByteCount {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    // A beginning is no reason for a range: whole objects come with their checksum.
    if let first = merged.first, first.lowerBound <= PrefetchJob.gapByteCount {
      merged[0] = 0..<first.upperBound
    }
    self.ranges = merged
  }

  /// The whole object.
  init(whole object: ObjectSummary, placeCount: Int = 1) {
    self.init(object, ranges: [0..<object.byteCount], placeCount: placeCount)
  }

  /// The bytes of all parts.
  var byteCount: Int64 { ranges.reduce(0) { $0 + Int64($1.count) } }

  /// The requests that fetch the parts.
  var pieces: [Range<Int64>] {
    ranges.flatMap { range in
      stride(from: range.lowerBound, to: range.upperBound, by: Int(PrefetchJob.pieceByteCount))
        .map { $0..<min($0 + PrefetchJob.pieceByteCount, range.upperBound) }
    }
  }
}
