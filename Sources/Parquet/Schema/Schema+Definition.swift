extension Schema {
  /// A schema from definitions.
  ///
  /// Each logical type is written with the legacy annotation that the format asks for beside it.
  ///
  /// - Parameters:
  ///   - name: the name of the root.
  ///   - fields: the top-level fields.
  /// - Throws: ``ParquetError`` with code `schema` if a logical type does not fit its storage type, a
  ///   name occurs twice in one struct, or a struct, list or map cannot be written.
  public init(name: String = "schema", fields: [FieldDefinition]) throws(ParquetError) {
    var flattening = SchemaFlattening()
    try flattening.add(root: name, fields)
    do throws(DecodingFailure) {
      try self.init(elements: flattening.elements)
    } catch {
      var widened = error.widened(at: ParquetError.Place())
      widened.code = .schema
      throw widened
    }
    for leaf in leaves {
      try leaf.checkDefinition(flattening.logicalTypes[leaf.index])
    }
  }
}

extension LeafColumn {
  /// Refuses a logical type that has been dropped since it does not fit the storage type.
  fileprivate func checkDefinition(_ wanted: LogicalType?) throws(ParquetError) {
    let place = ParquetError.Place(column: dottedPath)
    guard logicalType == wanted else {
      let length = physicalType == .fixedLengthByteArray ? "(\(typeLength))" : ""
      throw ParquetError(
        .schema, at: place,
        "\(wanted?.description ?? "nothing") does not fit the storage type \(physicalType)\(length)"
      )
    }
    if case .decimal(let precision, _) = logicalType {
      let limit: Int? =
        switch physicalType {
        case .int32: 9
        case .int64: 18
        default: nil
        }
      if let limit, precision > limit {
        throw ParquetError(
          .schema, at: place,
          "DECIMAL has a precision of \(precision) but \(physicalType) holds \(limit) digits")
      }
      let needed = decimalByteCount(precision: precision)
      if physicalType == .fixedLengthByteArray, typeLength < needed {
        throw ParquetError(
          .schema, at: place,
          "DECIMAL has a precision of \(precision), which needs \(needed) bytes, but the type has "
            + "\(typeLength)")
      }
    }
  }
}

/// Turns definitions into the flat list of elements that the footer has.
private struct SchemaFlattening {
  private(set) var elements: [SchemaElement] = []
  /// Of each leaf what its definition says.
  private(set) var logicalTypes: [LogicalType?] = []
  private var path: [String] = []

  mutating func add(root name: String, _ fields: [FieldDefinition]) throws(ParquetError) {
    elements.append(SchemaElement(group: name, nil, childCount: fields.count))
    try add(fields)
  }

  private mutating func add(_ fields: [FieldDefinition]) throws(ParquetError) {
    var names = Set<String>()
    for field in fields {
      guard names.insert(field.name).inserted else {
        throw failure("the field \"\(field.name)\" occurs twice")
      }
    }
    for field in fields { try add(field, field.isOptional ? .optional : .required) }
  }

  private mutating func add(
    _ field: FieldDefinition, _ repetition: SchemaElement.Repetition
  ) throws(ParquetError) {
    path.append(field.name)
    defer { path.removeLast() }
    guard path.count < Limits.schemaDepth else {
      throw failure("the schema is nested \(path.count) deep but may be \(Limits.schemaDepth)")
    }
    switch field.shape {
    case .value(let type, let length, let logicalType):
      guard type != .fixedLengthByteArray || (1...Limits.pageByteCount).contains(length) else {
        throw failure(
          "the values have \(length) bytes but must have 1 to \(grouped(Limits.pageByteCount))")
      }
      var element = SchemaElement(leaf: field.name, repetition, type)
      if type == .fixedLengthByteArray { element.typeLength = Int32(length) }
      element.fieldID = field.fieldID
      if let logicalType { element.annotate(logicalType) }
      elements.append(element)
      logicalTypes.append(logicalType)
    case .structure(let fields):
      guard !fields.isEmpty else { throw failure("a struct needs at least one field") }
      addGroup(field, repetition, childCount: fields.count, nil)
      try add(fields)
    case .list(let element, .bare):
      guard !field.isOptional, !element.isOptional else {
        throw failure("a repeated field can neither be null nor hold nulls")
      }
      switch element.shape {
      case .value, .structure: break
      case .list, .map: throw failure("a repeated field can hold lists and maps only in a struct")
      }
      path.removeLast()
      defer { path.append(field.name) }
      var element = element
      element.name = field.name
      element.fieldID = field.fieldID
      try add(element, .repeated)
    case .list(let element, .standard):
      addGroup(field, repetition, childCount: 1, .list)
      elements.append(SchemaElement(group: "list", .repeated, childCount: 1))
      var element = element
      element.name = "element"
      try add(element, element.isOptional ? .optional : .required)
    case .map(let key, let value):
      guard !key.isOptional else { throw failure("the keys of a map cannot be null") }
      addGroup(field, repetition, childCount: 1, .map)
      elements.append(SchemaElement(group: "key_value", .repeated, childCount: 2))
      var (key, value) = (key, value)
      key.name = "key"
      value.name = "value"
      try add([key, value])
    }
  }

  private mutating func addGroup(
    _ field: FieldDefinition, _ repetition: SchemaElement.Repetition, childCount: Int,
    _ type: LogicalType?
  ) {
    var element = SchemaElement(group: field.name, repetition, childCount: childCount)
    element.fieldID = field.fieldID
    if let type { element.annotate(type) }
    elements.append(element)
  }

  private func failure(_ message: String) -> ParquetError {
    ParquetError(
      .schema, at: ParquetError.Place(column: path.isEmpty ? nil : path.joined(separator: ".")),
      message)
  }
}

extension SchemaElement {
  fileprivate init(group name: String, _ repetition: Repetition?, childCount: Int) {
    self.name = name
    self.repetition = repetition
    self.childCount = Int32(truncatingIfNeeded: childCount)
  }

  fileprivate init(leaf name: String, _ repetition: Repetition, _ type: PhysicalType) {
    self.name = name
    self.repetition = repetition
    physicalType = type
  }
}
