/// The fields of a schema laid out for ``JSONRowWriter``: flat arrays of plain values, so that
/// writing a row touches no reference counts.
struct JSONProgram {
  enum Kind {
    case leaf
    case structure
    case list
    /// A map whose keys are text, written as an object.
    case object
    /// A map written as an array of pairs.
    case pairs
  }

  struct Node {
    var kind: Kind
    /// At or above this definition level the value is not null.
    var definitionLevel: Int
    /// The definition level that the enclosing group implies.
    var parentLevel: Int
    /// At or above this definition level a list or map has an entry.
    var entriesLevel = 0
    /// The repetition level of every entry of a list or map but the first.
    var repetitionLevel = 0
    /// Positions of the vectors below the node.
    var leaves: Range<Int>
    /// Positions in ``JSONProgram/children``.
    var children = 0..<0
    /// `"name":` as it stands before the value in an object.
    var key: ByteView
  }

  private(set) var nodes: [Node] = []
  private(set) var children: [Int] = []
  private(set) var roots: [Int] = []
  private(set) var scalars: [JSONScalar]
  private(set) var usedLeaves = IndexSet()
  private var keys: [ByteBuffer] = []
  private let style: JSONStyle
  private let leaves: [LeafColumn]

  struct IndexSet {
    private var members: [Bool] = []
    mutating func insert(_ range: Range<Int>, of count: Int) {
      if members.isEmpty { members = Array(repeating: false, count: count) }
      for index in range { members[index] = true }
    }
    func contains(_ index: Int) -> Bool { index < members.count && members[index] }
  }

  init(fields: [Field], leaves: [LeafColumn], style: JSONStyle) {
    self.style = style
    self.leaves = leaves
    scalars = leaves.map { JSONScalar($0, style: style) }
    for field in fields {
      if let root = add(field, parentLevel: 0) {
        roots.append(root)
        usedLeaves.insert(nodes[root].leaves, of: leaves.count)
      }
    }
  }

  /// The node of a field, or `nil` if none of its leaves is read.
  private mutating func add(_ field: Field, parentLevel: Int) -> Int? {
    let positions = positions(of: field.leaves)
    if positions.isEmpty { return nil }
    let index = nodes.count
    nodes.append(
      Node(
        kind: .leaf, definitionLevel: field.definitionLevel, parentLevel: parentLevel,
        leaves: positions, key: key(field.name)))
    switch field.shape {
    case .leaf: break
    case .structure(let fields):
      nodes[index].kind = .structure
      setChildren(
        of: index, fields.compactMap { add($0, parentLevel: field.definitionLevel) })
    case .list(let element, let entries):
      nodes[index].kind = .list
      setEntries(of: index, entries)
      setChildren(of: index, [add(element, parentLevel: entries.definitionLevel)].compactMap { $0 })
    case .map(let key, let value, let entries):
      // Where a projection leaves only keys or only values, the map reads as a list of those.
      let keyNode = add(key, parentLevel: entries.definitionLevel)
      let valueNode = value.flatMap { add($0, parentLevel: entries.definitionLevel) }
      let isWhole = keyNode != nil && (valueNode != nil || value == nil)
      let hasTextKeys = key.leaf?.valueKind == .text && style.form == .plain
      nodes[index].kind = !isWhole ? .list : hasTextKeys ? .object : .pairs
      setEntries(of: index, entries)
      setChildren(of: index, [keyNode, valueNode].compactMap { $0 })
    }
    return index
  }

  private mutating func setEntries(of index: Int, _ entries: Field.Entries) {
    nodes[index].entriesLevel = entries.definitionLevel
    nodes[index].repetitionLevel = entries.repetitionLevel
  }

  private mutating func setChildren(of index: Int, _ list: [Int]) {
    nodes[index].children = children.count..<children.count + list.count
    children += list
  }

  private func positions(of range: Range<Int>) -> Range<Int> {
    let first = leaves.firstIndex { $0.index >= range.lowerBound } ?? leaves.count
    let end = leaves.firstIndex { $0.index >= range.upperBound } ?? leaves.count
    return first..<end
  }

  private mutating func key(_ name: String) -> ByteView {
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
