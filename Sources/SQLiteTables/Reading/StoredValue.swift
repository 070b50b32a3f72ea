internal import Parquet

/// A value of a row where it lies: its serial type, and the address of its body.
///
/// The serial types are those of the record format; the two that the format leaves to internal use
/// stand for numbers in the processor's own byte order, which the library gives out.
@safe
struct StoredValue: BitwiseCopyable {
  /// What it is and how many bytes it has.
  let type: UInt64
  /// Its first byte; of NULL and of the integers 0 and 1 any address.
  let body: UnsafeRawPointer

  /// An Int64 in memory.
  static let integerInMemory: UInt64 = 10
  /// A Double in memory.
  static let realInMemory: UInt64 = 11
  /// The first serial type of blobs and texts.
  static let firstOfBytes: UInt64 = 12

  @unsafe
  @inline(__always)
  init(type: UInt64, body: UnsafeRawPointer) {
    self.type = type
    unsafe self.body = unsafe body
  }

  @inline(__always)
  var isNull: Bool { type == SerialType.null }

  @inline(__always)
  var isText: Bool { type >= StoredValue.firstOfBytes && type & 1 == 1 }

  @inline(__always)
  var isBlob: Bool { type >= StoredValue.firstOfBytes && type & 1 == 0 }

  /// The bytes of a text or blob.
  @inline(__always)
  var bytes: ByteView {
    unsafe ByteView(base: body, count: Int((type &- StoredValue.firstOfBytes) / 2))
  }

  /// The value as an integer, if it is one.
  @inline(__always)
  var integer: Int64? {
    switch type {
    case 1: return Int64(unsafe body.load(as: Int8.self))
    case 2: return Int64(Int16(bigEndian: unsafe body.loadUnaligned(as: Int16.self)))
    case 3:
      let high = Int64(unsafe body.load(as: Int8.self))
      let low = UInt16(bigEndian: unsafe body.loadUnaligned(fromByteOffset: 1, as: UInt16.self))
      return high &<< 16 | Int64(low)
    case 4: return Int64(Int32(bigEndian: unsafe body.loadUnaligned(as: Int32.self)))
    case 5:
      let high = Int16(bigEndian: unsafe body.loadUnaligned(as: Int16.self))
      let low = UInt32(bigEndian: unsafe body.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
      return Int64(high) &<< 32 | Int64(low)
    case 6: return Int64(bigEndian: unsafe body.loadUnaligned(as: Int64.self))
    case 8: return 0
    case 9: return 1
    case StoredValue.integerInMemory: return unsafe body.load(as: Int64.self)
    default: return nil
    }
  }

  /// The value as a floating-point number, if it is stored as one.
  @inline(__always)
  var real: Double? {
    switch type {
    case SerialType.real:
      Double(bitPattern: UInt64(bigEndian: unsafe body.loadUnaligned(as: UInt64.self)))
    case StoredValue.realInMemory: unsafe body.load(as: Double.self)
    default: nil
    }
  }
}
