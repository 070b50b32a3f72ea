extension MutableRawSpan {
  /// Copies bytes to a position.
  ///
  /// - Precondition: they end in the span.
  mutating func fill(from bytes: ArraySlice<UInt8>, at position: Int) {
    precondition(position >= 0 && position + bytes.count <= byteCount)
    unsafe withUnsafeMutableBytes { destination in
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe UnsafeMutableRawBufferPointer(rebasing: destination[position...])
          .copyMemory(from: bytes)
      }
    }
  }
}
