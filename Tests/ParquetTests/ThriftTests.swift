import Testing

@testable import Parquet

/// See <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.
@Suite struct `Thrift's compact protocol` {
  /// fastparquet 2026.9 writes a column's repetition as a boolean, and the format's own numbers in
  /// widths that its Thrift definition does not have.
  @Test(arguments: [
    (UInt8(1), [UInt8](), Int32(1)), (2, [], 0), (3, [0x01], 1), (4, zigzag(1), 1),
    (5, zigzag(2), 2), (6, zigzag(2), 2),
  ])
  func `an integer may have any integer type, or be a boolean`(
    type: UInt8, content: [UInt8], value: Int32
  ) throws {
    let element = ThriftBytes.structure { thrift in
      thrift.int32(1, PhysicalType.int32.rawValue)
      thrift.raw(3, type: type, content)
      thrift.string(4, "c")
    }
    let parsed = try withReader(element) { try SchemaElement(from: &$0) }
    #expect(parsed.repetition?.rawValue == value)
  }

  private func withReader<Result>(
    _ bytes: [UInt8], _ body: (inout CompactProtocolReader) throws -> Result
  ) throws -> Result {
    let buffer = ByteBuffer(count: 0)
    buffer.append(bytes)
    var reader = CompactProtocolReader(buffer.view)
    let result = try body(&reader)
    withExtendedLifetime(buffer) {}
    return result
  }
}
