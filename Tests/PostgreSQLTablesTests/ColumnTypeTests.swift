import Parquet
import Testing

@testable import PostgreSQLTables

/// What types become, and how columns are asked for.
@Suite struct ColumnTypeTests {
  private func modifier(_ precision: Int, _ scale: Int) -> Int {
    (precision << 16 | scale & 0x7ff) + 4
  }

  @Test(arguments: [
    (5, 2, PhysicalType.int32, 5, 2), (9, 9, .int32, 9, 9), (10, 0, .int64, 10, 0),
    (18, 3, .int64, 18, 3), (19, 3, .fixedLengthByteArray, 19, 3),
    (38, 0, .fixedLengthByteArray, 38, 0), (2, 5, .int32, 5, 5), (3, -4, .int32, 7, 0),
    (38, -1, .byteArray, 0, 0), (39, 1, .byteArray, 0, 0), (1_000, -1_000, .byteArray, 0, 0),
    (1, 1_000, .byteArray, 0, 0),
  ])
  func `a NUMERIC is the smallest DECIMAL that holds it, or a text`(
    precision: Int, scale: Int, physicalType: PhysicalType, digits: Int, places: Int
  ) throws {
    let scalar = ColumnType.Scalar(
      "numeric", isEnumeration: false, modifier: modifier(precision, scale))
    let schema = try Schema(fields: [scalar.field("n", isOptional: true)])
    #expect(schema.leaves[0].physicalType == physicalType)
    #expect(
      schema.leaves[0].logicalType
        == (digits == 0 ? .string : .decimal(precision: digits, scale: places)))
  }

  private func expression(
    _ scalar: ColumnType.Scalar, isArray: Bool = false, as field: FieldDefinition? = nil
  ) throws -> String? {
    let type = ColumnType(scalar, isArray: isArray, name: "some type")
    let schema = try Schema(fields: [field ?? type.field("a\"b", listStyle: .standard)])
    return ColumnReading(ServerColumn(name: "a\"b", type: type), schema, field: 0)?.expression
  }

  @Test func `columns are asked for as they are, unless their text is wanted`() throws {
    let name = #""a""b""#
    for scalar in [.boolean, .int32, .text, .jsonb, .timestamp] as [ColumnType.Scalar] {
      #expect(try expression(scalar) == name)
      #expect(try expression(scalar, isArray: true) == name)
    }
    #expect(try expression(.other) == name + "::pg_catalog.text")
    #expect(try expression(.other, isArray: true) == name + "::pg_catalog.text[]")
    #expect(try expression(.inet) == "pg_catalog.abbrev(\(name))")
    #expect(
      try expression(.inet, isArray: true) == name + "::pg_catalog.text::pg_catalog.text[]")
    #expect(try expression(.int32, as: .int64("c")) == name + "::pg_catalog.int8")
    #expect(try expression(.int32, isArray: true, as: .string("c")) == name + "::pg_catalog.text")
  }

  @Test func `no way leads to a field that would lose something`() throws {
    #expect(try expression(.int64, as: .int32("c")) == nil)
    #expect(try expression(.double, as: .float("c")) == nil)
    #expect(try expression(.int64, as: .double("c")) == nil)
    #expect(try expression(.numeric(precision: nil, scale: 0), as: .int64("c")) == nil)
    #expect(
      try expression(.timestamp, as: .timestamp("c", .milliseconds, isAdjustedToUTC: true)) == nil)
    #expect(try expression(.int32, isArray: true, as: .int32("c")) == nil)
    #expect(try expression(.int32, as: .list("c", of: .int32("element"))) == nil)
    #expect(try expression(.bytes, as: .json("c")) == nil)
  }

  @Test(arguments: [
    "postgres://db", "postgresql:///db", "postgres://me@db:5432/crm?sslmode=require",
    "postgres://me@a:1,b:2/crm?target_session_attrs=any", "postgres://me@[::1]:5432/crm",
    "postgres://[::1]/crm", "postgres://%2Frun%2Fpostgresql/crm", "postgres:///?service=crm",
    "postgres:///crm?host=/run/postgresql&application_name=a:b",
  ])
  func `a URL without a password is taken as it is`(text: String) throws {
    #expect(PostgreSQLURL.isURL(text))
    #expect(try PostgreSQLURL(text).description == text)
  }

  @Test(arguments: [
    "postgres://me:x@db", "postgres://:x@db", "postgres://me@db?password=x", "postgres://me:x/y@db",
    "postgres://me:x@y@db", "postgres://db/crm?sslpassword=x", "postgres://me:x?@db",
    "postgres://me:x?y=z@db", "postgres://me@db?Password=x",
  ])
  func `a URL with a password is refused without it`(text: String) throws {
    let error = #expect(throws: PostgreSQLError.self) { try PostgreSQLURL(text) }
    #expect(error?.code == .usage)
    #expect(error?.message.contains("db") == false, "\(error?.message ?? "")")
  }
}
