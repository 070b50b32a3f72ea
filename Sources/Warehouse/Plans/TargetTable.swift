/// A table that the target has already: what `--target-schema` holds, and what the target is asked.
public struct TargetTable: Sendable, Hashable, Codable {
  /// A column of it.
  public struct Column: Sendable, Hashable, Codable {
    /// The name, as the target keeps it.
    public var name: String
    /// The type with its length or digits, such as `VARCHAR(65535)`.
    public var type: String

    /// A column from its parts.
    public init(name: String, type: String) {
      self.name = name
      self.type = type
    }
  }

  /// The name, as the target keeps it.
  public var name: String
  /// The columns, in their order.
  public var columns: [Column]

  /// A table from its parts.
  public init(name: String, columns: [Column]) {
    self.name = name
    self.columns = columns
  }
}
