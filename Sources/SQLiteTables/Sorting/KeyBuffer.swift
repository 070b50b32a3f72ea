internal import Parquet

/// Keys of rows, as bytes whose order is SQLite's order of the values.
///
///     key     := count column* row trailer       count: of all that follows it, 4 bytes
///     column  := 00                              NULL
///              | 01 integer                      8 bytes, big-endian, sign bit turned
///              | 02 real                         8 bytes, big-endian, as below
///              | 03 bytes 00                     text
///              | 04 bytes 00                     blob
///     bytes   := as they are, but 01 01 for 00 and 01 02 for 01
///     row     := 8 bytes, as an integer
///     trailer := for each column 4 bytes: how many bytes it has, the highest bit if some are escaped
///
/// No column is the beginning of another one, so that comparing whole keys byte by byte compares
/// column after column, and the row last. NULL comes before numbers, numbers before texts, texts
/// before blobs; texts compare as bytes (BINARY). <https://www.sqlite.org/datatype3.html#sort_order>
@safe
struct KeyBuffer: ~Copyable {
  let columnCount: Int
  /// The keys, one after the other.
  var bytes = GrowingMemory<UInt8>(capacity: 4_096)
  /// Where each begins.
  var entries = GrowingMemory<KeyEntry>(capacity: 256)
  private var lengths: GrowingMemory<UInt32>

  /// What a text or blob is marked with in the trailer if bytes of it are escaped.
  static let escapedFlag: UInt32 = 1 << 31
  /// Bytes that may be read behind the last one.
  static let slack = 16

  init(columnCount: Int) {
    self.columnCount = columnCount
    lengths = GrowingMemory(capacity: columnCount + 1)
  }

  /// The memory that it takes, in bytes.
  var byteCount: Int { bytes.count + entries.count * MemoryLayout<KeyEntry>.stride }

  mutating func removeAll() {
    bytes.removeAll()
    entries.removeAll()
  }

  /// Begins a key; a value for each column follows, then ``endKey(row:)``.
  @inline(__always)
  mutating func beginKey() {
    lengths.removeAll()
    entries.append(KeyEntry(prefix: 0, offset: bytes.count))
    bytes.reserve(more: 4 + KeyBuffer.slack)
    bytes.count += 4
  }

  @inline(__always)
  mutating func appendNull() {
    bytes.reserve(more: 1 + KeyBuffer.slack)
    unsafe bytes.base[bytes.count] = KeyKind.null
    bytes.count += 1
    lengths.append(0)
  }

  @inline(__always)
  mutating func append(integer: Int64) {
    append(KeyKind.integer, KeyBuffer.ordered(integer))
  }

  @inline(__always)
  mutating func append(real: Double) {
    // SQLite stores no NaN, and takes both zeros for one.
    if real != real { return appendNull() }
    let bits = (real == 0 ? 0 : real).bitPattern
    append(KeyKind.real, bits >> 63 == 1 ? ~bits : bits | 1 << 63)
  }

  private mutating func append(_ kind: UInt8, _ ordered: UInt64) {
    bytes.reserve(more: 9 + KeyBuffer.slack)
    unsafe bytes.base[bytes.count] = kind
    unsafe UnsafeMutableRawPointer(bytes.base + bytes.count + 1)
      .storeBytes(of: ordered.bigEndian, as: UInt64.self)
    bytes.count += 9
    lengths.append(8)
  }

  /// Appends a text or blob.
  @inline(__always)
  mutating func append(_ kind: UInt8, _ view: ByteView) {
    // Each byte may become two.
    bytes.reserve(more: 2 * view.count + 2 + KeyBuffer.slack)
    unsafe bytes.base[bytes.count] = kind
    let start = bytes.count + 1
    if KeyBuffer.hasEscapes(view) {
      var end = start
      for offset in 0..<view.count {
        let byte = view.byte(at: offset)
        if byte < 2 {
          unsafe bytes.base[end] = 1
          unsafe bytes.base[end + 1] = byte + 1
          end += 2
        } else {
          unsafe bytes.base[end] = byte
          end += 1
        }
      }
      unsafe bytes.base[end] = 0
      bytes.count = end + 1
      lengths.append(UInt32(truncatingIfNeeded: view.count) | KeyBuffer.escapedFlag)
    } else {
      unsafe UnsafeMutableRawPointer(bytes.base + start)
        .copyMemory(from: view.base, byteCount: view.count)
      unsafe bytes.base[start + view.count] = 0
      bytes.count = start + view.count + 1
      lengths.append(UInt32(truncatingIfNeeded: view.count))
    }
  }

  /// Ends a key with the number of its row.
  @inline(__always)
  mutating func endKey(row: Int64) {
    precondition(lengths.count == columnCount)
    bytes.reserve(more: 8 + 4 * columnCount + KeyBuffer.slack)
    let target = unsafe UnsafeMutableRawPointer(bytes.base + bytes.count)
    unsafe target.storeBytes(of: KeyBuffer.ordered(row).bigEndian, as: UInt64.self)
    for column in 0..<columnCount {
      unsafe target.storeBytes(
        of: lengths[column].littleEndian, toByteOffset: 8 + 4 * column, as: UInt32.self)
    }
    bytes.count += 8 + 4 * columnCount
    let start = entries[entries.count - 1].offset
    unsafe UnsafeMutableRawPointer(bytes.base + start)
      .storeBytes(of: UInt32(truncatingIfNeeded: bytes.count - start - 4), as: UInt32.self)
  }

  /// Whether a byte is below 2.
  private static func hasEscapes(_ view: ByteView) -> Bool {
    var offset = 0
    while offset <= view.count - 8 {
      let word = view.word(at: offset)
      if (word &- 0x0202_0202_0202_0202) & ~word & 0x8080_8080_8080_8080 != 0 { return true }
      offset += 8
    }
    while offset < view.count {
      if view.byte(at: offset) < 2 { return true }
      offset += 1
    }
    return false
  }

  /// A number whose unsigned order is that of the signed one.
  @inline(__always)
  static func ordered(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) ^ 1 << 63 }
}

/// What the first byte of a column says.
enum KeyKind {
  static let null: UInt8 = 0
  static let integer: UInt8 = 1
  static let real: UInt8 = 2
  static let text: UInt8 = 3
  static let blob: UInt8 = 4
}

/// A key in a buffer: where it begins, and some of its bytes.
struct KeyEntry: BitwiseCopyable {
  /// Eight bytes of it from the depth on that the sort has come to, as a number.
  var prefix: UInt64
  var offset: Int
}
