/// Decodes the values of one page, a run at a time.
protocol ValueDecoder: AnyObject {
  /// Writes the next `count` values to `values`, from index `start` on.
  ///
  /// Room has been reserved. Nulls are not part of a page's values.
  func decode(_ count: Int, into values: ValueBuffer, at start: Int) throws(DecodingFailure)

  /// Passes over the next `count` values.
  ///
  /// `scratch` has the column's layout, and takes what must be decoded all the same.
  func skip(_ count: Int, using scratch: ValueBuffer) throws(DecodingFailure)
}

/// The decoder for an encoding that is not a dictionary's.
///
/// - Throws: if the encoding is unknown, or does not exist for the column's storage type.
func makeValueDecoder(
  _ encoding: Encoding, for column: LeafColumn, valueCount: Int, bytes: ByteView, owner: ByteBuffer
) throws(DecodingFailure) -> any ValueDecoder {
  switch (encoding, column.physicalType) {
  case (.plain, .boolean):
    return PlainBooleanDecoder(bytes)
  case (.plain, .byteArray):
    return PlainByteArrayDecoder(bytes, owner: owner)
  case (.plain, .int96), (.plain, .fixedLengthByteArray):
    return PlainFixedLengthDecoder(bytes, owner: owner, length: column.typeLength)
  case (.plain, _):
    return PlainNumberDecoder(bytes)
  case (.rle, .boolean):
    return try RunLengthBooleanDecoder(bytes)
  case (.deltaBinaryPacked, .int32), (.deltaBinaryPacked, .int64):
    return try DeltaBinaryPackedValueDecoder(bytes)
  case (.deltaLengthByteArray, .byteArray):
    return try DeltaLengthByteArrayDecoder(bytes, owner: owner)
  case (.deltaByteArray, .byteArray):
    return try DeltaByteArrayDecoder(bytes, owner: owner, fixedLength: nil)
  case (.deltaByteArray, .fixedLengthByteArray):
    return try DeltaByteArrayDecoder(bytes, owner: owner, fixedLength: column.typeLength)
  case (.byteStreamSplit, .int32), (.byteStreamSplit, .int64), (.byteStreamSplit, .float),
    (.byteStreamSplit, .double):
    return try ByteStreamSplitDecoder(
      bytes, width: column.valueLayout.byteCount, valueCount: valueCount)
  case (.byteStreamSplit, .fixedLengthByteArray):
    return try ByteStreamSplitDecoder(bytes, width: column.typeLength, valueCount: valueCount)
  case (.rle, _), (.deltaBinaryPacked, _), (.deltaLengthByteArray, _), (.deltaByteArray, _),
    (.byteStreamSplit, _):
    throw .unsupported("\(encoding) for \(column.physicalType) values")
  default:
    throw .unsupported("\(encoding) for values")
  }
}
