internal import Parquet

/// Bytes as the server has sent them: numbers have their highest byte first.
///
/// The view does not keep the memory alive. Every access is checked against `count`; reading outside
/// is a programming error and traps, so lengths from the server are checked first.
@safe
struct WireBytes: BitwiseCopyable {
  private let base: UnsafeRawPointer
  let count: Int

  @unsafe
  @inline(__always)
  init(base: UnsafeRawPointer, count: Int) {
    unsafe self.base = unsafe base
    self.count = count
  }

  /// The number at an offset.
  @inline(__always)
  func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
    precondition(offset >= 0 && offset <= count - MemoryLayout<T>.size)
    return unsafe T(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// Some of the bytes.
  @inline(__always)
  func view(_ offset: Int, _ length: Int) -> ByteView {
    precondition(offset >= 0 && length >= 0 && offset <= count - length)
    return unsafe ByteView(base: base + offset, count: length)
  }

  /// Appends a copy of some of the bytes to an array.
  func append(_ offset: Int, _ length: Int, to array: inout [UInt8]) {
    precondition(offset >= 0 && length >= 0 && offset <= count - length)
    unsafe array.append(contentsOf: UnsafeRawBufferPointer(start: base + offset, count: length))
  }
}
