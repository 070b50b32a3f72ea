/// The repetition or definition levels of one page.
enum LevelDecoder {
  /// All levels are 0, and nothing is stored.
  case none
  case runs(RunLengthDecoder, maximum: Int)
  case bitPacked(BitPackedLevelDecoder, maximum: Int)

  /// Writes the next `count` levels, each held against the column's maximum.
  mutating func decode(
    _ count: Int, to target: UnsafeMutablePointer<UInt16>
  ) throws(DecodingFailure) {
    let limit: Int
    switch self {
    case .none:
      unsafe target.update(repeating: 0, count: count)
      return
    case .runs(var decoder, let maximum):
      unsafe try decoder.decode(count, to: target)
      self = .runs(decoder, maximum: maximum)
      limit = maximum
    case .bitPacked(var decoder, let maximum):
      unsafe try decoder.decode(count, to: target)
      self = .bitPacked(decoder, maximum: maximum)
      limit = maximum
    }
    var highest: UInt16 = 0
    for index in 0..<count { highest = unsafe max(highest, target[index]) }
    guard Int(highest) <= limit else {
      throw .outOfRange("a level", value: Int64(highest), limit: Int64(limit))
    }
  }
}
