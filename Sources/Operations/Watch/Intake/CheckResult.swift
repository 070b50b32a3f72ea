import Dump

/// What a look at the receipt has come to, for whoever had a hint of it.
enum CheckResult: Sendable, Hashable {
  /// Nothing is left to do: it is loaded, known, stale, or kept out; the hint may be forgotten.
  case settled
  /// Files are still arriving; there is another look after so long.
  case waiting(Duration)
  /// It did not go well; there is another try after so long.
  case retrying(Duration)
  /// The watch is to end; nothing is known.
  case stopped
}
