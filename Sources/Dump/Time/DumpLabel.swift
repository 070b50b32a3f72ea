/// The folder name of a dump: its timestamp cut to the minute, `2023-03-14T04:03`.
///
/// The label is a name, not an identity: two dumps of one minute would share it. What identifies a
/// dump is the receipt's ``Timestamp``, and where its files are is the receipt's `folder`.
public struct DumpLabel: Sendable, Hashable {
  /// Whole minutes since 1970-01-01T00:00Z, negative before it.
  let minutesSinceEpoch: Int

  /// The label of a dump that was made at an instant: its UTC minute.
  public init(_ timestamp: Timestamp) {
    minutesSinceEpoch = Int(Timestamp.floorDivide(timestamp.secondsSinceEpoch, 60))
  }

  /// Reads exactly `YYYY-MM-DDTHH:MM`; nothing may be added, left out or in lower case, so that a
  /// label and its folder name are always the same bytes.
  ///
  /// - Throws: ``DumpError`` with ``DumpError/Code/badLabel`` and the reason.
  public init(parsing text: String) throws(DumpError) {
    var reader = DigitReader(text, thing: "dump label", code: .badLabel)
    let days = try reader.date()
    try reader.expect("T")
    minutesSinceEpoch = try days * 1_440 + reader.minute()
    try reader.end()
  }

  /// The first instant of the minute.
  public var timestamp: Timestamp {
    // The minute came from a timestamp or from four digits of year, so it is always in range.
    Timestamp(secondsSinceEpoch: Int64(minutesSinceEpoch) * 60) ?? .earliest
  }
}

extension DumpLabel: Comparable {
  /// Whether the left minute is before the right one; the texts sort in the same order.
  public static func < (left: DumpLabel, right: DumpLabel) -> Bool {
    left.minutesSinceEpoch < right.minutesSinceEpoch
  }
}

extension DumpLabel: CustomStringConvertible {
  /// The folder name, `2023-03-14T04:03`.
  public var description: String {
    let start = timestamp
    let minute = start.secondOfDay / 60
    return CivilDate(daysSinceEpoch: start.daysSinceEpoch).description + "T"
      + padded(minute / 60, 2) + ":" + padded(minute % 60, 2)
  }
}

extension DumpLabel: TextCodable {}
