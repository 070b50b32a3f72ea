/// How many levels of a range are a certain one.
///
/// `levels` must be readable in the whole range.
func countLevels(
  _ level: UInt16, in levels: UnsafePointer<UInt16>, _ range: Range<Int>
) -> Int {
  var count = 0
  var entry = range.lowerBound
  while entry < range.upperBound {
    // In 16 bits and without a branch, so that the compiler compares many levels at a time.
    let end = min(range.upperBound, entry &+ 32_768)
    var matches: UInt16 = 0
    while entry < end {
      matches &+= unsafe levels[entry] == level ? 1 : 0
      entry &+= 1
    }
    count &+= Int(matches)
  }
  return count
}
