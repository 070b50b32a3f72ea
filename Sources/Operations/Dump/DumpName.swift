public import Dump

/// How one of several dumps is named: `2026-11-20T04:03`, or by the whole timestamp of its receipt.
public enum DumpName: Sendable, Hashable {
  /// The minute of its receipt, or the name of its folder.
  case label(DumpLabel)
  /// Its id.
  case timestamp(Timestamp)

  /// Reads a label or a timestamp.
  ///
  /// - Throws: `DumpError` if it is neither.
  public init(parsing text: String) throws(DumpError) {
    if let label = try? DumpLabel(parsing: text) {
      self = .label(label)
    } else {
      self = .timestamp(try Timestamp(parsing: text))
    }
  }

  /// Whether it is the name of the dump of a receipt.
  func names(_ timestamp: Timestamp) -> Bool {
    switch self {
    case .label(let label): label == DumpLabel(timestamp)
    case .timestamp(let other): other == timestamp
    }
  }
}

extension DumpName: CustomStringConvertible {
  /// As it is written.
  public var description: String {
    switch self {
    case .label(let label): label.description
    case .timestamp(let timestamp): timestamp.description
    }
  }
}
