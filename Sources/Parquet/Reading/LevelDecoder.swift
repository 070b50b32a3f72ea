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

extension LevelDecoder {
  /// Passes over levels.
  ///
  /// - Returns: how many of them are the highest that the column has.
  mutating func skip(_ count: Int) throws(DecodingFailure) -> Int {
    switch self {
    case .none: return count
    case .runs(var decoder, let maximum):
      let found = try decoder.skip(count, counting: UInt32(maximum))
      self = .runs(decoder, maximum: maximum)
      return found
    case .bitPacked(var decoder, let maximum):
      var levels = Buffer<UInt16>(capacity: count)
      unsafe try decoder.decode(count, to: levels.base)
      levels.count = count
      self = .bitPacked(decoder, maximum: maximum)
      var found = 0
      for index in 0..<count where levels[index] == UInt16(maximum) { found += 1 }
      return found
    }
  }
}
