extension Schema: CustomStringConvertible {
  /// The schema in the notation that Parquet's own tools use.
  ///
  ///     message spark_schema {
  ///       optional binary name (STRING);
  ///       optional group tags (LIST) {
  ///         repeated group list {
  ///           required binary element (STRING);
  ///         }
  ///       }
  ///     }
  public var description: String {
    var lines = ["message \(name) {"]
    // How many children are still to come, for each group that is open.
    var open = [Int(elements.first?.childCount ?? 0)]
    for element in elements.dropFirst() {
      open[open.count - 1] -= 1
      let indent = String(repeating: "  ", count: open.count)
      lines.append(indent + element.description)
      if element.physicalType == nil { open.append(Int(element.childCount)) }
      while open.count > 1, open.last == 0 {
        open.removeLast()
        lines.append(String(repeating: "  ", count: open.count) + "}")
      }
    }
    return lines.joined(separator: "\n") + "\n}"
  }
}

extension SchemaElement: CustomStringConvertible {
  /// One line of the notation: `optional int64 id (TIMESTAMP(MICROS,true));`.
  public var description: String {
    var text = repetition.map { "\($0) " } ?? ""
    switch physicalType {
    case nil: text += "group"
    case .byteArray: text += "binary"
    case .fixedLengthByteArray: text += "fixed_len_byte_array(\(typeLength ?? 0))"
    case .some(let type): text += type.description.lowercased()
    }
    text += " \(name)"
    if let annotationName { text += " (\(annotationName))" }
    return text + (physicalType == nil ? " {" : ";")
  }

  private var annotationName: String? {
    switch annotation {
    case .known(let type): type.description
    case .unknownMember: "UNKNOWN ANNOTATION"
    case .none: legacyAnnotationName
    }
  }
}
