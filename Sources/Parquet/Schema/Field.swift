/// A field of the schema as a reader sees it: a value, a struct, a list or a map.
///
/// The groups that Parquet uses to spell lists and maps are resolved here, in their one-, two- and
/// three-level forms; see ``Shape``.
public struct Field: Sendable, Hashable {
  /// What a field holds.
  public indirect enum Shape: Sendable, Hashable {
    /// A primitive value.
    case leaf(LeafColumn)
    /// A struct, fields in schema order.
    case structure([Field])
    /// A list. Its entries exist from `entries.definitionLevel`.
    case list(element: Field, entries: Entries)
    /// A map. `value` is `nil` where the file's entries have keys only.
    case map(key: Field, value: Field?, entries: Entries)
  }

  /// The levels of the entries of a list or map.
  public struct Entries: Sendable, Hashable {
    /// At or above this level there is at least one entry.
    public let definitionLevel: Int
    /// The repetition level of every entry but the first.
    public let repetitionLevel: Int

    /// Outside of all lists and maps.
    static let row = Entries(definitionLevel: 0, repetitionLevel: 0)
  }

  /// The name, as it stands in the file.
  public let name: String
  /// Whether the field may be null.
  public let isOptional: Bool
  /// At or above this definition level the field is not null.
  public let definitionLevel: Int
  /// What it holds.
  public let shape: Shape
  /// The leaf columns below the field, by their index in the file.
  public let leaves: Range<Int>
}

extension Field {
  /// A field with another name, for elements that a list spells differently.
  func renamed(_ name: String) -> Field {
    Field(
      name: name, isOptional: isOptional, definitionLevel: definitionLevel, shape: shape,
      leaves: leaves)
  }

  /// The fields below a struct, or nothing.
  public var children: [Field] {
    if case .structure(let fields) = shape { fields } else { [] }
  }

  /// The leaf column of a primitive field.
  public var leaf: LeafColumn? {
    if case .leaf(let leaf) = shape { leaf } else { nil }
  }
}
