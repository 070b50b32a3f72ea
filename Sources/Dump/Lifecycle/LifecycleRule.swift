/// One lifecycle rule of a bucket: what S3 deletes by itself, and when.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html>
///
/// Two rules are equal when they say the same, in whatever order.
public struct LifecycleRule: Sendable {
  /// The rule as S3 writes it.
  public let element: RuleElement
  private let ordered: RuleElement

  /// Takes a rule as it is.
  public init(_ element: RuleElement) {
    self.element = element
    ordered = element.ordered
  }

  /// The rule's name; S3 makes one up for a rule without.
  public var id: String { element.text("ID") ?? "" }

  /// Whether it is in force.
  public var isEnabled: Bool { element.text("Status") == "Enabled" }

  /// How the keys begin to which it applies, from the bucket's root; empty for all keys.
  public var prefix: String {
    // Before there were filters the prefix stood in the rule itself.
    filter?.text("Prefix") ?? filter?["And"]?.text("Prefix") ?? element.text("Prefix") ?? ""
  }

  /// Whether tags decide too, of which a listing says nothing.
  public var hasTags: Bool {
    filter?["Tag"] != nil || filter?["And"]?["Tag"] != nil
  }

  private var filter: RuleElement? { element["Filter"] }

  /// The age in days at which objects go.
  public var expirationDays: Int? { element["Expiration"]?.number("Days") }

  /// The date on which objects go.
  public var expirationDate: Timestamp? {
    element["Expiration"]?.text("Date").flatMap { try? Timestamp(parsing: $0) }
  }

  /// Whether objects go at all, other than delete markers alone.
  public var expiresObjects: Bool { expirationDays != nil || expirationDate != nil }

  /// Whether it applies to an object, by what a listing says of it.
  ///
  /// - Parameters:
  ///   - key: The key from the bucket's root.
  ///   - byteCount: The size.
  /// - Returns: Whether it does, or may where tags decide.
  public func applies(to key: String, byteCount: Int64) -> Bool {
    guard isEnabled, key.utf8.starts(with: prefix.utf8) else { return false }
    let sizes = filter?["And"] ?? filter
    if let limit = sizes?.number("ObjectSizeGreaterThan"), byteCount <= limit { return false }
    if let limit = sizes?.number("ObjectSizeLessThan"), byteCount >= limit { return false }
    return true
  }

  /// When an object goes; `nil` if it does not.
  ///
  /// An age is counted from the moment of writing and rounded up to the next midnight of UTC: what
  /// was written on 15 January at 10:30 goes, by a rule of 3 days, on 19 January at 00:00. S3 may
  /// take longer.
  public func expiry(writtenAt: Timestamp) -> Timestamp? {
    if let date = expirationDate { return date }
    guard let days = expirationDays,
      let due = writtenAt.advanced(by: .seconds(Int64(days) * 86_400))
    else { return nil }
    return due.nextMidnight
  }
}

extension LifecycleRule: Hashable {
  /// Whether both say the same.
  public static func == (left: LifecycleRule, right: LifecycleRule) -> Bool {
    left.ordered == right.ordered
  }

  /// Feeds what the rule says, in one order.
  public func hash(into hasher: inout Hasher) { hasher.combine(ordered) }
}

extension Timestamp {
  /// This instant if it is a midnight of UTC, or else the next one.
  var nextMidnight: Timestamp {
    let isMidnight = secondOfDay == 0 && nanoseconds == 0
    let day = Int64(daysSinceEpoch) + (isMidnight ? 0 : 1)
    return Timestamp(secondsSinceEpoch: day * 86_400) ?? .latest
  }
}

/// The rules with which dumps go by themselves, and `receipt.json` stays.
///
/// A filter has a literal prefix and no exceptions, and the folders of dumps share no name. But each
/// begins with its year, so that the prefix `20` means all dumps until 2099 and never
/// `receipt.json`, `receipts/` or `pins/`.
public struct DumpLifecycle: Sendable, Hashable {
  /// The location's prefix in the bucket: empty, or names with a `/` behind each.
  public let locationPrefix: String
  /// The age in days at which the files of dumps go.
  public var dumpDays = 7
  /// The days for which old versions of dumps stay.
  public var noncurrentDays = 1
  /// The age in days at which unfinished uploads go.
  public var uploadDays = 2
  /// The old versions of `receipt.json` that stay, however old they are; of more, those go that are
  /// older than thirty days.
  public var receiptVersions = 50

  /// The defaults for a location.
  public init(locationPrefix: String) { self.locationPrefix = locationPrefix }

  /// How the keys of dumps begin.
  public var dumpPrefix: String { locationPrefix + "20" }

  /// The longest id that S3 takes, in characters.
  public static let idLimit = 255

  /// The rules, each with an id that no other location of the bucket gives its own.
  ///
  /// - An expiration of delete markers cannot stand beside one of objects, so it has its own rule.
  /// - `receipt.json` has one for its old versions alone.
  public var rules: [LifecycleRule] {
    [
      rule(
        "dumps", dumpPrefix,
        [
          RuleElement("Expiration", [RuleElement("Days", dumpDays)]),
          RuleElement(
            "NoncurrentVersionExpiration", [RuleElement("NoncurrentDays", noncurrentDays)]),
          RuleElement(
            "AbortIncompleteMultipartUpload", [RuleElement("DaysAfterInitiation", uploadDays)]),
        ]),
      rule(
        "delete-markers", dumpPrefix,
        [RuleElement("Expiration", [RuleElement("ExpiredObjectDeleteMarker", text: "true")])]),
      rule(
        "receipt-versions", locationPrefix + DumpKeys.receipt,
        [
          RuleElement(
            "NoncurrentVersionExpiration",
            [
              RuleElement("NoncurrentDays", 30),
              RuleElement("NewerNoncurrentVersions", receiptVersions),
            ])
        ]),
    ]
  }

  private func rule(_ name: String, _ prefix: String, _ actions: [RuleElement]) -> LifecycleRule {
    let place = locationPrefix.isEmpty ? "" : " \(locationPrefix.dropLast())"
    return LifecycleRule(
      RuleElement(
        "Rule",
        [
          RuleElement("ID", text: "receipt \(name)\(place)"),
          RuleElement("Filter", [RuleElement("Prefix", text: prefix)]),
          RuleElement("Status", text: "Enabled"),
        ] + actions))
  }
}
