/// The fields of a schema laid out for ``JSONShredder``: plain values in the order of the tree, so that
/// a row touches no reference counts.
struct ShreddingProgram {
  enum Kind: BitwiseCopyable {
    case leaf
    case structure
    case list
    case map
  }

  struct Node: BitwiseCopyable {
    var kind = Kind.leaf
    /// The name as it stands in JSON.
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
    var firstLeaf: Int
    var endLeaf: Int
    /// The number of nodes directly below: fields, an element, or a key and its value.
    var childCount = 0
    /// The first node below; the others follow by ``next``.
    var firstChild = 0
    /// The node behind this one and all that is below it.
    var next = 0

    var isOptional: Bool { definitionLevel > parentLevel }
  }

  private(set) var nodes: [Node] = []
  /// The dotted path of each node, for errors.
  private(set) var paths: [String] = []
  /// The number of top-level fields, whose nodes follow each other by `next` from 0.
  let rootCount: Int
  private let firstLeaf: Int
  /// Holds the keys' bytes.
  private var keyBuffers: [ByteBuffer] = []

  /// - Parameter fields: fields that follow each other in the schema.
  init(_ fields: [Field]) {
    firstLeaf = fields.first?.leaves.lowerBound ?? 0
    rootCount = fields.count
    for field in fields { add(field, Field.Entries.row, []) }
  }

  private mutating func add(_ field: Field, _ parent: Field.Entries, _ parents: [String]) {
    let path = parents + [field.name]
    let key = ByteBuffer(count: 0)
    key.append(Array(field.name.utf8))
    keyBuffers.append(key)
    paths.append(path.joined(separator: "."))
    let index = nodes.count
    nodes.append(
      Node(
        key: key.view, definitionLevel: field.definitionLevel, parentLevel: parent.definitionLevel,
        firstLeaf: field.leaves.lowerBound - firstLeaf, endLeaf: field.leaves.upperBound - firstLeaf
      ))
    nodes[index].firstChild = nodes.count
    switch field.shape {
    case .leaf: break
    case .structure(let fields):
      nodes[index].kind = .structure
      nodes[index].childCount = fields.count
      let inside = Field.Entries(
        definitionLevel: field.definitionLevel, repetitionLevel: parent.repetitionLevel)
      for child in fields { add(child, inside, path) }
    case .list(let element, let entries):
      nodes[index].kind = .list
      nodes[index].childCount = 1
      setEntries(of: index, entries)
      // The element of a repeated field has the field's name.
      add(element, entries, element.name == field.name ? parents : path)
    case .map(let key, let value, let entries):
      nodes[index].kind = .map
      nodes[index].childCount = value == nil ? 1 : 2
      setEntries(of: index, entries)
      add(key, entries, path)
      if let value { add(value, entries, path) }
    }
    nodes[index].next = nodes.count
  }

  /// The dotted path of a member, known or not, of the struct that has another one.
  func path(of key: ByteView, beside sibling: Int?) -> String {
    guard let sibling else { return key.string }
    return paths[sibling].dropLast(nodes[sibling].key.string.count) + key.string
  }

  private mutating func setEntries(of index: Int, _ entries: Field.Entries) {
    nodes[index].entriesLevel = entries.definitionLevel
    nodes[index].repetitionLevel = entries.repetitionLevel
  }
}
