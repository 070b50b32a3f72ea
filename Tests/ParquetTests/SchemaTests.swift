import Testing

@testable import Parquet

/// The rules of <https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#nested-types>.
@Suite struct `Schema rules` {
  typealias Element = FileBytes.Element

  private static let list: @Sendable (inout ThriftBytes) -> Void = { $0.int32(6, 3) }
  private static let map: @Sendable (inout ThriftBytes) -> Void = { $0.int32(6, 1) }

  private func schema(_ elements: [Element]) throws -> Schema {
    let children = Int32(topLevelCount(elements))
    let root = Element(name: "schema", repetition: nil, childCount: children)
    let file = FileBytes(elements: [root] + elements, hasRowGroup: false)
    return try ParquetFile(name: "schema.parquet", source: MemorySource(file.bytes)).schema
  }

  private func topLevelCount(_ elements: [Element]) -> Int {
    var count = 0
    var pending = 0
    for element in elements {
      if pending == 0 { count += 1 } else { pending -= 1 }
      pending += Int(element.childCount ?? 0)
    }
    return count
  }

  /// A field in few characters: `?` optional, `[…]` a list, `{a:…}` a struct, `<…>` a map.
  private func outline(_ field: Field) -> String {
    let mark = field.isOptional ? "?" : ""
    switch field.shape {
    case .leaf(let leaf): return "\(leaf.physicalType)\(mark)"
    case .structure(let fields):
      return "{" + fields.map { "\($0.name):\(outline($0))" }.joined(separator: ",") + "}\(mark)"
    case .list(let element, _): return "[\(outline(element))]\(mark)"
    case .map(let key, let value, _):
      return "<\(outline(key)),\(value.map(outline) ?? "-")>\(mark)"
    }
  }

  struct Form: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var elements: [FileBytes.Element]
    var outline: String
  }

  static let forms = [
    Form(
      testDescription: "three levels",
      elements: [
        Element(name: "l", repetition: .optional, childCount: 1, more: list),
        Element(name: "list", repetition: .repeated, childCount: 1),
        Element(name: "element", type: .int32, repetition: .optional),
      ], outline: "[INT32?]?"),
    Form(
      testDescription: "two levels, a primitive",
      elements: [
        Element(name: "l", repetition: .required, childCount: 1, more: list),
        Element(name: "element", type: .int32, repetition: .repeated),
      ], outline: "[INT32]"),
    Form(
      testDescription: "two levels, a group of several fields",
      elements: [
        Element(name: "l", repetition: .optional, childCount: 1, more: list),
        Element(name: "element", repetition: .repeated, childCount: 2),
        Element(name: "a", type: .int32), Element(name: "b", type: .int64, repetition: .optional),
      ], outline: "[{a:INT32,b:INT64?}]?"),
    Form(
      testDescription: "two levels, a group named array",
      elements: [
        Element(name: "l", repetition: .optional, childCount: 1, more: list),
        Element(name: "array", repetition: .repeated, childCount: 1),
        Element(name: "a", type: .int32),
      ], outline: "[{a:INT32}]?"),
    Form(
      testDescription: "two levels, a group named after the list",
      elements: [
        Element(name: "l", repetition: .optional, childCount: 1, more: list),
        Element(name: "l_tuple", repetition: .repeated, childCount: 1),
        Element(name: "a", type: .int32),
      ], outline: "[{a:INT32}]?"),
    Form(
      testDescription: "a repeated group of one repeated field",
      elements: [
        Element(name: "l", repetition: .optional, childCount: 1, more: list),
        Element(name: "element", repetition: .repeated, childCount: 1),
        Element(name: "a", type: .int32, repetition: .repeated),
      ], outline: "[{a:[INT32]}]?"),
    Form(
      testDescription: "one level, as BigQuery writes it",
      elements: [
        Element(name: "l", repetition: .repeated, childCount: 2),
        Element(name: "a", type: .int32, repetition: .repeated),
        Element(name: "b", type: .int64, repetition: .optional),
      ], outline: "[{a:[INT32],b:INT64?}]"),
    Form(
      testDescription: "LIST on a group of two children is a struct",
      elements: [
        Element(name: "l", repetition: .optional, childCount: 2, more: list),
        Element(name: "a", type: .int32, repetition: .repeated),
        Element(name: "b", type: .int32),
      ], outline: "{a:[INT32],b:INT32}?"),
    Form(
      testDescription: "LIST without a repeated child is a struct",
      elements: [
        Element(name: "l", repetition: .optional, childCount: 1, more: list),
        Element(name: "a", type: .int32, repetition: .optional),
      ], outline: "{a:INT32?}?"),
    Form(
      testDescription: "a map",
      elements: [
        Element(name: "m", repetition: .optional, childCount: 1, more: map),
        Element(name: "key_value", repetition: .repeated, childCount: 2),
        Element(name: "key", type: .byteArray),
        Element(name: "value", type: .int32, repetition: .optional),
      ], outline: "<BYTE_ARRAY,INT32?>?"),
    Form(
      testDescription: "a map of keys only",
      elements: [
        Element(name: "m", repetition: .optional, childCount: 1, more: map),
        Element(name: "map", repetition: .repeated, childCount: 1),
        Element(name: "key", type: .byteArray),
      ], outline: "<BYTE_ARRAY,->?"),
    Form(
      testDescription: "MAP_KEY_VALUE on the outer group",
      elements: [
        Element(name: "m", repetition: .optional, childCount: 1) { $0.int32(6, 2) },
        Element(name: "map", repetition: .repeated, childCount: 2),
        Element(name: "a", type: .int32), Element(name: "b", type: .int32),
      ], outline: "<INT32,INT32>?"),
    Form(
      testDescription: "MAP of three fields is a struct with a list",
      elements: [
        Element(name: "m", repetition: .optional, childCount: 1, more: map),
        Element(name: "map", repetition: .repeated, childCount: 3),
        Element(name: "a", type: .int32), Element(name: "b", type: .int32),
        Element(name: "c", type: .int32),
      ], outline: "{map:[{a:INT32,b:INT32,c:INT32}]}?"),
  ]

  @Test(arguments: forms)
  func `lists and maps are resolved in all their forms`(form: Form) throws {
    let schema = try schema(form.elements)
    #expect(schema.fields.map(outline) == [form.outline])
  }

  @Test func `levels count the optional and repeated fields above`() throws {
    let schema = try schema([
      Element(name: "l", repetition: .optional, childCount: 1, more: Self.list),
      Element(name: "list", repetition: .repeated, childCount: 1),
      Element(name: "element", repetition: .optional, childCount: 2),
      Element(name: "a", type: .int32), Element(name: "b", type: .int32, repetition: .repeated),
    ])
    #expect(schema.leaves.map(\.dottedPath) == ["l.list.element.a", "l.list.element.b"])
    #expect(schema.leaves.map(\.maximumDefinitionLevel) == [3, 4])
    #expect(schema.leaves.map(\.maximumRepetitionLevel) == [1, 2])
  }

  // MARK: Annotations

  struct Annotation: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var type: PhysicalType
    var typeLength: Int32?
    var more: @Sendable (inout ThriftBytes) -> Void
    var meaning: LogicalType?
  }

  static let annotations = [
    Annotation(
      testDescription: "UTF8 is STRING", type: .byteArray, more: { $0.int32(6, 0) },
      meaning: .string),
    Annotation(
      testDescription: "TIMESTAMP_MILLIS is UTC", type: .int64, more: { $0.int32(6, 9) },
      meaning: .timestamp(unit: .milliseconds, isAdjustedToUTC: true)),
    Annotation(
      testDescription: "the logical type wins", type: .int64,
      more: { thrift in
        thrift.int32(6, 9)
        thrift.structure(10) { union in
          union.structure(8) { timestamp in
            timestamp.boolean(1, false)
            timestamp.structure(2) { unit in unit.structure(3) { _ in } }
          }
        }
      }, meaning: .timestamp(unit: .nanoseconds, isAdjustedToUTC: false)),
    Annotation(
      testDescription: "an unknown logical type is none, whatever stands beside it",
      type: .byteArray,
      more: { thrift in
        thrift.int32(6, 0)
        thrift.structure(10) { union in union.structure(99) { _ in } }
      }, meaning: nil),
    // parquet-mr 1.12 wrote INTERVAL columns so.
    Annotation(
      testDescription: "beside UNKNOWN the legacy annotation counts", type: .fixedLengthByteArray,
      typeLength: 12,
      more: { thrift in
        thrift.int32(6, 21)
        thrift.structure(10) { union in union.structure(11) { _ in } }
      }, meaning: .interval),
    Annotation(
      testDescription: "DATE on INT64 is ignored", type: .int64, more: { $0.int32(6, 6) },
      meaning: nil),
    Annotation(
      testDescription: "UUID on 15 bytes is ignored", type: .fixedLengthByteArray, typeLength: 15,
      more: { thrift in thrift.structure(10) { union in union.structure(14) { _ in } } },
      meaning: nil),
    Annotation(
      testDescription: "an annotation number that does not exist is ignored", type: .int32,
      more: { $0.int32(6, 99) }, meaning: nil),
    Annotation(
      testDescription: "DECIMAL's numbers stand beside the legacy annotation", type: .int32,
      more: { thrift in
        thrift.int32(6, 5)
        thrift.int32(7, 2)
        thrift.int32(8, 9)
      }, meaning: .decimal(precision: 9, scale: 2)),
  ]

  @Test(arguments: annotations)
  func `annotations mean what the format says`(annotation: Annotation) throws {
    let element = Element(
      name: "c", type: annotation.type, typeLength: annotation.typeLength, more: annotation.more)
    #expect(try schema([element]).leaves[0].logicalType == annotation.meaning)
  }

  // MARK: Projection

  private static let columns = [
    Element(name: "a", repetition: .optional, childCount: 2),
    Element(name: "b", type: .int32), Element(name: "c.d", type: .int32),
    Element(name: "a.b", type: .int32), Element(name: "ab", type: .int32),
  ]

  @Test(arguments: [
    (["a"], [0, 1]), (["ab"], [3]), (["a.b"], [0, 2]), (["a.c.d"], [1]),
    (["ab", "a", "a.b"], [0, 1, 2, 3]),
    ([], []),
  ])
  func `a path names a leaf, or all leaves of a group`(paths: [String], leaves: [Int]) throws {
    #expect(try schema(Self.columns).leaves(at: paths).map(\.index) == leaves)
  }

  @Test(arguments: ["", "A", "a.", "b", "a.b.c", "a.c", "ab.c"])
  func `a path that names nothing is an error`(path: String) throws {
    let schema = try schema(Self.columns)
    let error = try #require(throws: ParquetError.self) { try schema.leaves(at: [path]) }
    #expect(error.code == .notFound)
    #expect(error.message == "there is no column \"\(path)\"")
  }

  // MARK: Contradictions

  @Test(arguments: [
    ([Element(name: "g", childCount: 0)], "a group of the schema has no children"),
    ([Element(name: "g", childCount: 5)], "the schema promises more children than it has elements"),
    (
      [Element(name: "g", childCount: -1)],
      "a schema element's number of children is -1 but may be at most 0"
    ),
    (
      [Element(name: "c", type: .fixedLengthByteArray)],
      "a FIXED_LEN_BYTE_ARRAY column has no valid length"
    ),
    (
      [Element(name: "c", type: .int32, childCount: 1)],
      "a schema element has both a physical type and children"
    ),
  ])
  func `a schema that contradicts itself is refused`(elements: [Element], why: String) throws {
    let error = try #require(throws: ParquetError.self) { try schema(elements) }
    #expect(error.code == .footer)
    #expect(error.message == "the footer is broken: " + why)
  }
}
