/// A text that must not be seen: it is masked wherever it is printed, logged or looked at.
///
/// It is not `Codable` on purpose.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The text itself, for the one who signs or sends it.
  package let exposed: String

  /// Hides a text.
  public init(_ text: String) { exposed = text }

  /// A mask.
  public var description: String { "<hidden>" }
  /// The same mask.
  public var debugDescription: String { description }
  /// No children: `dump` finds nothing either.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
