/// The fields of a schema laid out for ``JSONShredder``.
struct ShreddingProgram {
  enum Kind {
    case leaf
    case structure
    case list
    case map
  }

  struct Node {
    var kind = Kind.leaf
    var name: String
    /// The dotted path, for errors.
    var path: String
    var key: ByteView
    /// At or above this definition level the value is not null.
    var definitionLevel: Int
    /// The definition level that the enclosing group implies.
    var parentLevel: Int
    /// The definition level of an entry of a list or map.
    var entriesLevel = 0
    /// The repetition level of every entry of a list or map but the first.
    var repetitionLevel = 0
    /// The leaves below the node, as positions among those of the program.
    var leaves: Range<Int>
    var children: [Int] = []

    var isOptional: Bool { definitionLevel > parentLevel }
  }

  private(set) var nodes: [Node] = []
  private(set) var roots: [Int] = []
  private let firstLeaf: Int
  /// Holds the keys' bytes.
  private var keyBuffers: [ByteBuffer] = []

  /// - Parameter fields: fields that follow each other in the schema.
  init(_ fields: [Field]) {
    firstLeaf = fields.first?.leaves.lowerBound ?? 0
    for field in fields { roots.append(add(field, Field.Entries.row, [])) }
  }

  private mutating func add(_ field: Field, _ parent: Field.Entries, _ parents: [String]) -> Int {
    let path = parents + [field.name]
    let key = ByteBuffer(count: 0)
    key.append(Array(field.name.utf8))
    keyBuffers.append(key)
    let index = nodes.count
    nodes.append(
      Node(
        name: field.name, path: path.joined(separator: "."), key: key.view,
        definitionLevel: field.definitionLevel, parentLevel: parent.definitionLevel,
        leaves: field.leaves.lowerBound - firstLeaf..<field.leaves.upperBound - firstLeaf))
    switch field.shape {
    case .leaf: break
    case .structure(let fields):
      nodes[index].kind = .structure
      let inside = Field.Entries(
        definitionLevel: field.definitionLevel, repetitionLevel: parent.repetitionLevel)
      for child in fields {
        let node = add(child, inside, path)
        nodes[index].children.append(node)
      }
    case .list(let element, let entries):
      nodes[index].kind = .list
      setEntries(of: index, entries)
      // The element of a repeated field has the field's name.
      let node = add(element, entries, element.name == field.name ? parents : path)
      nodes[index].children = [node]
    case .map(let key, let value, let entries):
      nodes[index].kind = .map
      setEntries(of: index, entries)
      let keyNode = add(key, entries, path)
      nodes[index].children = [keyNode]
      if let value {
        let valueNode = add(value, entries, path)
        nodes[index].children.append(valueNode)
      }
    }
    return index
  }

  private mutating func setEntries(of index: Int, _ entries: Field.Entries) {
    nodes[index].entriesLevel = entries.definitionLevel
    nodes[index].repetitionLevel = entries.repetitionLevel
  }
}
