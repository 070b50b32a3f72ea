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

  struct Node: BitwiseCopyable {
    var kind = Kind.leaf
    /// At or above this definition level the value is not null.
    var definitionLevel: Int
    /// The definition level that the enclosing group implies.
    var parentLevel: Int
    /// The repetition level of the innermost list or map around the node; 0 outside of any.
    var parentRepetition: Int
    /// At or above this definition level a list or map has an entry.
    var entriesLevel = 0
    /// The repetition level of every entry of a list or map but the first.
    var repetitionLevel = 0
    /// The vectors below the node: `firstLeaf..<endLeaf`.
    var firstLeaf: Int
    var endLeaf: Int
    /// The first node below.
    ///
    /// The others follow by ``next``, up to ``endChild``.
    var firstChild = 0
    var endChild = 0
    /// The node behind this one and all that is below it.
    var next = 0
    /// `"name":` as it stands before the value in an object.
    var key: ByteView
  }

  private(set) var nodes: [Node] = []
  private(set) var roots: [Int] = []
  let scalars: [JSONScalar]
  private var keys: [ByteBuffer] = []
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
        definitionLevel: field.definitionLevel, parentLevel: parent.definitionLevel,
        parentRepetition: parent.repetitionLevel, firstLeaf: positions.lowerBound,
        endLeaf: positions.upperBound, key: key(field.name)))
    nodes[index].firstChild = nodes.count
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
    nodes[index].endChild = nodes.count
    nodes[index].next = nodes.count
    return index
  }

  private func setEntries(of index: Int, _ entries: Field.Entries) {
    nodes[index].entriesLevel = entries.definitionLevel
    nodes[index].repetitionLevel = entries.repetitionLevel
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
    var text = TextBuffer()
    let bytes = ByteBuffer(count: 0)
    var name = name
    name.withUTF8 { utf8 in
      if let base = utf8.baseAddress {
        unsafe text.append(jsonString: ByteView(base: UnsafeRawPointer(base), count: utf8.count))
      } else {
        text.append("\"\"")
      }
    }
    text.append(ascii: ":")
    bytes.append(text.view)
    keys.append(bytes)
    return bytes.view
  }
}
