/// The schema of a file: top-level fields, and the leaf columns that are stored.
public struct Schema: Sendable {
  /// The name of the root.
  public let name: String
  /// The top-level fields, in file order.
  ///
  /// Two may have the same name.
  public let fields: [Field]
  /// The leaf columns, in file order.
  public let leaves: [LeafColumn]
  /// The flat schema as it stands in the file, root first.
  public let elements: [SchemaElement]

  init(elements: [SchemaElement]) throws(DecodingFailure) {
    guard let root = elements.first else { throw .malformed("the schema is empty") }
    guard root.physicalType == nil else { throw .malformed("the schema's root is not a group") }
    var builder = SchemaBuilder(elements: elements)
    name = root.name
    fields = try builder.topLevelFields()
    leaves = builder.leaves
    self.elements = elements
  }

  /// The leaf columns that a list of dotted paths names, in schema order.
  ///
  /// A path names a leaf or a group; a group stands for all leaves below it. A part may contain
  /// dots itself, so `a.b` matches a column named `a.b` as well as `b` in `a`.
  ///
  /// - Throws: ``ParquetError`` with code `notFound` if a path names nothing.
  public func leaves(at paths: [String]) throws(ParquetError) -> [LeafColumn] {
    var chosen = Set<Int>()
    for path in paths {
      var found = false
      for leaf in leaves where leaf.isAtOrBelow(path) {
        chosen.insert(leaf.index)
        found = true
      }
      if !found {
        throw ParquetError(
          .notFound, "there is no column \"\(path)\"",
          hint: "`receipt parquet schema FILE` lists the columns")
      }
    }
    return leaves.filter { chosen.contains($0.index) }
  }
}

extension LeafColumn {
  /// Whether a dotted path names this leaf or a group above it.
  fileprivate func isAtOrBelow(_ path: String) -> Bool {
    var prefix = ""
    for (index, part) in self.path.enumerated() {
      prefix += index == 0 ? part : "." + part
      if prefix == path { return true }
      if prefix.utf8.count > path.utf8.count { return false }
    }
    return false
  }
}
