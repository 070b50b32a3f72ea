/// The fields of a schema laid out for ``RowAssembler``: plain values in the order of the tree, so
/// that writing a row touches no reference counts.
final class JSONProgram {
  enum Kind: UInt8, BitwiseCopyable {
    case leaf
    case structure
    case list
    /// A map whose keys are text, written as an object.
    case object
    /// A map written as an array of pairs.
    case pairs
  }

  /// Kept small, because it is copied for every value that is written.
  struct Node: BitwiseCopyable {
    var kind = Kind.leaf
    /// At or above this definition level the value is not null.
    var definitionLevel: Int16
    /// The definition level that the enclosing group implies.
    var parentLevel: Int16
    /// The repetition level of the innermost list or map around the node; 0 outside of any.
    var parentRepetition: Int16
    /// At or above this definition level a list or map has an entry.
    var entriesLevel: Int16 = 0
    /// The repetition level of every entry of a list or map but the first.
    var repetitionLevel: Int16 = 0
    /// The vectors below the node: `firstLeaf..<endLeaf`.
    var firstLeaf: Int32
    var endLeaf: Int32
    /// The first node below.
    ///
    /// The others follow by ``next``, up to ``endChild``.
    var firstChild: Int32 = 0
    var endChild: Int32 = 0
    /// The node behind this one and all that is below it.
    var next: Int32 = 0
  }

  private(set) var nodes: [Node] = []
  /// For each node `"name":` as it stands before the value in an object.
  private(set) var keys: [ByteView] = []
  private(set) var roots: [Int] = []
  let scalars: [JSONScalar]
  private var keyBuffers: [ByteBuffer] = []
  private let style: JSONStyle
  private let leaves: [LeafColumn]

  init(fields: [Field], leaves: [LeafColumn], style: JSONStyle) {
    self.style = style
    self.leaves = leaves
    scalars = leaves.map { JSONScalar($0, style: style) }
    for field in fields {
      if let root = add(field, Field.Entries.row) { roots.append(root) }
    }
  }

  /// Adds the node of a field, unless none of its leaves is read.
  @discardableResult
  private func add(_ field: Field, _ parent: Field.Entries) -> Int? {
    let positions = positions(of: field.leaves)
    if positions.isEmpty { return nil }
    let index = nodes.count
    nodes.append(
      Node(
        definitionLevel: Int16(field.definitionLevel), parentLevel: Int16(parent.definitionLevel),
        parentRepetition: Int16(parent.repetitionLevel), firstLeaf: Int32(positions.lowerBound),
        endLeaf: Int32(positions.upperBound)))
    keys.append(key(field.name))
    nodes[index].firstChild = Int32(nodes.count)
    switch field.shape {
    case .leaf: break
    case .structure(let fields):
      nodes[index].kind = .structure
      let inside = Field.Entries(
        definitionLevel: field.definitionLevel, repetitionLevel: parent.repetitionLevel)
      for child in fields { add(child, inside) }
    case .list(let element, let entries):
      nodes[index].kind = .list
      setEntries(of: index, entries)
      add(element, entries)
    case .map(let key, let value, let entries):
      // Where a projection leaves only keys or only values, the map reads as a list of those.
      let keyNode = add(key, entries)
      let valueNode = value.flatMap { add($0, entries) }
      let isWhole = keyNode != nil && (valueNode != nil || value == nil)
      let hasTextKeys = key.leaf?.valueKind == .text && style.form == .plain
      nodes[index].kind = !isWhole ? .list : hasTextKeys ? .object : .pairs
      setEntries(of: index, entries)
    }
    nodes[index].endChild = Int32(nodes.count)
    nodes[index].next = Int32(nodes.count)
    return index
  }

  private func setEntries(of index: Int, _ entries: Field.Entries) {
    nodes[index].entriesLevel = Int16(entries.definitionLevel)
    nodes[index].repetitionLevel = Int16(entries.repetitionLevel)
  }

  /// The positions of the vectors that belong to some leaf columns of the schema.
  private func positions(of range: Range<Int>) -> Range<Int> {
    let first = position(of: range.lowerBound)
    return first..<max(first, position(of: range.upperBound))
  }

  /// The position of the first vector whose leaf column is not before the given one.
  private func position(of leaf: Int) -> Int {
    var low = 0
    var high = leaves.count
    while low < high {
      let middle = (low + high) / 2
      if leaves[middle].index < leaf { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func key(_ name: String) -> ByteView {
    let plain = ByteBuffer(count: 0)
    plain.append(Array(name.utf8))
    var text = TextBuffer()
    _ = text.append(jsonString: plain.view)
    text.append(ascii: ":")
    let key = ByteBuffer(count: 0)
    key.append(text.view)
    keyBuffers.append(key)
    return key.view
  }
}
