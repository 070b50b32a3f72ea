/// How a Parquet file is written.
///
/// The defaults give files that every reader of the last ten years reads: version 1 pages,
/// dictionaries where they pay, else PLAIN values, Snappy.
public struct WriterOptions: Sendable, Hashable {
  /// The format of data pages.
  public enum DataPageVersion: Int, Sendable, Hashable {
    /// Levels and values compressed together.
    case v1 = 1
    /// Levels apart and never compressed; booleans in runs; values stay as they are where
    /// compression gains nothing.
    case v2 = 2
  }

  /// Whether the bounds and places of all pages are written behind the data.
  public enum PageIndex: Sendable, Hashable {
    case never
    /// Where a column chunk has several pages; for a single one it would repeat the footer.
    case forSeveralPages
    case always
  }

  /// A filter that tells which values a column chunk does not have.
  public struct BloomFilter: Sendable, Hashable {
    /// Bits for each distinct value: 6 give 10 % false positives, 10.5 give 1 %, 16.9 give 0.1 %.
    ///
    /// The filter's size is rounded up to a power of two.
    public var bitsPerValue = 10.5
    /// The largest size in bytes.
    public var byteLimit = 1 << 20

    /// A filter with 1 % false positives, of at most 1 MiB.
    public init() {}
  }

  /// What one column has different from the others; `nil` is what the file has.
  public struct Column: Sendable, Hashable {
    /// The codec.
    public var codec: Codec?
    /// The codec's level; counts only beside ``codec``.
    public var compressionLevel: Int?
    /// Whether a dictionary is tried.
    public var usesDictionary: Bool?
    /// The encoding of values outside of a dictionary.
    public var encoding: Encoding?
    /// Whether bounds are written.
    public var writesBounds: Bool?
    /// A bloom filter.
    public var bloomFilter: BloomFilter?

    /// A column that has nothing different.
    public init() {}
  }

  /// The codec of all pages.
  public var codec = Codec.snappy
  /// The codec's level, for GZIP (1 to 9, else 6), BROTLI (0 to 11, else 5) and ZSTD (1 to 22, else
  /// 3); other codecs have none.
  public var compressionLevel: Int?
  /// The format of data pages.
  public var dataPageVersion = DataPageVersion.v1
  /// Whether dictionaries are tried.
  ///
  /// A column does without one as soon as its values turn out to be different from each other.
  public var usesDictionary = true
  /// The largest dictionary page in bytes, before compression.
  ///
  /// Values that come when it is reached are written without.
  public var dictionaryByteLimit = 1 << 20
  /// The encoding of values outside of a dictionary; `nil` is PLAIN.
  ///
  /// Columns whose type the encoding does not exist for are written in PLAIN, and so are those of
  /// FIXED_LEN_BYTE_ARRAY, since few readers know another encoding of these; ``columns`` can name it.
  public var encoding: Encoding?
  /// Bytes of a data page, before compression, at which it ends with the next row.
  public var pageByteLimit = 1 << 20
  /// Rows of a data page at the most.
  public var pageRowLimit = 20_000
  /// Rows of a row group at which ``RowGroupBuilder/isFull`` says so.
  public var rowGroupRowLimit = 1 << 20
  /// Bytes of a row group in memory, at which ``RowGroupBuilder/isFull`` says so.
  public var rowGroupByteLimit = 128 << 20
  /// Whether pages carry a checksum.
  public var writesPageChecksums = true
  /// Whether the smallest and largest value of column chunks and pages are written.
  public var writesBounds = true
  /// Bytes of a bound at the most; longer ones are cut to a shorter one that still bounds.
  public var boundByteLimit = 64
  /// Whether the bounds and places of all pages are written.
  public var pageIndex = PageIndex.forSeveralPages
  /// A bloom filter for every column.
  public var bloomFilter: BloomFilter?
  /// Pairs for the footer, in their order.
  public var keyValueMetadata: [FileMetadata.KeyValue] = []
  /// What single leaf columns have different, by their dotted path.
  public var columns: [String: Column] = [:]
  /// The writer's name in the footer: `name version V (build B)`, as readers parse it.
  public var createdBy = "receipt version 0.1.0 (build swift)"

  /// The defaults.
  public init() {}
}
