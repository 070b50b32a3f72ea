/// A borrowed run of bytes inside a ``ByteBuffer``, with checked access.
///
/// The view does not keep its buffer alive: whoever holds a view holds the buffer too. Every access
/// is checked against `count`; reading outside is a programming error and traps, so decoders check
/// lengths from the file first and throw.
@safe
package struct ByteView: BitwiseCopyable, @unchecked Sendable {
  /// The first byte.
  package let base: UnsafeRawPointer
  /// The number of bytes.
  package let count: Int

  @inline(__always)
  package init(base: UnsafeRawPointer, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// A view of nothing.
  package static let empty = unsafe ByteView(base: UnsafeRawPointer(zeros.utf8Start), count: 0)

  @inline(__always)
  package subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < count)
    return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The little-endian value at an offset.
  @inline(__always)
  package func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
    precondition(offset >= 0 && offset <= count - MemoryLayout<T>.size)
    return unsafe T(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// The view of `length` bytes from `offset`.
  @inline(__always)
  package func slice(_ offset: Int, _ length: Int) -> ByteView {
    precondition(offset >= 0 && length >= 0 && offset <= count - length)
    return unsafe ByteView(base: base + offset, count: length)
  }

  /// The view from `offset` to the end.
  package func suffix(from offset: Int) -> ByteView { slice(offset, count - offset) }

  /// A copy of the bytes.
  package var array: [UInt8] {
    unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: count))
  }

  /// The bytes as text; wrong UTF-8 is replaced.
  package var string: String {
    unsafe String(decoding: UnsafeRawBufferPointer(start: base, count: count), as: UTF8.self)
  }
}

extension StaticString {
  /// The bytes.
  var view: ByteView {
    unsafe ByteView(base: UnsafeRawPointer(utf8Start), count: utf8CodeUnitCount)
  }
}

extension ByteView {
  /// Whether the bytes are the same.
  @inline(__always)
  func isEqual(_ other: ByteView) -> Bool {
    unsafe count == other.count && equalBytes(base, other.base, count: count)
  }
}

extension [UInt8] {
  /// Appends a copy of a view.
  mutating func append(copying view: ByteView) {
    unsafe append(contentsOf: UnsafeRawBufferPointer(start: view.base, count: view.count))
  }
}

/// Readable bytes for views of nothing, as many as ``ByteBuffer/padding``.
private let zeros: StaticString =
  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
