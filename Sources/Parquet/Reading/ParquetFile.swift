/// A Parquet file whose footer has been read: what to read, but not its data.
public struct ParquetFile: Sendable {
  /// The name under which errors speak of the file.
  public let name: String
  /// The size of the file in bytes.
  public let byteCount: Int64
  /// The footer.
  public let metadata: FileMetadata
  /// Where the footer begins; column chunks end before it.
  package let footerOffset: Int64

  /// The schema of the footer.
  public var schema: Schema { metadata.schema }

  /// Bytes behind a column chunk's end that are read with it.
  package static let chunkSlackByteCount: Int64 = 100

  /// Bytes that ``init(name:source:tailByteCount:)`` asks for first: enough for the footer of most
  /// files, so that one request does.
  public static let defaultTailByteCount = 64 << 10

  /// Reads the footer.
  ///
  /// Asks the source for the last `tailByteCount` bytes, and once more if the footer is longer.
  /// - Throws: ``ParquetError`` if this is no Parquet file or its footer cannot be read; what the
  ///   source throws.
  public init(
    name: String, source: some ByteRangeSource, tailByteCount: Int = defaultTailByteCount
  ) throws {
    let place = ParquetError.Place(file: name)
    let byteCount = source.byteCount
    guard byteCount >= 12 else {
      throw ParquetError(
        .notParquet, at: place,
        "it has \(grouped(byteCount)) bytes but a Parquet file has at least 12",
        hint: "the file is empty or was cut off while it was written")
    }
    let pool = BufferPool()
    let tailCount = Int(min(byteCount, Int64(max(tailByteCount, 12))))
    var tail = try source.read(at: byteCount - Int64(tailCount), count: tailCount, from: pool)
    try ParquetFile.checkMagic(tail.view, isWhole: Int64(tailCount) == byteCount, place)
    let length = Int64(tail.view.load(UInt32.self, at: tailCount - 8))
    guard length <= min(byteCount - 12, Limits.footerByteCount) else {
      throw ParquetError(
        .footer, at: place,
        "the footer says \(grouped(length)) bytes but the file has \(grouped(byteCount))",
        hint: "the file was cut off or overwritten; fetch it again or ask for a new dump")
    }
    let footerOffset = byteCount - 8 - length
    var footer: ByteView
    if Int(length) + 8 <= tailCount {
      footer = tail.view.slice(tailCount - 8 - Int(length), Int(length))
    } else {
      tail = try source.read(at: footerOffset, count: Int(length), from: pool)
      footer = tail.view
    }
    do throws(DecodingFailure) {
      metadata = try FileMetadata(footer: footer)
    } catch {
      var widened = error.widened(at: ParquetError.Place(file: name, offset: footerOffset))
      if widened.code == .corrupt { widened.code = .footer }
      widened.message = "the footer is broken: " + widened.message
      throw widened
    }
    self.name = name
    self.byteCount = byteCount
    self.footerOffset = footerOffset
    withExtendedLifetime(tail) {}
  }

  private static let magic: UInt32 = 0x3152_4150  // "PAR1", little-endian
  private static let encryptedMagic: UInt32 = 0x4552_4150  // "PARE"

  private static func checkMagic(
    _ tail: ByteView, isWhole: Bool, _ place: ParquetError.Place
  ) throws(ParquetError) {
    let last = tail.load(UInt32.self, at: tail.count - 4)
    let first = isWhole ? tail.load(UInt32.self, at: 0) : last
    if last == encryptedMagic || (isWhole && first == encryptedMagic) {
      throw ParquetError(
        .unsupported, at: place, "encryption (an encrypted footer) is not supported")
    }
    guard last == magic else {
      throw ParquetError(
        .notParquet, at: place, "it does not end with PAR1, the mark of a Parquet file",
        hint: "the file was cut off while it was written, or is no Parquet file")
    }
    guard first == magic else {
      throw ParquetError(
        .notParquet, at: place, "it does not begin with PAR1, the mark of a Parquet file")
    }
  }
}
