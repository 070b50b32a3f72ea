/// What became of an event: the words that counters are named by.
public enum EventKind: String, Sendable, Codable, CaseIterable {
  /// It was about the receipt of a watched location.
  case receipt
  /// S3 tried whether it may send here.
  case test
  /// A clock asked for a look.
  case tick
  /// It was about another object.
  case otherKey = "other-key"
  /// The receipt was deleted, or something else happened to it than being written.
  case otherChange = "other-change"
  /// It was not understood, and is kept.
  case unknown
  /// Whoever sent it may not.
  case refused
}
