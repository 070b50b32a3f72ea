/// Turns the footer's flat schema into fields.
///
/// The rules for lists and maps are those of the format's page on logical types, with its rules for
/// backward compatibility: <https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#nested-types>.
struct SchemaBuilder {
  private let elements: [SchemaElement]
  private var position = 0
  private(set) var leaves: [LeafColumn] = []
  private var path: [String] = []
  private var pathNameCount = 0

  init(elements: [SchemaElement]) { self.elements = elements }

  /// An element with its children, as the file nests them.
  private struct Node {
    var element: SchemaElement
    var children: [Node]
  }

  /// The levels that hold above a field.
  private struct Levels {
    var definition = 0
    var repetition = 0

    var asEntries: Field.Entries {
      Field.Entries(definitionLevel: definition, repetitionLevel: repetition)
    }
  }

  mutating func topLevelFields() throws(DecodingFailure) -> [Field] {
    let root = try node(depth: 0)
    guard position == elements.count else {
      throw .outOfRange(
        "the number of schema elements", value: Int64(elements.count), limit: Int64(position))
    }
    var fields: [Field] = []
    for child in root.children { fields.append(try field(child, Levels())) }
    return fields
  }

  private mutating func node(depth: Int) throws(DecodingFailure) -> Node {
    guard position < elements.count else {
      throw .malformed("the schema promises more children than it has elements")
    }
    guard depth <= Limits.schemaDepth else {
      throw .outOfRange(
        "the nesting of the schema", value: Int64(depth), limit: Int64(Limits.schemaDepth))
    }
    let element = elements[position]
    position += 1
    // hyparquet has a file whose elements lack the repetition; readers take them as required.
    if depth > 0, element.physicalType == nil, element.childCount == 0 {
      throw .malformed("a group of the schema has no children")
    }
    var children: [Node] = []
    if element.physicalType == nil {
      guard Int(element.childCount) <= elements.count - position else {
        throw .malformed("the schema promises more children than it has elements")
      }
      children.reserveCapacity(Int(element.childCount))
      for _ in 0..<element.childCount { children.append(try node(depth: depth + 1)) }
    }
    return Node(element: element, children: children)
  }

  // MARK: Fields

  /// The field that a node stands for; a repeated one outside of LIST and MAP is a required list
  /// of required elements.
  private mutating func field(_ node: Node, _ above: Levels) throws(DecodingFailure) -> Field {
    path.append(node.element.name)
    defer { path.removeLast() }
    guard node.element.repetition == .repeated else {
      return try single(node, above, isOptional: node.element.repetition == .optional)
    }
    let entries = Levels(definition: above.definition + 1, repetition: above.repetition + 1)
    let element = try single(node, entries, isOptional: false)
    return Field(
      name: node.element.name, isOptional: false, definitionLevel: above.definition,
      shape: .list(element: element, entries: entries.asEntries), leaves: element.leaves)
  }

  /// The field of a node without regard to its being repeated.
  private mutating func single(
    _ node: Node, _ above: Levels, isOptional: Bool
  ) throws(DecodingFailure) -> Field {
    let levels = Levels(
      definition: above.definition + (isOptional ? 1 : 0), repetition: above.repetition)
    let firstLeaf = leaves.count
    let shape: Field.Shape
    if node.element.physicalType != nil {
      shape = .leaf(try leaf(node.element, levels))
    } else if let list = try listShape(node, levels) {
      shape = list
    } else if let map = try mapShape(node, levels) {
      shape = map
    } else {
      var children: [Field] = []
      children.reserveCapacity(node.children.count)
      for child in node.children { children.append(try field(child, levels)) }
      shape = .structure(children)
    }
    return Field(
      name: node.element.name, isOptional: isOptional, definitionLevel: levels.definition,
      shape: shape, leaves: firstLeaf..<leaves.count)
  }

  /// A LIST group: one child, and that is repeated.
  ///
  /// Any other shape is a plain group.
  private mutating func listShape(
    _ node: Node, _ levels: Levels
  ) throws(DecodingFailure) -> Field.Shape? {
    guard node.element.isList, node.children.count == 1,
      node.children[0].element.repetition == .repeated
    else { return nil }
    let repeated = node.children[0]
    let entries = Levels(definition: levels.definition + 1, repetition: levels.repetition + 1)
    path.append(repeated.element.name)
    defer { path.removeLast() }
    // Two-level lists: the repeated node is the element itself. A repeated group with one field
    // is an element only where its name says so, or where that field is repeated.
    let isElement =
      repeated.children.count != 1
      || repeated.children[0].element.repetition == .repeated
      || repeated.element.name == "array"
      || repeated.element.name == node.element.name + "_tuple"
    let element =
      isElement
      ? try single(repeated, entries, isOptional: false)
      : try field(repeated.children[0], entries)
    return .list(element: element.renamed("element"), entries: entries.asEntries)
  }

  /// A MAP group: one child, a repeated group with a key and at most one value.
  private mutating func mapShape(
    _ node: Node, _ levels: Levels
  ) throws(DecodingFailure) -> Field.Shape? {
    guard node.element.isMap, node.children.count == 1 else { return nil }
    let repeated = node.children[0]
    guard repeated.element.repetition == .repeated, (1...2).contains(repeated.children.count)
    else { return nil }
    let entries = Levels(definition: levels.definition + 1, repetition: levels.repetition + 1)
    path.append(repeated.element.name)
    defer { path.removeLast() }
    let key = try field(repeated.children[0], entries)
    let value = repeated.children.count == 2 ? try field(repeated.children[1], entries) : nil
    return .map(key: key, value: value, entries: entries.asEntries)
  }

  private mutating func leaf(
    _ element: SchemaElement, _ levels: Levels
  ) throws(DecodingFailure) -> LeafColumn {
    guard let physicalType = element.physicalType else {
      throw .malformed("a leaf of the schema has no physical type")
    }
    var typeLength = 0
    if physicalType == .fixedLengthByteArray {
      guard let length = element.typeLength, length >= 0 else {
        throw .malformed("a FIXED_LEN_BYTE_ARRAY column has no valid length")
      }
      typeLength = Int(length)
    } else if physicalType == .int96 {
      typeLength = 12
    }
    pathNameCount += path.count
    guard pathNameCount <= Limits.pathNameCount else {
      throw .outOfRange(
        "the number of names in all columns' paths", value: Int64(pathNameCount),
        limit: Int64(Limits.pathNameCount))
    }
    let leaf = LeafColumn(
      index: leaves.count, path: path, physicalType: physicalType, typeLength: typeLength,
      logicalType: try element.leafLogicalType(typeLength: typeLength),
      maximumDefinitionLevel: levels.definition, maximumRepetitionLevel: levels.repetition)
    leaves.append(leaf)
    return leaf
  }
}
