/// When dumps are delivered: times of day, in UTC.
public struct Schedule: Sendable, Hashable {
  /// Minutes after midnight, ascending; at least one.
  public let minutesOfDay: [Int]

  /// The vendor's free plan: once a day, at 09:30.
  public static let free = Schedule(checked: [570])
  /// The vendor's paid plan: twice a day, at 04:00 and 15:00.
  public static let paid = Schedule(checked: [240, 900])

  /// How long before its time a dump may be begun.
  static let earliness = Duration.seconds(1_800)

  private init(checked minutes: [Int]) { minutesOfDay = minutes }

  /// Reads `04:00,15:00`.
  ///
  /// - Throws: ``DumpError`` with ``DumpError/Code/badSchedule`` and the reason.
  public init(parsing text: String) throws(DumpError) {
    var minutes: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      var reader = DigitReader(
        String(part).trimmed, thing: "schedule", code: .badSchedule)
      minutes.insert(try reader.minute())
      try reader.end()
    }
    minutesOfDay = minutes.sorted()
  }

  /// The last delivery at or before an instant.
  public func delivery(before instant: Timestamp) -> Timestamp {
    let minute = instant.secondOfDay / 60
    if let today = minutesOfDay.last(where: { $0 <= minute }) {
      return time(today, on: instant.daysSinceEpoch)
    }
    return time(minutesOfDay.last ?? 0, on: instant.daysSinceEpoch - 1)
  }

  /// The first delivery after an instant.
  public func delivery(after instant: Timestamp) -> Timestamp {
    let minute = instant.secondOfDay / 60
    if let today = minutesOfDay.first(where: { $0 > minute }) {
      return time(today, on: instant.daysSinceEpoch)
    }
    return time(minutesOfDay.first ?? 0, on: instant.daysSinceEpoch + 1)
  }

  /// The delivery that should be there and is not.
  ///
  /// A dump's timestamp is the beginning of its export, which may be a little before the time of the
  /// schedule; so a dump counts for a delivery if it is not older than half an hour before that.
  ///
  /// - Parameters:
  ///   - newest: the newest dump that is there; `nil` for none.
  ///   - now: the time.
  ///   - grace: how late a delivery may be.
  /// - Returns: when it should have come; `nil` if nothing is overdue.
  public func overdue(newest: Timestamp?, now: Timestamp, grace: Duration) -> Timestamp? {
    guard let latest = now.advanced(by: .zero - grace) else { return nil }
    let due = delivery(before: latest)
    guard let newest else { return due }
    return newest.duration(since: due) < .zero - Self.earliness ? due : nil
  }

  private func time(_ minute: Int, on day: Int) -> Timestamp {
    Timestamp(secondsSinceEpoch: Int64(day) * 86_400 + Int64(minute) * 60) ?? .earliest
  }
}

extension Schedule: CustomStringConvertible {
  /// `04:00,15:00`.
  public var description: String {
    minutesOfDay.map { "\(padded($0 / 60, 2)):\(padded($0 % 60, 2))" }.joined(separator: ",")
  }
}

extension String {
  /// The text without spaces at its ends.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
