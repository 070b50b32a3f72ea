/// Lists and maps from JSON.
extension JSONShredder {
  func shredList(
    _ node: ShreddingProgram.Node, _ scanner: inout JSONScanner, _ repetition: Int, depth: Int
  ) throws(JSONFailure) {
    guard depth <= Limits.jsonDepth else {
      throw JSONFailure("it is nested more than \(Limits.jsonDepth) deep", at: scanner.offset)
    }
    try scanner.expect("[")
    if scanner.take("]") { return appendEmpty(node, repetition) }
    var level = repetition
    repeat {
      try shred(node.firstChild, &scanner, repetition: level, depth: depth)
      level = node.repetitionLevel
    } while try scanner.takeComma(orEnd: "]")
  }

  func shredMap(
    _ index: Int, _ kind: JSONScanner.Kind, _ scanner: inout JSONScanner,
    _ repetition: Int, depth: Int
  ) throws(JSONFailure) {
    guard depth <= Limits.jsonDepth else {
      throw JSONFailure("it is nested more than \(Limits.jsonDepth) deep", at: scanner.offset)
    }
    let node = program.nodes[index]
    let isObject = kind == .object
    try scanner.expect(isObject ? "{" : "[")
    if scanner.take(isObject ? "}" : "]") { return appendEmpty(node, repetition) }
    var level = repetition
    repeat {
      if !isObject { try scanner.expect("[") }
      // The key of an object is a string, which all leaves but booleans and floats accept.
      try shred(node.firstChild, &scanner, repetition: level, depth: depth)
      if node.childCount == 2 {
        guard scanner.take(isObject ? ":" : ",") else {
          throw JSONFailure(
            isObject ? "there should be \":\"" : "a pair should have a key and a value",
            at: scanner.offset
          ).named(program.paths[index])
        }
        try shred(
          program.nodes[node.firstChild].next, &scanner, repetition: level, depth: depth)
      } else if isObject || scanner.take(",") {
        if isObject { try scanner.expect(":") }
        guard try scanner.peek() == .null else {
          throw JSONFailure("the map has keys only, so values must be null", at: scanner.offset)
            .named(program.paths[index])
        }
        try scanner.takeNull()
      }
      if !isObject { try scanner.expect("]") }
      level = node.repetitionLevel
    } while try scanner.takeComma(orEnd: isObject ? "}" : "]")
  }

  private func appendEmpty(_ node: ShreddingProgram.Node, _ repetition: Int) {
    appendLevels(node, node.definitionLevel, repetition)
  }
}
