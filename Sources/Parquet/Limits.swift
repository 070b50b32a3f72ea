/// Bounds on what a file may ask for, each with its reason.
///
/// A Parquet file is input from outside: every count and length in it is held against the bytes
/// that are really there, and against these where the bytes give no bound.
enum Limits {
  /// Nesting of the schema.
  ///
  /// Readers walk it recursively; real schemas stay below 100.
  static let schemaDepth = 1_000

  /// Nesting of Thrift structures while unknown fields are skipped.
  ///
  /// The footer's own is 8.
  static let thriftDepth = 64

  /// Nesting of JSON text that is parsed.
  ///
  /// It is parsed recursively.
  static let jsonDepth = 1_000

  /// Bytes of one row of CSV or JSON lines.
  ///
  /// A row is in memory as a whole; a quote that is never closed would make one of a whole file.
  static let textRowByteCount = 256 << 20

  /// Bytes of one footer.
  ///
  /// Wide files (10,000 columns, 100 row groups) need about 200 MB.
  static let footerByteCount: Int64 = 1 << 30

  /// Elements of a list in the footer for which memory is reserved in advance.
  ///
  /// A list's count is only a claim until its elements have been read.
  static let reservedElementCount = 4_096

  /// Names in the paths of all leaf columns.
  ///
  /// A few bytes in a deep group repeat all the names above them.
  static let pathNameCount = 4 << 20

  /// Bytes of one page header; statistics of long strings are the only large part.
  static let pageHeaderByteCount = 16 << 20

  /// Bytes of one page, compressed or not.
  ///
  /// The format's own bound is 2 GiB, but writers keep pages near 1 MiB, and no database takes a
  /// single value of this size (SQLite's limit is the same).
  static let pageByteCount = 1_000_000_000

  /// Values in one block of DELTA_BINARY_PACKED.
  ///
  /// The specification gives none; writers use 128 to 2,048, and without a bound a few bytes could
  /// announce any number of values.
  static let deltaBlockValueCount = 1 << 20

  /// Bytes of one DECIMAL value.
  ///
  /// 76 digits need 32 bytes; conversion to digits is quadratic.
  static let decimalByteCount = 1_024

  /// Digits of a DECIMAL: what ``decimalByteCount`` can hold.
  ///
  /// A scale is written out as zeros.
  static let decimalDigitCount = 2_466

  /// Bytes that the values of one column may take in one batch when the encoding builds them anew
  /// (DELTA_BYTE_ARRAY repeats prefixes, so a small page can describe far more than its size).
  static let rebuiltByteCount = 512 << 20

  /// Entries that a repeated column may have in one batch, or eight for each byte of its chunk if
  /// that is more: a few bytes of run-length encoded levels can announce any number of them, in a
  /// single row.
  static let batchEntryCount = 16 << 20

  /// Entries of a column to which a batch of many rows is cut, on average.
  static let batchEntryGoal = 1 << 20

  /// Bytes of all columns to which a batch of large rows is cut, on average.
  static let batchByteGoal = 64 << 20

  /// Bytes of one page that may come from very few compressed ones, where the codec has no hard
  /// bound.
  static let inflatedByteCount = 256 << 20

  /// Bytes that a page beyond ``inflatedByteCount`` may have for each compressed byte.
  static let inflatedExpansion = 1_000

  /// Bytes that an uncompressed page may have for each compressed byte, where the codec has a hard
  /// bound.
  ///
  /// DEFLATE: 1,032; LZ4: 255; Snappy: a three-byte copy gives 64 bytes.
  static func maximumExpansion(of codec: Codec) -> Int? {
    switch codec {
    case .gzip: 1_032
    case .lz4, .lz4Raw: 256
    case .snappy: 64
    default: nil
    }
  }
}
