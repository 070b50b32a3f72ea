/// What a writer says of the values of a column chunk or page.
///
/// Source: `Statistics` in the format's Thrift definition. Bounds are the PLAIN encoding of one
/// value without a length prefix.
public struct Statistics: Sendable, Hashable {
  /// The bound of the deprecated field `max`, ordered as signed bytes or values.
  public var deprecatedMaximum: [UInt8]?
  /// The bound of the deprecated field `min`.
  public var deprecatedMinimum: [UInt8]?
  /// The number of nulls.
  public var nullCount: Int64?
  /// The number of distinct values.
  public var distinctCount: Int64?
  /// The upper bound in the column's own order.
  public var maximum: [UInt8]?
  /// The lower bound in the column's own order.
  public var minimum: [UInt8]?
  /// Whether ``maximum`` is a value of the column; `nil` if the writer does not say.
  public var isMaximumExact: Bool?
  /// Whether ``minimum`` is a value of the column; `nil` if the writer does not say.
  public var isMinimumExact: Bool?

  /// Nothing is said.
  init() {}

  init(from reader: inout CompactProtocolReader) throws(DecodingFailure) {
    var lastID: Int16 = 0
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: deprecatedMaximum = try reader.binary(field)
      case 2: deprecatedMinimum = try reader.binary(field)
      case 3: nullCount = try reader.int64(field)
      case 4: distinctCount = try reader.int64(field)
      case 5: maximum = try reader.binary(field)
      case 6: minimum = try reader.binary(field)
      case 7: isMaximumExact = try reader.boolean(field)
      case 8: isMinimumExact = try reader.boolean(field)
      default: try reader.skip(field)
      }
    }
  }
}
