/// How many rows a table may lose from one dump to the next: `--max-drop 20%`.
///
/// Only a decrease counts; a table may grow without bound. Exactly the limit is allowed.
public struct RowDropRule: Sendable, Hashable {
  /// The largest share of the rows that may go.
  public let maxDrop: Percentage

  /// Makes a rule from its limit.
  public init(maxDrop: Percentage) { self.maxDrop = maxDrop }

  /// Whether a table may go from `before` rows to `after`.
  ///
  /// Negative numbers count as 0.
  public func allows(before: Int64, after: Int64) -> Bool {
    let dropped = Self.dropped(before, after)
    // dropped / before ≤ limit / 100,000, in whole numbers of double width, so that neither
    // rounding nor overflow can decide.
    let left = dropped.multipliedFullWidth(by: 100_000)
    let right = UInt64(max(0, before)).multipliedFullWidth(by: UInt64(maxDrop.thousandths))
    return (left.high, left.low) <= (right.high, right.low)
  }

  /// The finding when a table lost more than it may, or all; `nil` otherwise.
  public func finding(table: String, before: Int64, after: Int64) -> Finding? {
    guard !allows(before: before, after: after) else { return nil }
    let product = Self.dropped(before, after).multipliedFullWidth(by: 100_000)
    let (quotient, remainder) = UInt64(before).dividingFullWidth(product)
    // Rounded up, so that the message never shows the limit itself.
    let share = Percentage(thousandths: Int(quotient) + (remainder > 0 ? 1 : 0)) ?? maxDrop
    return Finding(
      after > 0 ? .rowsDropped : .tableEmptied, at: Finding.Place(table: table),
      "\(Wording.count(after, "row")), and the earlier dump had \(Wording.grouped(before)): "
        + "\(share) fewer, more than the \(maxDrop) of --max-drop",
      hint: "If the drop is meant, allow it with --max-drop.")
  }

  private static func dropped(_ before: Int64, _ after: Int64) -> UInt64 {
    UInt64(max(0, max(0, before) - max(0, after)))
  }
}

/// A share from 0% to 100%, exact to a thousandth of a percent.
public struct Percentage: Sendable, Hashable {
  /// Thousandths of a percent, 0 to 100,000.
  public let thousandths: Int

  /// 20%.
  public static let twentyPercent = Percentage(checkedThousandths: 20_000)

  /// 50%.
  public static let half = Percentage(checkedThousandths: 50_000)

  private init(checkedThousandths: Int) { thousandths = checkedThousandths }

  /// `nil` when the number is not 0 to 100,000.
  public init?(thousandths: Int) {
    guard (0...100_000).contains(thousandths) else { return nil }
    self.thousandths = thousandths
  }

  /// Reads `20%`, `0.5%` or `12.345%`.
  ///
  /// The sign is needed: `0.2` could mean 20% or a fifth of one.
  ///
  /// - Throws: ``DumpError`` with ``DumpError/Code/badPercentage`` and the reason.
  public init(parsing text: String) throws(DumpError) {
    func fault(_ why: String) -> DumpError {
      DumpError(
        code: .badPercentage, message: "cannot parse percentage \(Wording.quoted(text)): \(why)",
        hint: "Write it like 20% or 0.5%.")
    }
    guard text.utf8.last == UInt8(ascii: "%") else { throw fault("it does not end with \"%\"") }
    let parts = text.utf8.dropLast()
      .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let digits = parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) }
    }
    guard parts.count <= 2, digits else { throw fault("before the \"%\" there is no plain number") }
    let fraction = parts.count == 2 ? Array(parts[1]) : []
    guard fraction.count <= 3 else { throw fault("it has more than 3 digits after the point") }
    // Longer whole parts are over 100 or padded with zeros; both end up as too large.
    guard parts[0].count <= 9, let whole = Int(String(Substring(parts[0]))) else {
      throw fault("it is more than 100%")
    }
    var rest = 0
    for place in 0..<3 {
      rest = rest * 10 + (place < fraction.count ? Int(fraction[place]) - 48 : 0)
    }
    guard let value = Percentage(thousandths: whole * 1_000 + rest) else {
      throw fault("it is more than 100%")
    }
    self = value
  }
}

extension Percentage: CustomStringConvertible {
  /// `20%`, `0.5%`, `12.345%`: no zeros at the end.
  public var description: String {
    var fraction = padded(thousandths % 1_000, 3)
    while fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
    return "\(thousandths / 1_000)" + (fraction.isEmpty ? "" : ".\(fraction)") + "%"
  }
}

extension Percentage: Comparable {
  /// Whether the left share is smaller.
  public static func < (left: Percentage, right: Percentage) -> Bool {
    left.thousandths < right.thousandths
  }
}

extension Percentage: TextCodable {}
