import Foundation
import TestSupport
import Testing

@testable import Dump

@Suite struct SchemaTests {
  static let types: [(ColumnType, String)] = [
    (.boolean, "boolean"), (.int8, "int8"), (.int16, "int16"), (.int32, "int32"),
    (.int64, "int64"), (.uint8, "uint8"), (.uint16, "uint16"), (.uint32, "uint32"),
    (.uint64, "uint64"), (.float16, "float16"), (.float, "float"), (.double, "double"),
    (.decimal(precision: 38, scale: 9), "decimal(38,9)"), (.string, "string"),
    (.enumeration, "enum"), (.json, "json"), (.bson, "bson"), (.uuid, "uuid"), (.date, "date"),
    (.time(.microseconds, isUTC: true), "time(us,utc)"),
    (.time(.milliseconds, isUTC: false), "time(ms)"),
    (.timestamp(.microseconds, isUTC: false), "timestamp(us)"),
    (.timestamp(.nanoseconds, isUTC: true), "timestamp(ns,utc)"), (.int96, "int96"),
    (.interval, "interval"), (.binary, "binary"), (.fixed(byteCount: 16), "fixed(16)"),
    (.null, "null"), (.variant, "variant"), (.geometry, "geometry"), (.geography, "geography"),
  ]

  @Test(arguments: types)
  func `a type's text reads back`(type: ColumnType, text: String) throws {
    #expect(type.description == text)
    #expect(ColumnType(parsing: text) == type)
    let json = try JSONEncoder().encode([type])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
    #expect(try JSONDecoder().decode([ColumnType].self, from: json) == [type])
  }

  @Test(arguments: [
    "", "Int64", "int 64", "int64 ", "int128", "decimal", "decimal()", "decimal(38)",
    "decimal(38, 9)", "decimal(+38,9)", "decimal(038,9)", "decimal(38,9", "decimal(38,9))",
    "time()", "time(s)", "timestamp(us,UTC)", "timestamp(us,utc,x)", "fixed(-1)", "fixed(1,2)",
    "unknown", "(", "()",
  ])
  func `any other text is no type`(text: String) {
    #expect(ColumnType(parsing: text) == nil)
  }

  @Test func `a column's name shows where one name ends`() {
    #expect(Column(path: ["session", "channel"], type: .string).name == "session.channel")
    #expect(
      Column(path: ["a.b", "c d", "", "e\"f"], type: .string).name == #""a.b"."c d".""."e""f""#)
    #expect(
      Column(path: ["signals", "id"], type: .int64, isNullable: false, listDepth: 2).description
        == "signals.id list<list<int64>> not null")
  }

  static let pairs: [(String, String, SchemaDifference.Kind?)] = [
    ("int32", "int32", nil), ("int32", "int64", .widened), ("int8", "int16", .widened),
    ("uint8", "uint64", .widened), ("uint32", "int64", .widened), ("uint32", "int32", .changed),
    ("uint64", "int64", .changed), ("int32", "uint64", .changed),
    ("float16", "float", .widened), ("float", "double", .widened),
    ("int32", "double", .changed), ("int64", "double", .changed),
    ("decimal(10,2)", "decimal(38,2)", .widened), ("decimal(10,2)", "decimal(38,9)", .changed),
    ("decimal(10,0)", "int64", .changed),
    ("timestamp(ms)", "timestamp(us)", .changed), ("timestamp(us)", "timestamp(us,utc)", .changed),
    ("date", "timestamp(us)", .changed), ("string", "int64", .changed),
    ("json", "string", .changed), ("enum", "string", .widened), ("fixed(16)", "binary", .widened),
    ("fixed(16)", "fixed(32)", .changed), ("string", "binary", .changed),
    ("null", "string", .widened),
  ]

  @Test(arguments: pairs)
  func `a type that holds more is wider, and the other way round narrower`(
    old: String, new: String, kind: SchemaDifference.Kind?
  ) throws {
    func kinds(_ old: String, _ new: String) throws -> [SchemaDifference.Kind] {
      let old = Column(path: ["c"], type: try #require(ColumnType(parsing: old)))
      let new = Column(path: ["c"], type: try #require(ColumnType(parsing: new)))
      return SchemaDifference(from: [old], to: [new]).changes.map(\.kind)
    }
    #expect(try kinds(old, new) == (kind.map { [$0] } ?? []))
    let reverse: SchemaDifference.Kind? = kind == .widened ? .narrowed : kind
    #expect(try kinds(new, old) == (reverse.map { [$0] } ?? []))
  }

  @Test(arguments: [
    (ColumnType.int32, false, ColumnType.int32, true, SchemaDifference.Kind.widened),
    (.int32, true, .int32, false, .narrowed), (.int32, false, .int64, true, .widened),
    (.int32, true, .int64, false, .narrowed), (.int64, false, .int32, true, .narrowed),
    (.string, true, .int32, false, .changed), (.string, false, .int32, true, .changed),
  ])
  func `NULL counts as one more value`(
    old: ColumnType, oldNull: Bool, new: ColumnType, newNull: Bool, kind: SchemaDifference.Kind
  ) {
    let difference = SchemaDifference(
      from: [Column(path: ["c"], type: old, isNullable: oldNull)],
      to: [Column(path: ["c"], type: new, isNullable: newNull)])
    #expect(difference.changes.map(\.kind) == [kind])
  }

  func columns(_ names: String) -> [Column] {
    names.split(separator: " ").map {
      Column(path: $0.split(separator: ".").map(String.init), type: .string)
    }
  }

  @Test(arguments: [
    ("a b c", "a b c", ""), ("a b", "a b c", "added c"), ("a b", "c a b", "added c"),
    ("a b c", "a c", "removed b"), ("", "a b", "added a, added b"), ("a", "", "removed a"),
    ("a b c", "c a b", "moved c"), ("a b c d", "b a d c", "moved a, moved c"),
    ("a b c", "b x c", "removed a, added x"), ("a.x a.y", "a.y a.x", "moved a.x"),
    ("a a", "a", "removed a"), ("a", "a a", "added a"), ("a b a", "a a b", "moved b"),
    ("A", "a", "removed A, added a"),
  ])
  func `added, removed and moved columns are told apart`(old: String, new: String, changes: String)
  {
    let difference = SchemaDifference(from: columns(old), to: columns(new))
    let told = difference.changes.map { "\($0.kind) \(($0.new ?? $0.old)?.name ?? "")" }
    #expect(told.joined(separator: ", ") == changes)
    #expect(difference.isEmpty == changes.isEmpty)
  }

  @Test func `one value becoming a list is another type`() {
    let difference = SchemaDifference(
      from: [Column(path: ["c"], type: .string)],
      to: [Column(path: ["c"], type: .string, listDepth: 1)])
    #expect(difference.changes.map(\.kind) == [.changed])
    #expect(
      difference.findings(table: "t").first?.message == "the column was string and is list<string>")
  }

  @Test func `findings name table, column, and the file when there is one`() {
    let difference = SchemaDifference(from: columns("a b"), to: columns("b c"))
    #expect(difference.findings(table: "t").map(\.code) == [.columnRemoved, .columnAdded])
    let inFile = difference.findings(table: "t", file: "L/t/0.parquet", code: .schemaDiffers)
    #expect(inFile.map(\.code) == [.schemaDiffers, .schemaDiffers])
    #expect(inFile.map(\.place.file) == ["L/t/0.parquet", "L/t/0.parquet"])
    #expect(inFile.map(\.place.column) == ["a", "c"])
    #expect(inFile.first?.message == "the column was removed; it was string")
  }

  /// Applying what the difference says to the old columns must give the new ones.
  @Test func `a difference accounts for every column`() {
    var random = SeededGenerator()
    let pool = (0..<12).map { "c\($0)" }
    let types: [ColumnType] = [.int32, .int64, .string]
    func draw() -> [Column] {
      pool.shuffled(using: &random).prefix(.random(in: 0...12, using: &random)).map {
        Column(path: [$0], type: types.randomElement(using: &random) ?? .string)
      }
    }
    for round in 0..<2_000 {
      let (old, new) = (draw(), draw())
      let changes = SchemaDifference(from: old, to: new).changes
      let note: Comment = "round \(round), seed \(random.seed)"
      func named(_ kinds: Set<SchemaDifference.Kind>) -> [String] {
        changes.filter { kinds.contains($0.kind) }.compactMap { ($0.new ?? $0.old)?.name }
      }
      let oldNames = old.map(\.name)
      let newNames = new.map(\.name)
      #expect(Set(named([.removed])) == Set(oldNames).subtracting(newNames), note)
      #expect(Set(named([.added])) == Set(newNames).subtracting(oldNames), note)
      let moved = Set(named([.moved, .added, .removed]))
      #expect(
        oldNames.filter { !moved.contains($0) } == newNames.filter { !moved.contains($0) }, note)
      let other = old.filter { column in
        new.contains { $0.path == column.path && $0.type != column.type }
      }
      #expect(named([.widened, .narrowed, .changed]) == other.map(\.name), note)
    }
  }

  @Test(.timeLimit(.minutes(1))) func `thousands of columns are compared in no time`() {
    let old = (0..<20_000).map { Column(path: ["c\($0)"], type: .string) }
    #expect(SchemaDifference(from: old, to: old.reversed()).changes.count == 19_999)
  }
}
